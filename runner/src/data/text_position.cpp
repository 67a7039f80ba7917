#include "data/text_position.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <reprise/runner/data_error.hpp>

namespace reprise::runner {
namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

DataError unreadable(const std::string& path, std::string text) {
    return DataError({.severity = Severity::error, .file = path, .line = 0, .column = 0, .text = std::move(text)});
}

}  // namespace

TextPosition PositionFinder::at(std::size_t offset) {
    if (offset < offset_) {
        offset_ = 0;
        position_ = {first_line_, 1};
    }
    for (const std::size_t end = std::min(offset, text_.size()); offset_ < end; ++offset_) {
        const char byte = text_[offset_];
        const bool before_lf = byte == '\r' && offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n';
        if (byte == '\n' || (byte == '\r' && !before_lf)) {
            position_ = {position_.line + 1, 1};
        } else if (!is_continuation(byte)) {
            ++position_.column;
        }
    }
    return position_;
}

std::string excerpt_at(std::string_view text, std::size_t offset) {
    constexpr std::size_t k_reach = 60;  // bytes shown on either side
    offset = std::min(offset, text.size());
    const auto before = text.substr(0, offset).find_last_of("\r\n");
    std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    std::size_t end = std::min(text.find_first_of("\r\n", offset), text.size());
    if (offset - begin > k_reach) begin = offset - k_reach;
    if (end - offset > k_reach) end = offset + k_reach;
    while (begin < offset && is_continuation(text[begin])) ++begin;
    while (end > offset && end < text.size() && is_continuation(text[end])) --end;
    const auto line = text.substr(begin, end - begin);
    std::string caret;
    for (const char byte : line.substr(0, offset - begin)) {
        if (!is_continuation(byte)) caret += byte == '\t' ? '\t' : ' ';
    }
    return fmt::format("    {}\n    {}^", line, caret);
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return i;
        for (std::size_t k = 1; k < length; ++k) {
            if (!is_continuation(text[i + k])) return i;
        }
        const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
        const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
        const bool surrogate = lead == 0xED && second >= 0xA0;
        if (overlong || surrogate || (lead == 0xF4 && second >= 0x90)) return i;
        i += length;
    }
    return std::nullopt;
}

std::string read_text_file(const std::string& path, std::size_t limit_bytes) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) throw unreadable(path, "is a folder, expected a file");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw unreadable(path, fmt::format("cannot be read: {}", std::strerror(errno)));
    const auto size = std::filesystem::file_size(path, error);
    if (!error && size > limit_bytes) {
        throw unreadable(path, fmt::format("has {} bytes, expected at most {} MiB", size, limit_bytes >> 20));
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) throw unreadable(path, "cannot be read to its end");
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        throw unreadable(path, "is UTF-16, expected UTF-8");
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return text;
}

}  // namespace reprise::runner
