# The package weir-sdk: find_package(weir-sdk) gives weir::sdk and weir_add_plugin_library().
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/weir-sdk)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/weir DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/src/ DESTINATION ${package_dir}/src COMPONENT sdk)
install(FILES ${WEIR_SDK_CMAKE_DIR}/WeirPlugin.cmake ${WEIR_SDK_CMAKE_DIR}/plugin.version
  DESTINATION ${package_dir} COMPONENT sdk)
install(TARGETS weir_sdk_headers EXPORT weir-sdk-targets COMPONENT sdk)
install(EXPORT weir-sdk-targets NAMESPACE weir:: DESTINATION ${package_dir} COMPONENT sdk)
configure_package_config_file(${WEIR_SDK_CMAKE_DIR}/weir-sdk-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/weir-sdk-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/weir-sdk-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/weir-sdk-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/weir-sdk-config-version.cmake DESTINATION ${package_dir} COMPONENT sdk)
