option(REPRISE_WERROR "Treat warnings as errors (set in CI)" OFF)

function(reprise_warnings target)
  # GCC 12 sees overlapping copies in std::string's own operator+ when it optimises (GCC bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  # And unset variables in instrumented std::regex (GCC bug 105562).
  if(REPRISE_SANITIZED)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
  if(REPRISE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
