// Which parts of a page's scripts and style sheets were used.
//
//     page.start_js_coverage();
//     page.navigate("/");
//     for (const auto& script : page.stop_js_coverage()) fmt::print("{:.0%} {}\n", script.used_share(), script.url);
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reprise::locators {

struct TextRange {
    std::size_t begin{}, end{};  // bytes of the text; `end` is the one behind the last
};

struct Coverage {
    std::string url{};              // of the file; of a style sheet within a document: the document's
    std::string text{};             // UTF-8
    std::vector<TextRange> used{};  // in order, apart from each other

    double used_share() const;  // 0-1, of the text's bytes
};

}  // namespace reprise::locators
