#include "scoring/prepared.hpp"

#include <algorithm>
#include <string_view>

namespace reprise::locators::scoring {
namespace {

using std::string_view;

bool one_of(string_view word, std::initializer_list<string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool is_test_id(string_view name) {
    return one_of(name, {"data-testid", "data-test-id", "data-test", "data-qa", "data-cy"});
}

// The frameworks' own renamings of one and the same attribute.
std::string data_name(std::string name) {
    if (name.starts_with("data-bs-")) name.erase(5, 3);
    return name;
}

std::vector<Token> sorted(std::vector<Token> tokens) {
    std::ranges::sort(tokens);
    tokens.erase(std::ranges::unique(tokens).begin(), tokens.end());
    return tokens;
}

std::vector<Token> class_tokens(const std::string& class_name) {
    std::vector<Token> tokens;
    std::size_t from = 0;
    while (from < class_name.size()) {
        auto to = class_name.find_first_of(" \t\n", from);
        if (to == std::string::npos) to = class_name.size();
        const auto name = class_name.substr(from, to - from);
        if (!name.empty() && !looks_generated(name) && !name.starts_with("css-") && !name.starts_with("sc-")) {
            tokens.push_back(token_of(name));
        }
        from = to + 1;
    }
    return sorted(std::move(tokens));
}

std::vector<Token> data_tokens(const Fingerprint& print, bool names_only) {
    std::vector<Token> tokens;
    for (const auto& [name, value] : print.data) {
        if (is_test_id(name)) continue;
        const auto plain = data_name(name);
        if (names_only) {
            tokens.push_back(token_of(plain));
        } else if (!value.empty() && !looks_generated(value)) {
            tokens.push_back(token_of(plain + "=" + value));
        }
    }
    return sorted(std::move(tokens));
}

// "#", "javascript:" and the like lead nowhere and say nothing.
std::string target_of(const std::string& href) {
    if (href.empty() || href == "#" || href == "#!" || href.starts_with("javascript:")) return {};
    auto target = href;
    for (string_view prefix : {"./", "../", "/"}) {
        while (target.starts_with(prefix)) target.erase(0, prefix.size());
    }
    return target;
}

const std::string& label_of(const Fingerprint& print) {
    for (const auto* text :
         {&print.aria_label, &print.label, &print.text, &print.alt, &print.title, &print.placeholder}) {
        if (!text->empty()) return *text;
    }
    return print.accessible_name;
}

struct Step {
    string_view tag;
    int index;
};

// Steps from the element upwards. What is no plain path ("//*[@id='x']") ends it.
std::vector<Step> steps_of(string_view xpath) {
    std::vector<Step> steps;
    while (!xpath.empty()) {
        const auto slash = xpath.find_last_of('/');
        auto step = slash == string_view::npos ? xpath : xpath.substr(slash + 1);
        if (step.empty() || step.find('@') != string_view::npos || step.find('*') != string_view::npos) break;
        int index = 1;
        if (const auto open = step.find('['); open != string_view::npos) {
            index = std::atoi(std::string(step.substr(open + 1)).c_str());
            step = step.substr(0, open);
        }
        steps.push_back({step, index});
        if (slash == string_view::npos) break;
        xpath = xpath.substr(0, slash);
    }
    return steps;
}

void prepare_path(const Fingerprint& print, Prepared& prepared) {
    prepared.place = 1;
    for (const auto& step : steps_of(print.xpath)) {
        prepared.tags.push_back(token_of(step.tag));
        prepared.path.push_back(token_of(std::string(step.tag) + "[" + std::to_string(step.index) + "]"));
        if (prepared.place == 1 && step.index > 1) prepared.place = step.index;
        if (prepared.landmark == 0 &&
            one_of(step.tag, {"nav", "header", "footer", "aside", "form", "dialog", "main"})) {
            prepared.landmark = token_of(step.tag);
        }
    }
}

std::vector<Token> all_words(const Fingerprint& print) {
    std::string text;
    for (const auto* part : {&print.id, &print.name, &print.class_name, &print.aria_label, &print.title, &print.alt,
                             &print.placeholder, &print.text, &print.label, &print.icon, &print.wrapper}) {
        text += *part;
        text += ' ';
    }
    for (const auto& [name, value] : print.data) {
        if (!looks_generated(value)) text += value + ' ';
    }
    text += target_of(print.href);
    return split_words(text);
}

bool is_control(const Fingerprint& print) {
    return one_of(print.tag, {"a", "button", "input", "select", "textarea", "summary"}) ||
           one_of(print.role, {"button", "tab"});
}

Text text_of(const std::string& text, bool compared_by_letters) {
    if (text.empty()) return {};
    const auto plain = folded(text);
    return {.whole = token_of(plain),
            .words = words_of(split_words(text)),
            .trigrams = compared_by_letters ? trigrams_of(plain) : std::vector<Token>{}};
}

}  // namespace

bool looks_generated(string_view text) {
    constexpr int k_digits = 4;
    constexpr int k_hex = 8;
    int digits = 0;
    int hex = 0;
    bool hex_digit = false;
    bool any_digit = false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        any_digit = any_digit || digit;
        digits = digit ? digits + 1 : 0;
        const bool in_hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        hex = in_hex ? hex + 1 : 0;
        hex_digit = in_hex && (hex_digit || digit);
        if (digits >= k_digits || (hex >= k_hex && hex_digit)) return true;
    }
    if (text.find_first_of("=+$%{}") != string_view::npos) return true;
    if (!any_digit) return false;
    if (text.starts_with(":r") && text.ends_with(":")) return true;
    for (string_view maker : {"ember", "react", "mui", "radix", "ext", "yui", "gwt"}) {
        if (!text.starts_with(maker) || text.size() == maker.size()) continue;
        const char next = text[maker.size()];
        if (next == '-' || next == '_' || next == ':' || (next >= '0' && next <= '9')) return true;
    }
    return false;
}

Kind kind_of(const Fingerprint& print) {
    const auto role = print.role.empty() ? print.implied_role : print.role;
    if (print.tag == "select") return Kind::choose;
    if (print.tag == "textarea") return Kind::text;
    if (print.tag == "input") {
        if (one_of(print.type, {"button", "submit", "reset", "image"})) return Kind::press;
        if (print.type == "checkbox") return Kind::check;
        if (print.type == "radio") return Kind::radio;
        if (print.type == "file") return Kind::file;
        if (one_of(print.type, {"range", "color"})) return Kind::range;
        return Kind::text;
    }
    if (one_of(role, {"checkbox", "switch", "menuitemcheckbox"})) return Kind::check;
    if (one_of(role, {"radio", "menuitemradio"})) return Kind::radio;
    if (one_of(role, {"combobox", "listbox"})) return Kind::choose;
    if (one_of(role, {"textbox", "searchbox", "spinbutton"})) return Kind::text;
    if (role == "slider") return Kind::range;
    if (one_of(role, {"button", "link", "tab", "menuitem", "option", "treeitem"})) return Kind::press;
    if (one_of(print.tag, {"a", "button", "summary", "area"})) return Kind::press;
    return Kind::other;
}

WordCounts count_words(const PreparedPage& page) {
    WordCounts counts;
    for (const auto& element : page.elements) {
        for (const auto* words : {&element.label.words, &element.near, &element.classes, &element.data,
                                  &element.data_names, &element.all}) {
            counts.add(*words);
        }
    }
    return counts;
}

void weigh(Prepared& prepared, const WordCounts& counts) {
    for (auto* words : {&prepared.id_words, &prepared.name_words, &prepared.classes, &prepared.data,
                        &prepared.data_names, &prepared.href_words, &prepared.near, &prepared.icon, &prepared.all,
                        &prepared.label.words, &prepared.text.words, &prepared.heading.words}) {
        weigh(*words, counts);
    }
}

void weigh(PreparedPage& page, const WordCounts& counts) {
    for (auto& element : page.elements) weigh(element, counts);
}

Prepared prepare(const Fingerprint& print) {
    Prepared prepared;
    prepared.kind = kind_of(print);
    prepared.tag = token_of(print.tag);
    prepared.type = token_of(print.type);
    prepared.role = token_of(print.role);
    prepared.id = looks_generated(print.id) ? 0 : token_of(print.id);
    prepared.name = token_of(print.name);
    for (const auto& [name, value] : print.data) {
        if (is_test_id(name)) prepared.test_id = token_of(value);
    }
    const auto target = target_of(print.href);
    prepared.href = token_of(target);
    prepared.href_words = words_of(split_words(target));
    prepared.id_path = token_of(print.id_xpath.empty() ? print.xpath : print.id_xpath);
    prepared.shadow = token_of(print.shadow);
    prepared.id_words = words_of(split_words(print.id));
    prepared.name_words = words_of(split_words(print.name));
    prepared.classes = words_of(class_tokens(print.class_name));
    prepared.data = words_of(data_tokens(print, false));
    prepared.data_names = words_of(data_tokens(print, true));
    prepared.near = words_of(split_words(print.near));
    prepared.icon = words_of(split_words(print.icon));
    prepared.all = words_of(all_words(print));
    prepared.control = is_control(print);
    prepared.text_varies = print.text_varies;
    prepared.label = text_of(label_of(print), true);
    prepared.text = text_of(print.text, false);
    prepared.heading = text_of(print.heading, true);
    for (const auto* text : {&print.aria_label, &print.label, &print.text, &print.alt, &print.title, &print.placeholder,
                             &print.accessible_name}) {
        if (const auto name = token_of(folded(*text)); name != 0) prepared.names.push_back(name);
    }
    prepared.names = sorted(std::move(prepared.names));
    prepare_path(print, prepared);
    prepared.box = print.box;
    prepared.looks = print.looks;
    if (print.inside) prepared.inside = static_cast<int>(*print.inside);
    return prepared;
}

PreparedPage prepare(std::span<const Fingerprint> fingerprints) {
    PreparedPage page;
    page.elements.reserve(fingerprints.size());
    int rank = 0;
    for (const auto& print : fingerprints) {
        page.elements.push_back(prepare(print));
        page.elements.back().order = static_cast<int>(page.elements.size()) - 1;
        page.elements.back().rank = rank;
        rank += static_cast<int>(page.elements.back().control);
    }
    page.controls = rank;
    std::unordered_map<std::uint64_t, int> sizes;
    for (auto& element : page.elements) {
        std::uint64_t hash = static_cast<std::uint64_t>(element.kind) + 1;
        constexpr std::uint64_t k_prime = 1099511628211u;
        for (const auto tag : element.tags) hash = (hash ^ tag) * k_prime;
        element.group = element.control ? hash : 0;
        element.group_index = element.control ? sizes[hash]++ : 0;
    }
    for (auto& element : page.elements) {
        if (element.control) element.group_size = sizes[element.group];
    }
    return page;
}

}  // namespace reprise::locators::scoring
