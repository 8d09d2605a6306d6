# weir_add_plugin_library(NAME family VERSION x.y.z SOURCES a.cpp b.cpp... [NO_INSTALL])
#
# Makes the plugin library family.so, which exports one symbol and hides all others, in the directory where the
# weir of this build tree looks for plugins, and installs it where the weir of a prefix looks. Gives the target
# `family`; link what the family needs to it.
include_guard(GLOBAL)

function(weir_add_plugin_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NO_INSTALL" "NAME;VERSION" "SOURCES")
  if(NOT arg_NAME OR NOT arg_VERSION OR NOT arg_SOURCES)
    message(FATAL_ERROR "weir_add_plugin_library needs NAME, VERSION and SOURCES")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weir_add_plugin_library does not know '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  set(target ${arg_NAME})
  if(TARGET ${target})  # The engine has a target of that name: the file is called the same all the same.
    set(target weir_plugin_${arg_NAME})
  endif()
  add_library(${target} MODULE ${arg_SOURCES} ${WEIR_SDK_SOURCE_DIR}/plugin_entry.cpp)
  # An object of its own: a test that links components of several libraries leaves all entries out but one.
  set_source_files_properties(${WEIR_SDK_SOURCE_DIR}/plugin_entry.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${target} PRIVATE weir::sdk)
  weir_set_up_plugin(${target} ${arg_NAME} ${arg_VERSION})
  if(NOT arg_NO_INSTALL)
    install(TARGETS ${target} LIBRARY DESTINATION lib/weir/plugins COMPONENT plugins)
  endif()
endfunction()

# weir_add_plugin_test(NAME family SOURCES a_test.cpp...)
#
# Makes the test family_test over the test kit, which finds the library that weir_add_plugin_library() made under
# that name, and registers it with ctest. Needs GoogleTest.
function(weir_add_plugin_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES")
  if(NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "weir_add_plugin_test needs NAME and SOURCES")
  endif()
  if(NOT TARGET weir::test_kit)
    message(FATAL_ERROR "weir_add_plugin_test needs an installed weir beside the SDK: ${WEIR_SDK_PREFIX} has no libweir.so")
  endif()
  find_package(GTest REQUIRED)
  # Whoever writes a plugin waits for the compiler: the test is compiled beside the library, not after it, and -O0.
  add_library(${arg_NAME}_test_objects OBJECT ${arg_SOURCES})
  target_link_libraries(${arg_NAME}_test_objects PUBLIC weir::test_kit GTest::gmock_main)
  target_compile_features(${arg_NAME}_test_objects PRIVATE cxx_std_20)
  target_compile_options(${arg_NAME}_test_objects PRIVATE -O0)
  target_compile_definitions(${arg_NAME}_test_objects PRIVATE
    WEIR_TEST_PLUGIN_PATH="$<TARGET_FILE_DIR:${arg_NAME}>")
  add_executable(${arg_NAME}_test)
  target_link_libraries(${arg_NAME}_test PRIVATE ${arg_NAME}_test_objects)
  add_dependencies(${arg_NAME}_test ${arg_NAME})
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME}_test)
endfunction()

# What makes a library a plugin library: for targets that add_library() made elsewhere.
function(weir_set_up_plugin target name version)
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/weir/plugins
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${WEIR_SDK_CMAKE_DIR}/plugin.version)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_definitions(${target} PRIVATE
    WEIR_PLUGIN_NAME="${name}" WEIR_PLUGIN_VERSION="${version}"
    WEIR_SDK_VERSION="${WEIR_SDK_VERSION}" WEIR_PLUGIN_BUILD_TYPE="$<IF:$<CONFIG:>,none,$<CONFIG>>")
  # Unique symbols would bind inline variables of two plugins together, and pin the library in memory.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE -Wl,--version-script=${WEIR_SDK_CMAKE_DIR}/plugin.version)
  if(NOT WEIR_SANITIZE)  # A sanitizer's runtime comes with the program that loads the library.
    target_link_options(${target} PRIVATE -Wl,--no-undefined)
  endif()
  if(TARGET weir_build)  # Only in the engine's own tree.
    target_link_libraries(${target} PRIVATE weir_build)
  endif()
endfunction()
