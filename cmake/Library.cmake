# SPDX-License-Identifier: Apache-2.0
# What every target of ours is compiled with, and one static library per folder of src/.

add_library(crossdock_flags INTERFACE)
if(WIN32)
  target_include_directories(crossdock_flags SYSTEM INTERFACE ${host_headers})
  # src/base/narrow_windows.cpp and thread_exit_windows.cpp instead of the libraries' functions of these names.
  target_link_options(crossdock_flags INTERFACE -Wl,-u,mbrtowc -Wl,-u,wcrtomb -Wl,-u,__cxa_thread_atexit)
  target_link_libraries(crossdock_flags INTERFACE ws2_32 crypt32 iphlpapi advapi32 shell32)
endif()
target_include_directories(crossdock_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
target_compile_options(crossdock_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Werror
  -ffunction-sections -fdata-sections)
# GCC 12 sees an overlap in "text" + std::string(...) at -O3 that is not there (GCC bug 105651).
target_compile_options(crossdock_flags INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
# A build from nothing takes a third of the time when a folder's sources are compiled as one: what they use of the standard
# library is then made once, and not once for each. Names in unnamed namespaces must then differ within a folder; what
# -Wshadow and -Wsubobject-linkage say across files is no mistake.
if(CROSSDOCK_UNITY)
  target_compile_options(crossdock_flags INTERFACE -Wno-shadow
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> $<$<CXX_COMPILER_ID:GNU>:-fmax-errors=30>)
endif()
# json.hpp takes three of the ten seconds that such a unit needs, so it is compiled once for all, per level of
# optimisation. Only together with unity builds: without, every source shows that it includes what it uses.
function(crossdock_precompile_json level)
  set(name crossdock_precompiled_json_${level})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/precompiled_json_${level}.cpp CONTENT "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/generated/precompiled_json_${level}.cpp)
  target_link_libraries(${name} PRIVATE crossdock_flags nlohmann_json::nlohmann_json)
  target_compile_options(${name} PRIVATE ${ARGN})
  target_precompile_headers(${name} PRIVATE <nlohmann/json.hpp>)
endfunction()
function(crossdock_use_precompiled_json target level)
  if(CROSSDOCK_UNITY)
    target_precompile_headers(${target} REUSE_FROM crossdock_precompiled_json_${level})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)  # for the compiler cache
  endif()
endfunction()
if(CROSSDOCK_SANITIZE)
  target_compile_options(crossdock_flags INTERFACE -fsanitize=${CROSSDOCK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(crossdock_flags INTERFACE -fsanitize=${CROSSDOCK_SANITIZE})
endif()

if(CROSSDOCK_UNITY)
  crossdock_precompile_json(usual)
  crossdock_precompile_json(quick $<$<CONFIG:Release>:-O1>)
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
      set(batch 40)
      # GNU as can number no more than 10 MB of the names of such sections, and is slow long before.
      if(WIN32 AND folder MATCHES "^(app|cli)$")
        set(batch 13)
      elseif(WIN32 AND folder STREQUAL "sandbox/shopify")
        set(batch 4)
      endif()
      set_target_properties(crossdock_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
      # windows.h defines words such as ERROR and DELETE away from everybody behind it.
      set(alone ${sources})
      list(FILTER alone INCLUDE REGEX "_windows\\.cpp$")
      set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
    # A section for each function makes more of them than the object files of Windows usually can number.
    if(WIN32 AND folder MATCHES "^(app|cli|sandbox/|sync|api/routes)")
      target_compile_options(crossdock_${name} PRIVATE -Wa,-mbig-obj)
    endif()
    # What waits for marketplaces, people or the disk loses nothing by -O1, and takes a quarter less to compile. What people
    # alone ask for takes a third less room in the program by -Os.
    set(level usual)
    if(folder MATCHES "^(cli|app/doctor)$")
      target_compile_options(crossdock_${name} PRIVATE $<$<CONFIG:Release>:-Os>)
      set(level none)
    elseif(folder MATCHES "^(sandbox|config|app|platform|webhooks|sync|connectors/)")
      target_compile_options(crossdock_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
      set(level quick)
    endif()
    if(ARG_PRIVATE_LINKS MATCHES "nlohmann_json" AND NOT level STREQUAL "none")
      crossdock_use_precompiled_json(crossdock_${name} ${level})
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
