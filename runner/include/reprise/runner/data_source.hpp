// Data rows from CSV, TSV, JSON and JSON Lines files.
//
//   DataSet data = read_data("data/customers.csv");
//   std::optional<std::string_view> email = cell(data, data.rows[0], "email");
//
// Values and free functions; thread-safe as such.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/runner/data_error.hpp>

namespace reprise::runner {

struct Row {
    int index{};                                       // from 0
    int line{};                                        // on which the row begins, from 1
    std::string id;                                    // unique in the data set; characters [A-Za-z0-9_.]
    std::vector<std::optional<std::string>> values{};  // in column order; none: a JSON row without that member
};

struct DataSet {
    std::string path;
    std::vector<std::string> columns{};
    std::vector<Row> rows{};
};

enum class DataFormat { csv, tsv, json, jsonl };

struct DataOptions {
    std::vector<std::string> secret_columns{};  // never used for row ids
};

// Reads by extension: .csv, .tsv, .json (array of flat objects), .jsonl or .ndjson. Cells are text; numbers and
// booleans of JSON become text as written, null becomes empty. Rows are named by the column `id`, else `test_id`, else
// by position (r0001). Throws DataError with file, line and column: unreadable, empty, not UTF-8, unbalanced quotes,
// ragged rows, empty or repeated headers, nested values, repeated ids.
DataSet read_data(const std::string& path, const DataOptions& options = {});
// The same from text; `name` stands for the file in errors.
DataSet parse_data(std::string_view text, DataFormat format, const std::string& name, const DataOptions& options = {});

// The row's value in the column named `column`. None: no such column, or not in this row. Empty cells are values.
std::optional<std::string_view> cell(const DataSet& data, const Row& row, std::string_view column);

}  // namespace reprise::runner
