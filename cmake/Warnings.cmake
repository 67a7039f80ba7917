option(REPRISE_WERROR "Treat warnings as errors (set in CI)" OFF)

function(reprise_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic)
  if(REPRISE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
