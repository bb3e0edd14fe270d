# SPDX-License-Identifier: Apache-2.0
# What ThirdParty.cmake finds in Debian's packages on Linux, for the Windows build.

set(openssl_dir ${CROSSDOCK_DEPS}/openssl_mingw64)
if(NOT EXISTS ${openssl_dir}/lib/libssl.a OR NOT EXISTS ${CROSSDOCK_DEPS}/pugixml/pugixml.cpp)
  message(FATAL_ERROR "The Windows build needs what `packaging/fetch-deps --windows` puts into ${CROSSDOCK_DEPS}: run that first")
endif()
add_library(OpenSSL::Crypto STATIC IMPORTED)
set_target_properties(OpenSSL::Crypto PROPERTIES IMPORTED_LOCATION ${openssl_dir}/lib/libcrypto.a
  INTERFACE_INCLUDE_DIRECTORIES ${openssl_dir}/include INTERFACE_LINK_LIBRARIES "ws2_32;crypt32;advapi32;user32")
add_library(OpenSSL::SSL STATIC IMPORTED)
set_target_properties(OpenSSL::SSL PROPERTIES IMPORTED_LOCATION ${openssl_dir}/lib/libssl.a
  INTERFACE_INCLUDE_DIRECTORIES ${openssl_dir}/include INTERFACE_LINK_LIBRARIES OpenSSL::Crypto)

find_library(ZLIB_STATIC NAMES libz.a REQUIRED)  # not libz.dll.a
add_library(ZLIB::ZLIB STATIC IMPORTED)
set_target_properties(ZLIB::ZLIB PROPERTIES IMPORTED_LOCATION ${ZLIB_STATIC})

add_library(pugixml_static STATIC ${CROSSDOCK_DEPS}/pugixml/pugixml.cpp)
target_include_directories(pugixml_static SYSTEM PUBLIC ${CROSSDOCK_DEPS}/pugixml)
target_compile_options(pugixml_static PRIVATE -O2 -w -ffunction-sections -fdata-sections)
add_library(pugixml::static ALIAS pugixml_static)

# Libraries that are headers alone are the same for every system: those of this machine, and nothing else of /usr/include.
set(host_headers ${CMAKE_BINARY_DIR}/host-headers)
file(MAKE_DIRECTORY ${host_headers})
foreach(folder nlohmann CLI toml++ spdlog fmt)
  if(NOT EXISTS /usr/include/${folder})
    message(FATAL_ERROR "/usr/include/${folder} is missing: packaging/test-windows installs what is needed")
  endif()
  file(CREATE_LINK /usr/include/${folder} ${host_headers}/${folder} SYMBOLIC)
endforeach()
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
set_target_properties(nlohmann_json::nlohmann_json PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${host_headers})
