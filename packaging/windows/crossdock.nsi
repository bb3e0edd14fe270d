; SPDX-License-Identifier: Apache-2.0
; The installer: installs, upgrades in place, and writes a remover. By packaging/windows-installer:
;   makensis -DVERSION=1.2.3 -DPROGRAM=…/crossdock.exe -DDOCS=…/docs -DSOURCE=…/packaging/windows -DOUT=…/setup.exe crossdock.nsi
; Without questions: setup.exe /S [/START] [/FIREWALL] [/D=C:\a folder, the last word and without quotes]
;   /START     starts the service; an upgrade of a service that runs starts it again in any case
;   /FIREWALL  lets other machines of the network reach the hub through the firewall of Windows
; What happened is the exit code: 0 done, 1 given up by the person, 2 failed.
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel admin
SetCompressor /SOLID lzma

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\crossdock"
!define RULE "crossdock channel hub"

Name "crossdock ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\crossdock"
InstallDirRegKey HKLM "Software\crossdock" "InstallDir"
ShowInstDetails show
ShowUninstDetails show
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "crossdock"
VIAddVersionKey FileDescription "crossdock installer"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey LegalCopyright "Apache-2.0"

!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_TITLE "crossdock is installed"
!define MUI_FINISHPAGE_TEXT "The service is registered and starts with Windows once it has been set up."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Set it up now: config file, database and the ERP's key"
!define MUI_FINISHPAGE_RUN_FUNCTION RunSetup
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_TEXT "Try the demo: a hub with simulated shops, which leaves nothing behind"
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION RunDemo
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENSE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

Var ran       ; "yes": the service ran before
Var start     ; "yes": /START
Var data      ; %ProgramData%\crossdock

!macro FAIL text
    DetailPrint "${text}"
    MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
    SetErrorLevel 2
    Abort
!macroend

; Runs the installed program; $0 is its exit code, what it says is in the details.
!macro PROGRAM arguments
    nsExec::ExecToLog '"$INSTDIR\crossdock.exe" ${arguments}'
    Pop $0
!macroend

Section "crossdock and its service" SectionProgram
    SectionIn RO
    ; The running program cannot be replaced. An older one may not know the command; then there is no service either.
    StrCpy $ran no
    ${If} ${FileExists} "$INSTDIR\crossdock.exe"
        !insertmacro PROGRAM "service status"
        ${If} $0 == 0
            StrCpy $ran yes
            DetailPrint "Stopping the service"
            !insertmacro PROGRAM "service stop"
            ${If} $0 != 0
                !insertmacro FAIL "The service does not stop, so the program cannot be replaced. Nothing was changed."
            ${EndIf}
        ${EndIf}
    ${EndIf}

    SetOutPath "$INSTDIR"
    ClearErrors
    File "/oname=crossdock.exe" "${PROGRAM}"
    ${If} ${Errors}
        !insertmacro FAIL "$INSTDIR\crossdock.exe cannot be written: is the program still running?"
    ${EndIf}
    File "${SOURCE}\setup.cmd"
    File "${SOURCE}\demo.cmd"
    File "/oname=LICENSE.txt" "${LICENSE}"
    SetOutPath "$INSTDIR\docs"
    File /r "${DOCS}\*.md"

    ; Config and data are not the installer's: `crossdock init` makes them in $data, and no upgrade touches them.

    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr HKLM "Software\crossdock" "InstallDir" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "crossdock"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "crossdock"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\crossdock.exe"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $1 $2 $3
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $1

    CreateDirectory "$SMPROGRAMS\crossdock"
    CreateShortcut "$SMPROGRAMS\crossdock\Set up crossdock.lnk" "$INSTDIR\setup.cmd"
    CreateShortcut "$SMPROGRAMS\crossdock\crossdock demo.lnk" "$INSTDIR\demo.cmd"

    DetailPrint "Registering the service"
    !insertmacro PROGRAM 'service install --config "$data\crossdock.toml"'
    ${If} $0 != 0
        !insertmacro FAIL "The service could not be registered; the details say why."
    ${EndIf}
    ${If} $ran == yes
    ${OrIf} $start == yes
        DetailPrint "Starting the service"
        !insertmacro PROGRAM "service start"
        ${If} $0 != 0
            !insertmacro FAIL "The program is installed, but its service does not start; the event log, source crossdock, says why."
        ${EndIf}
    ${EndIf}
SectionEnd

Section /o "Let other machines reach the hub (firewall)" SectionFirewall
    nsExec::ExecToLog 'netsh advfirewall firewall delete rule name="${RULE}"'
    Pop $0
    nsExec::ExecToLog 'netsh advfirewall firewall add rule name="${RULE}" dir=in action=allow program="$INSTDIR\crossdock.exe" protocol=TCP profile=domain,private'
    Pop $0
    ${If} $0 != 0
        !insertmacro FAIL "crossdock is installed, but the firewall took no rule for it."
    ${EndIf}
    WriteRegDWORD HKLM "Software\crossdock" "Firewall" 1
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "The program, its documentation, and a service that starts with Windows."
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionFirewall} "Not needed when the ERP runs on this machine. Beyond it the hub needs TLS or a proxy in front."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
    SetShellVarContext all
    SetRegView 64
    StrCpy $data "$APPDATA\crossdock"
    ${IfNot} ${AtLeastWin10}
        !insertmacro FAIL "crossdock needs Windows 10, Windows Server 2016 or later."
    ${EndIf}
    ${GetParameters} $1
    ClearErrors
    ${GetOptions} $1 "/START" $2
    ${IfNot} ${Errors}
        StrCpy $start yes
    ${EndIf}
    ClearErrors
    ${GetOptions} $1 "/FIREWALL" $2
    ${IfNot} ${Errors}
        SectionSetFlags ${SectionFirewall} ${SF_SELECTED}
    ${EndIf}
FunctionEnd

Function RunSetup
    Exec '"$INSTDIR\setup.cmd"'
FunctionEnd

Function RunDemo
    Exec '"$INSTDIR\demo.cmd"'
FunctionEnd

Section Uninstall
    nsExec::ExecToLog '"$INSTDIR\crossdock.exe" service uninstall'
    Pop $0
    ${If} $0 != 0
        MessageBox MB_OK|MB_ICONSTOP "The service could not be removed. Nothing else was changed." /SD IDOK
        SetErrorLevel 2
        Abort
    ${EndIf}
    ReadRegDWORD $1 HKLM "Software\crossdock" "Firewall"
    ${If} $1 == 1
        nsExec::ExecToLog 'netsh advfirewall firewall delete rule name="${RULE}"'
        Pop $0
    ${EndIf}
    Delete "$INSTDIR\crossdock.exe"
    Delete "$INSTDIR\setup.cmd"
    Delete "$INSTDIR\demo.cmd"
    Delete "$INSTDIR\LICENSE.txt"
    RMDir /r "$INSTDIR\docs"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\crossdock\Set up crossdock.lnk"
    Delete "$SMPROGRAMS\crossdock\crossdock demo.lnk"
    RMDir "$SMPROGRAMS\crossdock"
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    DeleteRegKey HKLM "Software\crossdock"
    ; Orders are nobody's to delete but their owner's.
    DetailPrint "Config and data stay in $APPDATA\crossdock"
SectionEnd

Function un.onInit
    SetShellVarContext all
    SetRegView 64
FunctionEnd
