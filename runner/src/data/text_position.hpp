// Places in a text, and reading a text file whole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reprise::runner {

// From 1; the column counts characters, not bytes.
struct TextPosition {
    int line{1}, column{1};
};

// Turns offsets into lines and columns. Remembers the last place: asked in rising order, it reads the text once.
// Line breaks are LF, CRLF and CR. One thread at a time; `text` must outlive it.
class PositionFinder {
public:
    explicit PositionFinder(std::string_view text, int first_line = 1)
        : text_{text}, first_line_{first_line}, position_{first_line, 1} {}
    TextPosition at(std::size_t offset);

private:
    std::string_view text_;
    int first_line_;
    std::size_t offset_{};
    TextPosition position_;
};

// The line around `offset`, cut to what fits a terminal, and a caret below the place.
std::string excerpt_at(std::string_view text, std::size_t offset);

// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not).
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// The file's text without a byte order mark. Throws DataError: not readable, over `limit_bytes`, UTF-16.
std::string read_text_file(const std::string& path, std::size_t limit_bytes);

}  // namespace reprise::runner
