# weir_add_plugin_test(family SOURCES a.cpp... TESTS a_test.cpp... [LIBRARIES lib...])
#
# A test of a family's components inside one program, with the host of this directory: real or simulated disk,
# a clock that is moved by hand, and everything that a component gives to its host kept for comparison.
include_guard(GLOBAL)

function(weir_add_plugin_test family)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;TESTS;LIBRARIES")
  set(target weir_${family}_plugin_test)
  add_executable(${target} ${arg_TESTS} ${arg_SOURCES} ${WEIR_SDK_SOURCE_DIR}/plugin_entry.cpp)
  target_link_libraries(${target} PRIVATE weir_build weir::sdk weir_plugin_host ${arg_LIBRARIES} GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE WEIR_PLUGIN_NAME="${family}" WEIR_PLUGIN_VERSION="0"
    WEIR_SDK_VERSION="${WEIR_SDK_VERSION}")
  gtest_discover_tests(${target} TEST_PREFIX "plugins.${family}." DISCOVERY_TIMEOUT 60)
endfunction()
