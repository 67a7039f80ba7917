// A JSON text with the places of its values: Boost.JSON parses, and a scan of the valid text notes where each value is.
//
// Immutable after construction but for the position cache: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>

#include "data/text_position.hpp"

namespace reprise::runner {

// Members and indices from the root to a value.
using JsonPath = std::vector<std::variant<std::string, std::size_t>>;

// "bundle.iframeChain[1].css"; the first `skip` segments are left out.
std::string to_string(const JsonPath& path, std::size_t skip = 0);

class JsonText {
public:
    // A value's bytes in the text. Children are in document order, as in Boost.JSON's containers.
    struct Node {
        std::size_t begin{}, end{};
        std::vector<Node> children{};
    };

    static constexpr std::size_t k_max_depth = 64;

    // `name` stands for the file in errors; `first_line` is the line of the text's beginning in it. Throws DataError:
    // not JSON, nested deeper than k_max_depth, a member twice in one object.
    JsonText(std::string text, std::string name, int first_line = 1);
    JsonText(const JsonText&) = delete;
    JsonText& operator=(const JsonText&) = delete;

    const std::string& name() const noexcept { return name_; }
    const std::shared_ptr<const boost::json::value>& root() const noexcept { return root_; }
    const Node& node() const noexcept { return node_; }
    std::string_view token(const Node& node) const {
        return std::string_view(text_).substr(node.begin, node.end - node.begin);
    }
    TextPosition position(const Node& node) { return positions_.at(node.begin); }
    // Where the value at `path` begins; for a value that is missing, its nearest parent.
    TextPosition position(const JsonPath& path);

private:
    void parse();
    void refuse_duplicates();

    std::string text_;
    std::string name_;
    PositionFinder positions_;
    std::shared_ptr<const boost::json::value> root_;
    Node node_;
};

}  // namespace reprise::runner
