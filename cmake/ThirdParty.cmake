# SPDX-License-Identifier: Apache-2.0
# Third-party libraries. Debian's packages where they serve; cpp-httplib, SQLite and SQLiteCpp as pinned sources, from
# packaging/fetch-deps (cached, checked by hash) or, where that has not run, by FetchContent.

if(DEFINED ENV{XDG_CACHE_HOME})
  set(default_deps $ENV{XDG_CACHE_HOME}/crossdock/deps)
else()
  set(default_deps $ENV{HOME}/.cache/crossdock/deps)
endif()
set(CROSSDOCK_DEPS ${default_deps} CACHE PATH "Where packaging/fetch-deps put the third-party sources")

find_package(Threads REQUIRED)
if(WIN32)
  include(cmake/ThirdPartyWindows.cmake)
else()
  set(OPENSSL_USE_STATIC_LIBS ON)
  find_package(OpenSSL 3.0 REQUIRED)
  find_package(nlohmann_json 3.11 REQUIRED)
  set(ZLIB_USE_STATIC_LIBS ON)  # read by CMake 3.24 and later
  if(NOT ZLIB_LIBRARY)
    find_library(ZLIB_LIBRARY NAMES libz.a z)
  endif()
  find_package(ZLIB REQUIRED)
  find_package(pugixml 1.13 REQUIRED)  # its static library, as everything else
endif()

include(FetchContent)
if(NOT EXISTS ${CROSSDOCK_DEPS}/httplib/httplib.h)
  message(STATUS "No sources in ${CROSSDOCK_DEPS}: fetching cpp-httplib from its release page")
  FetchContent_Declare(httplib_src URL https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.41.0.tar.gz
    URL_HASH SHA256=6d38a6b74ea33ac3133b8352f2b55b557c1d42f36e1ed0c01f852e3218329d39
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(httplib_src)
  find_package(Python3 REQUIRED)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${httplib_src_SOURCE_DIR}/split.py -o ${CMAKE_BINARY_DIR}/httplib
    WORKING_DIRECTORY ${httplib_src_SOURCE_DIR} COMMAND_ERROR_IS_FATAL ANY)
  set(httplib_dir ${CMAKE_BINARY_DIR}/httplib)
else()
  set(httplib_dir ${CROSSDOCK_DEPS}/httplib)
endif()
if(NOT EXISTS ${CROSSDOCK_DEPS}/sqlite/sqlite3.c)
  FetchContent_Declare(sqlite_src URL https://www.sqlite.org/2026/sqlite-amalgamation-3530400.zip
    # The SHA3-256 that sqlite.org publishes beside the file.
    URL_HASH SHA3_256=628a44cfe82c66aed1ccbbe85a562d2e33ebe64b3288981ed76285612227934e
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(sqlite_src)
  set(sqlite_dir ${sqlite_src_SOURCE_DIR})
else()
  set(sqlite_dir ${CROSSDOCK_DEPS}/sqlite)
endif()
if(NOT EXISTS ${CROSSDOCK_DEPS}/sqlitecpp/include/SQLiteCpp/SQLiteCpp.h)
  FetchContent_Declare(sqlitecpp_src URL https://github.com/SRombauts/SQLiteCpp/archive/refs/tags/3.3.3.tar.gz
    URL_HASH SHA256=33bd4372d83bc43117928ee842be64d05e7807f511b5195f85d30015cad9cac6
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(sqlitecpp_src)
  set(sqlitecpp_dir ${sqlitecpp_src_SOURCE_DIR})
else()
  set(sqlitecpp_dir ${CROSSDOCK_DEPS}/sqlitecpp)
endif()

# Built once, optimised, without our warnings. Without DIRECT_OVERFLOW_READ: a long payload comes from the reader's cache,
# which holds what an ERP asks for again and again, instead of by a system call for each of its pages, each time.
add_library(sqlite3 STATIC ${sqlite_dir}/sqlite3.c)
target_include_directories(sqlite3 SYSTEM PUBLIC ${sqlite_dir})
target_compile_definitions(sqlite3
  PUBLIC SQLITE_OMIT_LOAD_EXTENSION
  PRIVATE SQLITE_DIRECT_OVERFLOW_READ=0 SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_LIKE_DOESNT_MATCH_BLOBS
    SQLITE_MAX_EXPR_DEPTH=0 SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE SQLITE_USE_ALLOCA
    SQLITE_ENABLE_STAT4)
target_compile_options(sqlite3 PRIVATE -O2 -w -ffunction-sections -fdata-sections)
target_link_libraries(sqlite3 PUBLIC Threads::Threads)

file(GLOB sqlitecpp_sources ${sqlitecpp_dir}/src/*.cpp)
add_library(sqlitecpp STATIC ${sqlitecpp_sources})
target_include_directories(sqlitecpp SYSTEM PUBLIC ${sqlitecpp_dir}/include)
target_compile_options(sqlitecpp PRIVATE -O2 -w -ffunction-sections -fdata-sections)
target_link_libraries(sqlitecpp PUBLIC sqlite3)

# Every CPPHTTPLIB_* macro is PUBLIC: a difference between units would break the one-definition rule.
add_library(httplib STATIC ${httplib_dir}/httplib.cc)
target_include_directories(httplib SYSTEM PUBLIC ${httplib_dir})
target_compile_definitions(httplib PUBLIC CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_NO_DEFAULT_USER_AGENT
  CPPHTTPLIB_TCP_NODELAY=true CPPHTTPLIB_LISTEN_BACKLOG=512)
target_compile_options(httplib PRIVATE -O2 -w -ffunction-sections -fdata-sections)
target_link_libraries(httplib PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
