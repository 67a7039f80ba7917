#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "data/json_text.hpp"
#include "data/table_readers.hpp"

namespace reprise::runner {
namespace {

using boost::json::value;

class RowCollector {
public:
    explicit RowCollector(const std::string& name) { data_.path = name; }

    void add(JsonText& text, const value& row, const JsonText::Node& node) {
        const auto* object = row.if_object();
        if (object == nullptr) {
            note(text, node, fmt::format("row {} is no object", data_.rows.size() + 1));
            return;
        }
        Row& added = data_.rows.emplace_back();
        added.index = static_cast<int>(data_.rows.size()) - 1;
        added.line = text.position(node).line;
        auto cell_node = node.children.begin();
        for (const auto& [member, cell] : *object) {
            const std::size_t column = column_of(member);
            if (member.empty())
                note(text, *cell_node, fmt::format("row {} has a member without a name", data_.rows.size()));
            if (added.values.size() <= column) added.values.resize(column + 1);
            added.values[column] = text_of(text, cell, *cell_node, member);
            ++cell_node;
        }
    }

    void note(std::vector<Problem> problems) {
        problems_.insert(problems_.end(), std::make_move_iterator(problems.begin()),
                         std::make_move_iterator(problems.end()));
    }

    DataSet finish() {
        if (!problems_.empty()) throw DataError(std::move(problems_));
        for (Row& row : data_.rows) row.values.resize(data_.columns.size());
        return std::move(data_);
    }

private:
    std::size_t column_of(std::string_view member) {
        const auto found = std::find(data_.columns.begin(), data_.columns.end(), member);
        if (found != data_.columns.end()) return static_cast<std::size_t>(found - data_.columns.begin());
        data_.columns.emplace_back(member);
        return data_.columns.size() - 1;
    }

    // Numbers and booleans as written: 1.10 stays "1.10".
    std::string text_of(JsonText& text, const value& cell, const JsonText::Node& node, std::string_view member) {
        if (cell.is_null()) return {};
        if (cell.is_string()) return std::string(cell.get_string());
        if (cell.is_object() || cell.is_array()) {
            note(text, node,
                 fmt::format("row {}: \"{}\" is {}, expected text, a number, true, false or null", data_.rows.size(),
                             member, cell.is_object() ? "an object" : "an array"));
            return {};
        }
        return std::string(text.token(node));
    }

    void note(JsonText& text, const JsonText::Node& node, std::string what) {
        const auto [line, column] = text.position(node);
        problems_.push_back({Severity::error, data_.path, line, column, std::move(what), {}});
    }

    DataSet data_;
    std::vector<Problem> problems_;
};

}  // namespace

DataSet read_json_rows(std::string_view text, const std::string& name) {
    JsonText json(std::string(text), name);
    const auto* rows = json.root()->if_array();
    if (rows == nullptr)
        throw DataError({Severity::error, name, 1, 1, "is no array, expected an array of row objects", {}});
    RowCollector collector(name);
    for (std::size_t i = 0; i < rows->size(); ++i) collector.add(json, (*rows)[i], json.node().children[i]);
    return collector.finish();
}

DataSet read_json_lines(std::string_view text, const std::string& name) {
    RowCollector collector(name);
    int line_number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const auto line = text.substr(begin, end - begin);
        begin = end + 1;
        ++line_number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        try {
            JsonText json(std::string(line), name, line_number);
            collector.add(json, *json.root(), json.node());
        } catch (const DataError& error) {
            collector.note(error.problems());
        }
    }
    return collector.finish();
}

}  // namespace reprise::runner
