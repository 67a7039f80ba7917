# The headers are commented for those who read them as they are: `//`. This makes Doxygen's marks of it: comments above
# a declaration, behind a member, and the one that begins a file. Examples (four columns further in) stay as they are;
# elsewhere what Doxygen would take for a command or a tag is escaped.
function is_note(text) { return text ~ /NOLINT|clang-format|^ *namespace|^ *-{3,}/ }
function escaped(text,   parts, count, i, result) {
    if (text ~ /^     /) return text
    count = split(text, parts, "`")
    for (i = 1; i <= count; ++i) {
        if (i % 2 == 1) {  # not within `code`
            gsub(/[\\@#]/, "\\\\&", parts[i])
            gsub(/</, "\\&lt;", parts[i])
            gsub(/>/, "\\&gt;", parts[i])
        }
        result = result (i > 1 ? "`" : "") parts[i]
    }
    return result
}

NR == 1 { at_head = /^\/\// }
at_head && !/^\/\// { at_head = 0 }

/^ *\/\// {
    match($0, /^ *\/\//)
    text = substr($0, RLENGTH + 1)
    if (is_note(text)) { print; next }
    if (NR == 1) print "/// @file"
    print substr($0, 1, RLENGTH) "/" escaped(text)
    next
}
# Behind code, and not within a string ("https://...").
match($0, /[;,{}]  *\/\/ /) && !/^#/ {
    behind = substr($0, RSTART + RLENGTH)
    if (!is_note(behind)) $0 = substr($0, 1, RSTART) "  ///< " escaped(behind)
}
{ print }
