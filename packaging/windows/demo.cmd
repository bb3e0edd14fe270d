@echo off
rem SPDX-License-Identifier: Apache-2.0
rem A hub with simulated shops. Ctrl+C ends it; it leaves nothing behind.
chcp 65001 >nul
title crossdock demo
"%~dp0crossdock.exe" demo
pause
