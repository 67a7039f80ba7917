include(GoogleTest)

# What the tests need, and nothing else: sanitized builds are built by it.
add_custom_target(reprise_tests)

# reprise_test(<name> LAYER <unit|fake|browser|e2e|portal|packaging> SOURCES <...> DEPENDS <targets...>)
# One gtest binary, one ctest entry per binary (labelled with its layer): the binary itself is quick to start, and its
# own output names the failing test. Tests of the layer `browser` run a second time, as <name>.chromium, on the full
# browser (chromium --headless) in place of headless-shell.
set(REPRISE_CHROMIUM /usr/lib/chromium/chromium CACHE FILEPATH "The full browser that the browser tests run on, too")

# What is tested is optimised, the tests' own code is not; and the headers of others that it includes are parsed once per
# build, not per test: together three quarters of the time it takes to compile. Each file still includes what it uses: the
# presets dev and tidy go without (CMAKE_DISABLE_PRECOMPILE_HEADERS). The libraries go without, too: with precompiled
# headers GCC 12 warns of the standard library's own code.
file(WRITE ${PROJECT_BINARY_DIR}/test_headers.cpp "")
add_library(reprise_test_headers OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/test_headers.cpp)
target_precompile_headers(reprise_test_headers PRIVATE
  <algorithm> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <string> <thread> <vector>
  <boost/json/array.hpp> <boost/json/object.hpp> <boost/json/parse.hpp> <boost/json/serialize.hpp> <boost/json/value.hpp>
  <fmt/format.h> <gmock/gmock.h> <gtest/gtest.h>)

function(reprise_test_code target)
  target_link_libraries(${target} PRIVATE Boost::json fmt::fmt GTest::gmock)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  reprise_warnings(${target})
endfunction()
reprise_test_code(reprise_test_headers)

function(reprise_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LAYER;TIMEOUT" "SOURCES;DEPENDS;ENVIRONMENT")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  reprise_test_code(${name})
  target_precompile_headers(${name} REUSE_FROM reprise_test_headers)
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
