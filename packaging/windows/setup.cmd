@echo off
rem SPDX-License-Identifier: Apache-2.0
rem The guided setup: database and first key, the config file in an editor, a check of it, the start of the service.
setlocal
chcp 65001 >nul
title crossdock setup
net session >nul 2>&1
if errorlevel 1 (
    powershell -NoProfile -Command "Start-Process -Verb RunAs -FilePath '%~f0'"
    exit /b
)
set "program=%~dp0crossdock.exe"
set "config=%ProgramData%\crossdock\crossdock.toml"
if exist "%ProgramData%\crossdock\crossdock.db" goto edit
echo.
echo 1. The database, and the key with which the ERP calls the hub. Keep the key: it is shown this once.
echo.
"%program%" init --config "%config%"
if errorlevel 1 goto failed
echo.
pause
:edit
echo.
echo 2. The config file opens in an editor. Name your sales channels there, save it and close the editor.
notepad "%config%"
:check
echo.
echo 3. A look at the config file:
echo.
"%program%" check --config "%config%"
if errorlevel 1 (
    choice /M "Edit it again"
    if not errorlevel 2 goto edit
    goto failed
)
echo.
choice /M "Start the service now"
if errorlevel 2 goto end
"%program%" service stop
"%program%" service start
if errorlevel 1 goto failed
:end
pause
exit /b 0
:failed
echo.
echo That did not work; the lines above say why. "Set up crossdock" in the Start menu begins again here.
pause
exit /b 1
