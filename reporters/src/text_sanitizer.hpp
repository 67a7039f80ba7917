// Makes text that came from pages, data files and error messages safe for the sinks it goes to. Removal comes first and
// escaping is left to the writer of the format: the other way round, `]]\0>` would turn into `]]>` after the escaping.
//
// Thread contract: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reprise::reporters {

// Each byte that is no part of valid UTF-8 becomes U+FFFD; everything else stays, controls included.
std::string repair_utf8(std::string_view text);

// For XML 1.0: repaired, without ANSI escape sequences and without characters that XML cannot hold, not even escaped.
std::string clean_for_xml(std::string_view text);

// For one line of a terminal: repaired, without escape sequences, controls (C0, C1) and bidi controls; line breaks and
// tabs become blanks.
std::string clean_for_terminal(std::string_view text);

// As much of `text` (already clean) as fits into `columns`; wide characters count as two.
std::string_view fit_columns(std::string_view text, std::size_t columns);

// Appends `code` as UTF-8; a surrogate or a value beyond U+10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code);

}  // namespace reprise::reporters
