#include <algorithm>
#include <vector>

#include "aria_template.hpp"

#include <boost/regex.hpp>

namespace reprise::locators {
namespace {

constexpr std::size_t k_most_lines = 400;  // of each side: the table below grows with their product

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty() && lines.size() < k_most_lines) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
        if (line.find_first_not_of(' ') != std::string_view::npos) lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::size_t indent_of(const std::string& line) {
    return line.find_first_not_of(' ');
}

// A template in a raw string is indented as the code around it is.
void move_to_margin(std::vector<std::string>& lines) {
    if (lines.empty()) return;
    const auto margin = indent_of(*std::ranges::min_element(lines, {}, indent_of));
    for (auto& line : lines) line.erase(0, margin);
}

// Where the regular expression that begins at `at` ends: before a space, a colon or the end of the line.
std::size_t end_of_regex(std::string_view line, std::size_t at) {
    for (auto end = line.find('/', at + 1); end != std::string_view::npos; end = line.find('/', end + 1)) {
        const auto next = line.substr(end + 1);
        if (line[end - 1] != '\\' && (next.empty() || next.front() == ' ' || next.front() == ':')) return end;
    }
    return std::string_view::npos;
}

bool is_property(std::string_view text) {
    return text.starts_with("/url:") || text.starts_with("/placeholder:") || text.starts_with("/children:");
}

// What the line says, as a pattern: its regular expressions as they are, all else literally.
std::string pattern_of(std::string_view line) {
    std::string pattern;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool may_begin = line[i] == '/' && i > 0 && line[i - 1] == ' ' && !is_property(line.substr(i));
        if (const auto end = may_begin ? end_of_regex(line, i) : std::string_view::npos; end != line.npos) {
            auto regex = line.substr(i + 1, end - i - 1);
            const bool from_start = regex.starts_with('^'), to_end = regex.ends_with('$');
            regex.remove_prefix(from_start ? 1 : 0);
            regex.remove_suffix(to_end ? 1 : 0);
            pattern += std::string("\"?") + (from_start ? "" : ".*") + "(?:" + std::string(regex) + ")" +
                       (to_end ? "" : ".*") + "\"?";
            i = end;
            continue;
        }
        if (std::string_view{"^$\\.*+?()[]{}|"}.find(line[i]) != std::string_view::npos) pattern += '\\';
        pattern += line[i];
    }
    return pattern;
}

bool says(const std::string& received, const std::string& wanted) {
    auto line = std::string_view{received}.substr(indent_of(received));
    auto part = std::string_view{wanted}.substr(indent_of(wanted));
    if (part.ends_with(':')) part.remove_suffix(1);
    if (line.starts_with(part)) {
        const auto rest = line.substr(part.size());
        return rest.empty() || rest.front() == ' ' || rest.front() == ':';
    }
    if (part.find('/') == std::string_view::npos) return false;
    constexpr std::size_t k_longest = 4'000;  // a page's text, and an expression that may be costly
    if (line.size() > k_longest) return false;
    try {
        return boost::regex_match(line.begin(), line.end(), boost::regex{pattern_of(part) + "(?:[ :].*)?"});
    } catch (const std::runtime_error&) {
        return false;  // written for JavaScript, or too costly; the line is then shown as different
    }
}

}  // namespace

std::string aria_difference(std::string_view yaml, std::string_view received) {
    auto wanted = lines_of(yaml);
    move_to_margin(wanted);
    const auto shown = lines_of(received);
    // The longest common subsequence, counted from the ends.
    std::vector<std::vector<int>> common(wanted.size() + 1, std::vector<int>(shown.size() + 1));
    std::vector<std::vector<char>> same(wanted.size(), std::vector<char>(shown.size()));
    for (auto w = wanted.size(); w-- > 0;) {
        for (auto s = shown.size(); s-- > 0;) {
            same[w][s] = says(shown[s], wanted[w]) ? 1 : 0;
            common[w][s] = same[w][s] != 0 ? common[w + 1][s + 1] + 1 : std::max(common[w + 1][s], common[w][s + 1]);
        }
    }
    std::string text;
    const auto add = [&](std::string_view mark, const std::string& line) {
        text += (text.empty() ? "    " : "\n    ") + std::string(mark) + line;
    };
    std::size_t w = 0;
    std::size_t s = 0;
    while (w < wanted.size() || s < shown.size()) {
        if (w < wanted.size() && s < shown.size() && same[w][s] != 0) {
            add("  ", shown[s++]);
            ++w;
        } else if (s == shown.size() || (w < wanted.size() && common[w + 1][s] >= common[w][s + 1])) {
            add("- ", wanted[w++]);
        } else {
            add("+ ", shown[s++]);
        }
    }
    return text;
}

}  // namespace reprise::locators
