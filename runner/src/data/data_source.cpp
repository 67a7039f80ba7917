#include <reprise/runner/data_source.hpp>

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "data/table_readers.hpp"
#include "data/text_position.hpp"

namespace reprise::runner {
namespace {

constexpr std::size_t k_data_limit_bytes = 256u << 20;
constexpr std::size_t k_id_limit = 100;  // ids become part of file names

std::string lower_case(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

DataFormat format_of(const std::string& path) {
    const std::string extension = lower_case(std::filesystem::path(path).extension().string());
    if (extension == ".csv") return DataFormat::csv;
    if (extension == ".tsv") return DataFormat::tsv;
    if (extension == ".json") return DataFormat::json;
    if (extension == ".jsonl" || extension == ".ndjson") return DataFormat::jsonl;
    throw DataError(
        {Severity::error,
         path,
         0,
         0,
         fmt::format("extension \"{}\" is no data format, expected .csv, .tsv, .json, .jsonl or .ndjson", extension),
         {}});
}

// Ids become test names and file names.
std::string sanitised_id(std::string text) {
    for (char& c : text) {
        const bool is_safe =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!is_safe) c = '_';
    }
    if (text.starts_with('.')) text.front() = '_';
    if (text.size() > k_id_limit) text.resize(k_id_limit);
    return text;
}

std::optional<std::size_t> id_column(const DataSet& data, const DataOptions& options) {
    for (const char* name : {"id", "test_id"}) {
        for (std::size_t i = 0; i < data.columns.size(); ++i) {
            const auto& secret = options.secret_columns;
            if (std::find(secret.begin(), secret.end(), data.columns[i]) != secret.end()) continue;
            if (lower_case(data.columns[i]) == name) return i;
        }
    }
    return std::nullopt;
}

void name_rows(DataSet& data, const DataOptions& options) {
    const auto column = id_column(data, options);
    std::vector<Problem> problems;
    std::unordered_map<std::string, const Row*> seen;
    for (Row& row : data.rows) {
        row.id = fmt::format("r{:04}", row.index + 1);
        if (!column) continue;
        const auto note = [&](std::string text) {
            problems.push_back({Severity::error, data.path, row.line, 1, std::move(text), {}});
        };
        const std::string written = row.values[*column].value_or("");
        if (written.empty()) {
            note(fmt::format("row {} has no value in column \"{}\", which names the rows", row.index + 1,
                             data.columns[*column]));
            continue;
        }
        row.id = sanitised_id(written);
        const auto [first, is_new] = seen.emplace(row.id, &row);
        if (is_new) continue;
        const std::string& other = *first->second->values[*column];
        note(fmt::format("column \"{}\" names the rows, and \"{}\" appears in lines {} and {}{}", data.columns[*column],
                         written, first->second->line, row.line,
                         written == other ? "" : fmt::format(" (\"{}\"): both become \"{}\"", other, row.id)));
    }
    if (!problems.empty()) throw DataError(std::move(problems));
}

}  // namespace

DataSet read_data(const std::string& path, const DataOptions& options) {
    const DataFormat format = format_of(path);
    return parse_data(read_text_file(path, k_data_limit_bytes), format, path, options);
}

DataSet parse_data(std::string_view text, DataFormat format, const std::string& name, const DataOptions& options) {
    const auto fail_at = [&](std::size_t offset, std::string what) {
        const auto [line, column] = PositionFinder(text).at(offset);
        throw DataError({Severity::error, name, line, column, std::move(what), {}});
    };
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        throw DataError({Severity::error, name, 0, 0, "is empty, expected rows", {}});
    }
    if (const auto bad = find_invalid_utf8(text)) {
        fail_at(*bad,
                fmt::format("byte 0x{:02X} at offset {} is not UTF-8", static_cast<unsigned char>(text[*bad]), *bad));
    }
    if (const auto nul = text.find('\0'); nul != std::string_view::npos) fail_at(nul, "a NUL character: expected text");
    DataSet data = format == DataFormat::json    ? read_json_rows(text, name)
                   : format == DataFormat::jsonl ? read_json_lines(text, name)
                                                 : read_csv(text, format == DataFormat::tsv ? '\t' : ',', name);
    name_rows(data, options);
    return data;
}

std::optional<std::string_view> cell(const DataSet& data, const Row& row, std::string_view column) {
    const auto found = std::find(data.columns.begin(), data.columns.end(), column);
    if (found == data.columns.end()) return std::nullopt;
    const auto& value = row.values[static_cast<std::size_t>(found - data.columns.begin())];
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
}

}  // namespace reprise::runner
