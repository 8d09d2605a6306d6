# weir_add_test_program(NAME name PREFIX prefix SOURCES a_test.cpp... [OBJECTS target...] [LIBRARIES lib...])
#
# A GoogleTest program with every test of it known to ctest as `prefix.Suite.Name` and labelled `unit`. OBJECTS are
# targets whose object files are linked in as they are: the components of a plugin library.
include_guard(GLOBAL)
include(GoogleTest)
add_custom_target(weir_unit_tests)  # All of them.

function(weir_add_test_program)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;PREFIX" "SOURCES;OBJECTS;LIBRARIES")
  set(objects)
  foreach(target IN LISTS arg_OBJECTS)
    list(APPEND objects $<TARGET_OBJECTS:${target}>)
  endforeach()
  add_executable(${arg_NAME} ${arg_SOURCES} ${objects})
  target_link_libraries(${arg_NAME} PRIVATE weir_test_build ${arg_LIBRARIES} GTest::gmock_main Threads::Threads)
  target_compile_definitions(${arg_NAME} PRIVATE
    WEIR_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WEIR_BUILD_DIR="${PROJECT_BINARY_DIR}")
  weir_precompile_test_headers(${arg_NAME})
  add_dependencies(weir_unit_tests ${arg_NAME})
  gtest_discover_tests(${arg_NAME} TEST_PREFIX "${arg_PREFIX}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit)
endfunction()

# The first test program precompiles what all of them begin with.
function(weir_precompile_test_headers target)
  target_compile_options(${target} PRIVATE -pthread  # Some libraries ask for it, and all must agree.
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)  # As ccache needs it.
  get_property(owner GLOBAL PROPERTY weir_precompiled_test_headers)
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <cstdint>
      <cstring> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <unordered_map>
      <utility> <variant> <vector> <gmock/gmock.h> <gtest/gtest.h>)
    set_property(GLOBAL PROPERTY weir_precompiled_test_headers ${target})
  endif()
endfunction()
