# Expectations without a matcher, locators that nothing is done with and answers that nobody looks at are warned of: they
# would pass in silence.
#
# cmake -D COMPILER=… -D SOURCE=… -D WORK=… -P forgotten_test.cmake
cmake_minimum_required(VERSION 3.25)

set(forgotten
  "expect(page.locator(\"p\"))"
  "expect(page.locator(\"p\")).not_()"
  "expect(page)"
  "expect(page).not_()"
  "require(page.locator(\"p\"))"
  "require(page, \"why\")"
  "eventually(one)"
  "page.locator(\"p\")"
  "page.locator(\"p\").first()"
  "page.frame_locator(\"iframe\")"
  "page.locator(\"p\").is_visible()"
  "page.locator(\"p\").is_checked()"
  "page.locator(\"p\").count()"
  "page.locator(\"p\").inner_text()"
  "page.locator(\"p\").all_text_contents()"
  "page.locator(\"p\").attribute(\"id\")")
set(done
  "expect(page.locator(\"p\")).not_().to_be_visible()"
  "eventually(one).to_equal(1)"
  "page.locator(\"p\").click()")

set(text "#include <reprise/fixtures/test.hpp>\nusing namespace reprise;\nint one();\nvoid forgets(const Page& page) {\n")
foreach(statement IN LISTS forgotten done)
  string(APPEND text "    ${statement}@\n")
endforeach()
string(REPLACE "@" ";" text "${text}}\n")
file(WRITE ${WORK}/forgotten.cpp "${text}")

set(includes "")
foreach(module cdp locators reporters runner vision fixtures)
  list(APPEND includes -I${SOURCE}/${module}/include)
endforeach()
execute_process(COMMAND ${COMPILER} -std=c++20 -Wall -fsyntax-only ${includes} ${WORK}/forgotten.cpp
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "it does not compile:\n${output}")
endif()

set(line 4)
foreach(statement IN LISTS forgotten done)
  math(EXPR line "${line} + 1")
  string(FIND "${output}" "forgotten.cpp:${line}:" at)
  if(statement IN_LIST forgotten AND at EQUAL -1)
    message(FATAL_ERROR "no warning of `${statement}`:\n${output}")
  elseif(statement IN_LIST done AND NOT at EQUAL -1)
    message(FATAL_ERROR "a warning of `${statement}`:\n${output}")
  endif()
endforeach()
