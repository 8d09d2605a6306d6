# The page about systems, read in a browser and compared with plain Python and DuckDB over the recorded data.
find_program(WEIR_CHROMIUM chromium)
find_program(WEIR_NPM npm)
if(WEIR_CHROMIUM AND WEIR_NPM AND TARGET weir)
  add_test(NAME insights.system
    COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/system.sh $<TARGET_FILE:weir> ${CMAKE_CURRENT_BINARY_DIR}/system)
  set_tests_properties(insights.system PROPERTIES
    ENVIRONMENT WEIR_CHROMIUM=${WEIR_CHROMIUM} TIMEOUT 600 SKIP_RETURN_CODE 77)
else()
  message(WARNING "chromium or npm is missing: the page about systems is not compared with the recorded data")
endif()
