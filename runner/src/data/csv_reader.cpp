#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/table_readers.hpp"
#include "data/text_position.hpp"

namespace reprise::runner {
namespace {

struct Field {
    std::size_t offset{};
    std::string text{};
    bool quoted{};
};

class CsvReader {
public:
    CsvReader(std::string_view text, char delimiter, const std::string& name)
        : text_{text}, delimiter_{delimiter}, name_{name}, positions_{text} {}

    DataSet read() {
        DataSet data{.path = name_};
        read_header(data);
        while (at_ < text_.size()) {
            const std::size_t begin = at_;
            std::vector<Field> fields = read_record();
            const bool is_empty_line = fields.size() == 1 && fields[0].text.empty() && !fields[0].quoted;
            if (is_empty_line && data.columns.size() > 1) continue;
            if (fields.size() != data.columns.size()) {
                note(begin,
                     fmt::format("row {} has {} field{}, expected {} ({})", data.rows.size() + 1, fields.size(),
                                 fields.size() == 1 ? "" : "s", data.columns.size(), fmt::join(data.columns, ", ")));
            }
            Row& row = data.rows.emplace_back();
            row.index = static_cast<int>(data.rows.size()) - 1;
            row.line = positions_.at(begin).line;
            for (Field& field : fields) row.values.emplace_back(std::move(field.text));
        }
        if (!problems_.empty()) throw DataError(std::move(problems_));
        return data;
    }

private:
    void read_header(DataSet& data) {
        const std::vector<Field> header = read_record();
        for (std::size_t i = 0; i < header.size(); ++i) {
            const std::string& column = header[i].text;
            if (column.find_first_not_of(" \t") == std::string::npos) {
                note(header[i].offset, fmt::format("column {} of the header has no name", i + 1));
            }
            const auto first = std::find(data.columns.begin(), data.columns.end(), column);
            if (first != data.columns.end() && !column.empty()) {
                note(header[i].offset, fmt::format("column \"{}\" appears twice in the header: columns {} and {}",
                                                   column, first - data.columns.begin() + 1, i + 1));
            }
            data.columns.push_back(column);
        }
    }

    // Up to and including the line break.
    std::vector<Field> read_record() {
        std::vector<Field> fields;
        while (true) {
            fields.push_back(at_ < text_.size() && text_[at_] == '"' ? read_quoted() : read_plain());
            if (at_ >= text_.size()) return fields;
            const char stop = text_[at_++];
            if (stop == delimiter_) continue;
            if (stop == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            return fields;
        }
    }

    bool at_field_end() const {
        return at_ >= text_.size() || text_[at_] == delimiter_ || text_[at_] == '\r' || text_[at_] == '\n';
    }

    // A quote inside is ordinary text, as in 5" disk: only a field that begins with a quote is quoted.
    Field read_plain() {
        Field field{.offset = at_};
        while (!at_field_end()) ++at_;
        field.text = text_.substr(field.offset, at_ - field.offset);
        return field;
    }

    Field read_quoted() {
        Field field{.offset = at_, .text = {}, .quoted = true};
        while (true) {
            const std::size_t quote = text_.find('"', ++at_);
            if (quote == std::string_view::npos) fail(field.offset, "the quote that opens here is never closed");
            field.text += text_.substr(at_, quote - at_);
            at_ = quote + 1;
            if (at_ >= text_.size() || text_[at_] != '"') break;
            field.text += '"';
        }
        if (!at_field_end()) fail(at_, "text after the closing quote: expected a separator or the end of the line");
        return field;
    }

    void note(std::size_t offset, std::string text) {
        const auto [line, column] = positions_.at(offset);
        problems_.push_back({Severity::error, name_, line, column, std::move(text), {}});
    }

    // Where quotes are wrong, nothing behind them can be trusted.
    [[noreturn]] void fail(std::size_t offset, std::string text) {
        note(offset, std::move(text));
        throw DataError(std::move(problems_));
    }

    std::string_view text_;
    char delimiter_;
    const std::string& name_;
    PositionFinder positions_;
    std::size_t at_{};
    std::vector<Problem> problems_{};
};

}  // namespace

DataSet read_csv(std::string_view text, char delimiter, const std::string& name) {
    return CsvReader(text, delimiter, name).read();
}

}  // namespace reprise::runner
