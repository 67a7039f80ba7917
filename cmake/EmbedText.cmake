# reprise_embed_text(<target> <symbol> <namespace> [PAGE_SCRIPT] FILES <file...>)
# Turns text files, joined in the given order, into one C++ string constant `<namespace>::<symbol>`, declared in the
# generated header <symbol>.hpp. The text is cut into raw strings of less than 16 KiB, the length every compiler takes.
# PAGE_SCRIPT: the files are the body of one JavaScript function, `(repriseBinding) => { … }`, which every document gets.
# esbuild makes it short and ASCII: half of the text for Chromium to receive and to parse, for each document anew.
set(REPRISE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text_script.cmake)
find_program(REPRISE_ESBUILD esbuild REQUIRED)

function(reprise_embed_text target symbol namespace)
  cmake_parse_arguments(PARSE_ARGV 3 ARG "PAGE_SCRIPT" "" "FILES")
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(esbuild "")
  if(ARG_PAGE_SCRIPT)
    set(esbuild ${REPRISE_ESBUILD})
  endif()
  add_custom_command(
    OUTPUT ${out}/${symbol}.cpp ${out}/${symbol}.hpp
    COMMAND ${CMAKE_COMMAND} "-DFILES=${ARG_FILES}" -DSYMBOL=${symbol} -DNAMESPACE=${namespace} -DOUT=${out}
            -DESBUILD=${esbuild} -P ${REPRISE_EMBED_SCRIPT}
    DEPENDS ${ARG_FILES} ${REPRISE_EMBED_SCRIPT}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/${symbol}.cpp ${out}/${symbol}.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
