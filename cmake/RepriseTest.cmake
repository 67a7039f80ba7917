include(GoogleTest)

# What the tests need, and nothing else: sanitized builds are built by it.
add_custom_target(reprise_tests)

# reprise_test(<name> LAYER <unit|fake|browser|e2e|portal|packaging> SOURCES <...> DEPENDS <targets...>)
# One gtest binary, one ctest entry per binary (labelled with its layer): the binary itself is quick to start, and its
# own output names the failing test. Tests of the layer `browser` run a second time, as <name>.chromium, on the full
# browser (chromium --headless) in place of headless-shell.
set(REPRISE_CHROMIUM /usr/lib/chromium/chromium CACHE FILEPATH "The full browser that the browser tests run on, too")

function(reprise_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LAYER;TIMEOUT" "SOURCES;DEPENDS;ENVIRONMENT")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  reprise_warnings(${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_dependencies(reprise_tests ${name})
  add_test(NAME ${ARG_LAYER}.${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${ARG_LAYER}.${name} PROPERTIES LABELS ${ARG_LAYER} TIMEOUT ${ARG_TIMEOUT}
                       ENVIRONMENT "${ARG_ENVIRONMENT}")
  if(ARG_LAYER STREQUAL browser)
    add_test(NAME ${ARG_LAYER}.${name}.chromium COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${ARG_LAYER}.${name}.chromium PROPERTIES LABELS "${ARG_LAYER}" TIMEOUT ${ARG_TIMEOUT}
                         ENVIRONMENT "${ARG_ENVIRONMENT};REPRISE_BROWSER=${REPRISE_CHROMIUM}")
  endif()
endfunction()
