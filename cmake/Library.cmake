# SPDX-License-Identifier: Apache-2.0
# What every target of ours is compiled with, and one static library per folder of src/.

add_library(crossdock_flags INTERFACE)
target_include_directories(crossdock_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
target_compile_options(crossdock_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Werror
  -ffunction-sections -fdata-sections)
# GCC 12 sees an overlap in "text" + std::string(...) at -O3 that is not there (GCC bug 105651).
target_compile_options(crossdock_flags INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
# A build from nothing takes half the time when eight sources are compiled as one. Names in unnamed namespaces must then
# differ within a folder; what -Wshadow and -Wsubobject-linkage say across files is no mistake.
if(CROSSDOCK_UNITY)
  target_compile_options(crossdock_flags INTERFACE -Wno-subobject-linkage -Wno-shadow -fmax-errors=30)
endif()
if(CROSSDOCK_SANITIZE)
  target_compile_options(crossdock_flags INTERFACE -fsanitize=${CROSSDOCK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(crossdock_flags INTERFACE -fsanitize=${CROSSDOCK_SANITIZE})
endif()

# crossdock_library(http LINKS base observability PRIVATE_LINKS httplib): src/http/*.cpp as crossdock_http.
# A subfolder becomes connectors_shopify. Files that differ by system end in _posix, _linux or _windows.
configure_file(${CMAKE_SOURCE_DIR}/cmake/version.h.in ${CMAKE_BINARY_DIR}/generated/base/version.h @ONLY)

function(crossdock_library folder)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  if(WIN32)
    list(FILTER sources EXCLUDE REGEX "_(posix|linux)\\.cpp$")
  else()
    list(FILTER sources EXCLUDE REGEX "_windows\\.cpp$")
  endif()
  if(NOT sources)
    add_library(crossdock_${name} INTERFACE)
    set(scope INTERFACE)
    set(private INTERFACE)
  else()
    add_library(crossdock_${name} STATIC ${sources})
    if(CROSSDOCK_UNITY)
      set_target_properties(crossdock_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
    # The simulated marketplaces are two fifths of the code and nobody waits for them: a quarter less to compile.
    if(folder MATCHES "^(sandbox|cli|config)")
      target_compile_options(crossdock_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    set(scope PUBLIC)
    set(private PRIVATE)
  endif()
  target_link_libraries(crossdock_${name} ${scope} crossdock_flags)
  foreach(link ${ARG_LINKS})
    string(REPLACE "/" "_" link ${link})
    target_link_libraries(crossdock_${name} ${scope} crossdock_${link})
  endforeach()
  target_link_libraries(crossdock_${name} ${private} ${ARG_PRIVATE_LINKS})
endfunction()
