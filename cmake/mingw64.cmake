# SPDX-License-Identifier: Apache-2.0
# Builds the program for Windows on Linux, with Debian's MinGW-w64 (the variant with POSIX threads: std::thread needs it).
# The libraries come from packaging/fetch-deps --windows and Debian's libz-mingw-w64-dev; tests run under Wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# GNU ar and ld look each symbol's section up in a list: with the many small sections of C++ they take longer than the
# compiler. LLVM's read the same files at once.
find_program(CROSSDOCK_LLVM_AR NAMES llvm-ar-14 llvm-ar)
find_program(CROSSDOCK_LLVM_RANLIB NAMES llvm-ranlib-14 llvm-ranlib)
if(CROSSDOCK_LLVM_AR AND CROSSDOCK_LLVM_RANLIB)
  set(CMAKE_AR ${CROSSDOCK_LLVM_AR} CACHE FILEPATH "")
  set(CMAKE_RANLIB ${CROSSDOCK_LLVM_RANLIB} CACHE FILEPATH "")
endif()
find_program(CROSSDOCK_LLD NAMES ld.lld-14)
set(linker "")
if(CROSSDOCK_LLD)
  set(linker " -wrapper ${CMAKE_CURRENT_LIST_DIR}/link-with-lld")
endif()
# Nothing of this machine's own may be linked.
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/../packaging/wine)
# One file that runs on any Windows 10, Server 2016 or later.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static${linker}")
add_compile_definitions(_WIN32_WINNT=0x0A00 NOMINMAX WIN32_LEAN_AND_MEAN UNICODE _UNICODE)
