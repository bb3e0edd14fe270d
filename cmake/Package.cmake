# SPDX-License-Identifier: Apache-2.0
# `cpack -G DEB` in a release build's folder: the Debian package. packaging/deb builds it from nothing.

include(GNUInstallDirs)
if(UNIX AND NOT APPLE AND TARGET crossdock)
  install(TARGETS crossdock RUNTIME DESTINATION bin)
  set(CROSSDOCK_UNIT_DIR /lib/systemd/system CACHE PATH "Where systemd's units are installed")
  install(FILES ${CMAKE_SOURCE_DIR}/systemd/crossdock.service DESTINATION ${CROSSDOCK_UNIT_DIR})
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/deb/crossdock.toml DESTINATION /etc/crossdock
          PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/completion/crossdock.bash
          DESTINATION share/bash-completion/completions RENAME crossdock)

  # The manual page and the changelog are expected packed, without a time in them.
  set(packed ${CMAKE_BINARY_DIR}/packed)
  add_custom_command(OUTPUT ${packed}/crossdock.1.gz ${packed}/changelog.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${packed}
    COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/packaging/crossdock.1 > ${packed}/crossdock.1.gz
    COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${packed}/changelog.gz
    DEPENDS ${CMAKE_SOURCE_DIR}/packaging/crossdock.1 ${CMAKE_SOURCE_DIR}/CHANGELOG.md VERBATIM)
  add_custom_target(crossdock_packed ALL DEPENDS ${packed}/crossdock.1.gz ${packed}/changelog.gz)
  install(FILES ${packed}/crossdock.1.gz DESTINATION share/man/man1)
  install(FILES ${packed}/changelog.gz ${CMAKE_SOURCE_DIR}/README.md DESTINATION share/doc/crossdock)
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/deb/copyright DESTINATION share/doc/crossdock)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/api ${CMAKE_SOURCE_DIR}/docs/channels ${CMAKE_SOURCE_DIR}/docs/ops
          DESTINATION share/doc/crossdock)
endif()

set(CPACK_PACKAGE_NAME crossdock)
set(CPACK_PACKAGE_VENDOR crossdock)
set(CPACK_PACKAGE_CONTACT "crossdock maintainers <maintainers@crossdock.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "channel hub between sales channels and an on-premises ERP")
set(CPACK_PACKAGE_DESCRIPTION
"Pulls orders, refunds and catalogues from Shopify, Amazon, Walmart, eBay and
ShipStation, keeps them in one SQLite database, serves them to an ERP that
polls over HTTP on this machine, and pushes the ERP's stock and shipments back.
One executable, one config file, no external service.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Channels are asked over TLS, and a local time needs a named zone.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/packaging/deb/postinst ${CMAKE_SOURCE_DIR}/packaging/deb/prerm
  ${CMAKE_SOURCE_DIR}/packaging/deb/postrm ${CMAKE_SOURCE_DIR}/packaging/deb/conffiles)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
include(CPack)
