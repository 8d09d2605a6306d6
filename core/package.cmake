# `cmake --build --preset release --target package`: a .deb and a .tar.gz that need nothing but the C library and
# the time zones. What else the binary and the plugins are linked to lies in lib/weir/bundled, which only a package
# has: a prefix made by `cmake --install` uses the machine's own libraries.
install(CODE "
  file(GLOB plugins \"${CMAKE_BINARY_DIR}/lib/weir/plugins/*.so\")
  file(GET_RUNTIME_DEPENDENCIES LIBRARIES \"$<TARGET_FILE:weir_shared>\" MODULES \${plugins}
    RESOLVED_DEPENDENCIES_VAR dependencies PRE_EXCLUDE_REGEXES \"^ld-linux\" \"^lib(c|m|weir)[.]so\")
  file(INSTALL \${dependencies} DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/weir/bundled\" FOLLOW_SYMLINK_CHAIN)
" COMPONENT bundled EXCLUDE_FROM_ALL)
# Keys of pseudonyms and what runs left behind are nobody else's.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/pipelines DESTINATION share/weir COMPONENT bundled EXCLUDE_FROM_ALL
        PATTERN "*.key" EXCLUDE PATTERN "out" EXCLUDE PATTERN ".weir" EXCLUDE)

set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VENDOR "The Weir authors")
set(CPACK_PACKAGE_CONTACT "The Weir authors <weir@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Data pipelines declared in YAML")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};weir;ALL;/" "${CMAKE_BINARY_DIR};weir;bundled;/")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.36), tzdata")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
include(CPack)
