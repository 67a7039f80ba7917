#include "data/json_text.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>

#include <reprise/runner/data_error.hpp>

namespace reprise::runner {
namespace {

using boost::json::value;

// Walks a text that is known to be valid JSON.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    JsonText::Node scan() {
        skip_space();
        JsonText::Node node{.begin = at_, .end = at_, .children = {}};
        switch (text_[at_]) {
            case '{':
                scan_children(node, '}');
                break;
            case '[':
                scan_children(node, ']');
                break;
            case '"':
                skip_string();
                break;
            default:
                at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        }
        node.end = at_;
        return node;
    }

    // The members' names with the places of their values, as often as they appear.
    std::vector<std::pair<std::string_view, std::size_t>> member_names(const JsonText::Node& object) {
        std::vector<std::pair<std::string_view, std::size_t>> names;
        at_ = object.begin + 1;
        for (const auto& child : object.children) {
            while (text_[at_] != '"') ++at_;
            const std::size_t begin = at_;
            skip_string();
            names.emplace_back(text_.substr(begin, at_ - begin), begin);
            at_ = child.end;
        }
        return names;
    }

private:
    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    void skip_string() {
        for (++at_; text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }

    void scan_children(JsonText::Node& node, char close) {
        ++at_;
        for (skip_space(); text_[at_] != close; skip_space()) {
            if (text_[at_] == ',') {
                ++at_;
                skip_space();
            }
            if (close == '}') {
                skip_string();
                skip_space();
                ++at_;  // the colon
            }
            node.children.push_back(scan());
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_{};
};

std::string describe_syntax_error(std::string_view text, std::size_t offset, const boost::json::error_code& error) {
    if (error == boost::json::error::too_deep) {
        return fmt::format("is nested deeper than {} levels", JsonText::k_max_depth);
    }
    if (offset >= text.size()) return "is not JSON: the text ends too early";
    const auto byte = static_cast<unsigned char>(text[offset]);
    const auto found =
        byte > 0x20 && byte < 0x7F ? fmt::format("\"{}\"", text[offset]) : fmt::format("byte 0x{:02X}", byte);
    const auto reason = error == boost::json::error::extra_data ? "more text after the document" : error.message();
    return fmt::format("is not JSON: {} at {}", reason, found);
}

}  // namespace

std::string to_string(const JsonPath& path, std::size_t skip) {
    std::string text;
    for (std::size_t i = skip; i < path.size(); ++i) {
        if (const auto* index = std::get_if<std::size_t>(&path[i])) {
            text += fmt::format("[{}]", *index);
        } else {
            text += (text.empty() ? "" : ".") + std::get<std::string>(path[i]);
        }
    }
    return text;
}

JsonText::JsonText(std::string text, std::string name, int first_line)
    : text_{std::move(text)}, name_{std::move(name)}, positions_{text_, first_line} {
    parse();
    node_ = Scanner(text_).scan();
    refuse_duplicates();
}

void JsonText::parse() {
    boost::json::parse_options options;
    options.max_depth = k_max_depth;
    boost::json::parser parser({}, options);
    boost::json::error_code error;
    const std::size_t consumed = parser.write_some(text_.data(), text_.size(), error);
    if (!error && consumed < text_.size()) error = boost::json::error::extra_data;
    if (error) {
        const auto [line, column] = positions_.at(consumed);
        throw DataError({.severity = Severity::error,
                         .file = name_,
                         .line = line,
                         .column = column,
                         .text = describe_syntax_error(text_, consumed, error),
                         .excerpt = excerpt_at(text_, consumed)});
    }
    root_ = std::make_shared<const value>(parser.release());
}

// Boost.JSON keeps the last of several members with one name and drops the others: text and value would no longer
// match, and writing would lose data.
void JsonText::refuse_duplicates() {
    std::vector<Problem> problems;
    Scanner scanner(text_);
    const auto walk = [&](const auto& self, const Node& node) -> void {
        if (text_[node.begin] == '{' && node.children.size() > 1) {
            std::map<std::string, std::size_t, std::less<>> seen;
            for (const auto& [quoted, offset] : scanner.member_names(node)) {
                const std::string member(boost::json::parse(quoted).get_string());
                const auto [first, is_new] = seen.emplace(member, offset);
                if (is_new) continue;
                const auto [line, column] = positions_.at(offset);
                problems.push_back({.severity = Severity::error,
                                    .file = name_,
                                    .line = line,
                                    .column = column,
                                    .text = fmt::format("\"{}\" appears twice in one object, first in line {}", member,
                                                        positions_.at(first->second).line)});
            }
        }
        for (const Node& child : node.children) self(self, child);
    };
    walk(walk, node_);
    if (!problems.empty()) throw DataError(std::move(problems));
}

TextPosition JsonText::position(const JsonPath& path) {
    const Node* node = &node_;
    const value* current = root_.get();
    for (const auto& segment : path) {
        std::size_t child = 0;
        if (const auto* name = std::get_if<std::string>(&segment)) {
            const auto* object = current->if_object();
            const auto member = object != nullptr ? object->find(*name) : nullptr;
            if (object == nullptr || member == object->end()) break;
            child = static_cast<std::size_t>(member - object->begin());
            current = &member->value();
        } else {
            child = std::get<std::size_t>(segment);
            const auto* array = current->if_array();
            if (array == nullptr || child >= array->size()) break;
            current = &(*array)[child];
        }
        node = &node->children[child];
    }
    return positions_.at(node->begin);
}

}  // namespace reprise::runner
