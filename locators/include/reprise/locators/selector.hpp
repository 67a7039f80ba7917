// The words in which elements are asked for: text to match, roles, and options of the get_by_* functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reprise::locators {

// A JavaScript regular expression.
struct Regex {
    std::string source;
    std::string flags{};
};

// Text to match: a string (case-insensitive part of the text, white space folded; or exactly, see the options) or a
// Regex.
class TextMatch {
public:
    TextMatch(const char* text) : text_{text} {}             // NOLINT: implicit by intent
    TextMatch(std::string text) : text_{std::move(text)} {}  // NOLINT
    TextMatch(Regex regex) : text_{std::move(regex.source)}, flags_{std::move(regex.flags)} {}  // NOLINT

    std::string json(bool exact) const;  // as the page script takes it
    std::string shown() const;           // as written in a call: "Save" or /save/i

private:
    std::string text_;
    std::optional<std::string> flags_{};  // set: a regex
};

struct TextOptions {
    bool exact{};  // the whole text, case-sensitive
};

// ARIA roles. Those that are C++ keywords do not exist in ARIA; `switch` does, and is spelled `switch_`.
// Laid out by hand: the formatter indents each row further than the one before.
// clang-format off
#define REPRISE_ROLES(X) \
    X(alert) X(alertdialog) X(application) X(article) X(banner) X(blockquote) X(button) X(caption) X(cell) \
    X(checkbox) X(code) X(columnheader) X(combobox) X(complementary) X(contentinfo) X(definition) \
    X(deletion) X(dialog) X(directory) X(document) X(emphasis) X(feed) X(figure) X(form) X(generic) X(grid) \
    X(gridcell) X(group) X(heading) X(img) X(insertion) X(link) X(list) X(listbox) X(listitem) X(log) \
    X(main) X(marquee) X(math) X(menu) X(menubar) X(menuitem) X(menuitemcheckbox) X(menuitemradio) X(meter) \
    X(navigation) X(none) X(note) X(option) X(paragraph) X(presentation) X(progressbar) X(radio) \
    X(radiogroup) X(region) X(row) X(rowgroup) X(rowheader) X(scrollbar) X(search) X(searchbox) X(separator) \
    X(slider) X(spinbutton) X(status) X(strong) X(subscript) X(superscript) X(switch_) X(tab) X(table) \
    X(tablist) X(tabpanel) X(term) X(textbox) X(time) X(timer) X(toolbar) X(tooltip) X(tree) X(treegrid) \
    X(treeitem)
// clang-format on

enum class Role {
#define REPRISE_ROLE(name) name,
    REPRISE_ROLES(REPRISE_ROLE)
#undef REPRISE_ROLE
};
std::string_view to_string(Role role);

struct RoleOptions {
    std::optional<TextMatch> name{};         // accessible name
    std::optional<TextMatch> description{};  // accessible description
    bool exact{};                            // both
    std::optional<bool> checked{};
    std::optional<bool> disabled{};
    std::optional<bool> expanded{};
    std::optional<bool> pressed{};
    std::optional<bool> selected{};
    std::optional<int> level{};  // of a heading
    bool include_hidden{};
};

}  // namespace reprise::locators
