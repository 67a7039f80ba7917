# reprise_embed_text(<target> <symbol> <namespace> FILES <file...>)
# Turns text files, joined in the given order, into one C++ string constant `<namespace>::<symbol>`, declared in the
# generated header <symbol>.hpp. The text is cut into raw strings of less than 16 KiB, the length every compiler takes.
set(REPRISE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_text_script.cmake)

function(reprise_embed_text target symbol namespace)
  cmake_parse_arguments(PARSE_ARGV 3 ARG "" "" "FILES")
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${out}/${symbol}.cpp ${out}/${symbol}.hpp
    COMMAND ${CMAKE_COMMAND} "-DFILES=${ARG_FILES}" -DSYMBOL=${symbol} -DNAMESPACE=${namespace} -DOUT=${out}
            -P ${REPRISE_EMBED_SCRIPT}
    DEPENDS ${ARG_FILES} ${REPRISE_EMBED_SCRIPT}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/${symbol}.cpp ${out}/${symbol}.hpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
