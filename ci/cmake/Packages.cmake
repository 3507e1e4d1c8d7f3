# `cpack` in the build folder: a Debian package for each program. What they depend on is read from the binaries.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The smtpspec authors <smtpspec@example.org>")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL smtpspec smtp-reference-server)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_SMTPSPEC_PACKAGE_NAME smtpspec)
set(CPACK_DEBIAN_SMTPSPEC_PACKAGE_SUGGESTS smtp-reference-server)
set(CPACK_DEBIAN_SMTPSPEC_DESCRIPTION "conformance suite for SMTP servers
 Scripted clients talk to a server, look into its mailboxes and at the next hop, and judge it against the RFCs.")
set(CPACK_DEBIAN_SMTP-REFERENCE-SERVER_PACKAGE_NAME smtp-reference-server)
set(CPACK_DEBIAN_SMTP-REFERENCE-SERVER_DESCRIPTION "complete SMTP server for tests and small sites
 Takes mail for hosted accounts into Maildirs, and mail for everybody else from those who may send it.")
include(CPack)
