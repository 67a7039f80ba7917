// The readers behind read_data: text in, columns and rows out. Row ids are given afterwards.
#pragma once

#include <string>
#include <string_view>

#include <reprise/runner/data_source.hpp>

namespace reprise::runner {

// RFC 4180 with LF, CRLF or CR; strict about quotes and field counts. Empty lines are skipped, except in files with one
// column, where they are empty values.
DataSet read_csv(std::string_view text, char delimiter, const std::string& name);

// An array of flat objects. Columns stand in the order of their first appearance.
DataSet read_json_rows(std::string_view text, const std::string& name);
// One flat object per line; empty lines are skipped.
DataSet read_json_lines(std::string_view text, const std::string& name);

}  // namespace reprise::runner
