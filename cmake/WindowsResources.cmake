# SPDX-License-Identifier: Apache-2.0
# What Windows reads of the program besides its code: version, manifest, and the message table of its event log source.
set(resources ${CMAKE_BINARY_DIR}/resources)
file(MAKE_DIRECTORY ${resources})
find_program(WINDMC x86_64-w64-mingw32-windmc REQUIRED)
# Writes messages.rc and MSG00001.bin.
execute_process(COMMAND ${WINDMC} -h ${resources} -r ${resources} ${CMAKE_SOURCE_DIR}/packaging/windows/messages.mc
  COMMAND_ERROR_IS_FATAL ANY)
configure_file(${CMAKE_SOURCE_DIR}/packaging/windows/crossdock.manifest ${resources}/crossdock.manifest COPYONLY)
configure_file(${CMAKE_SOURCE_DIR}/packaging/windows/crossdock.rc.in ${resources}/crossdock.rc @ONLY)
set_property(SOURCE ${resources}/crossdock.rc PROPERTY OBJECT_DEPENDS "${resources}/crossdock.manifest;${resources}/messages.rc")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packaging/windows/messages.mc)
target_sources(crossdock PRIVATE ${resources}/crossdock.rc)
target_include_directories(crossdock PRIVATE ${resources})
