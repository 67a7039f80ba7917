// Which columns, steps and secrets belong together: the rules behind plan_row.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/runner/data_source.hpp>
#include <reprise/runner/recording.hpp>

namespace reprise::runner {

bool has_column(const DataSet& data, std::string_view column);

// The columns that may hold the label's value, best first; they need not exist. `data` may be null.
std::vector<std::string> columns_for(const Recording& recording, const DataSet* data, const std::string& label);

// A label's data goes to steps that enter data, to clicks on a checkbox, and to the step that the variable names.
// Assertions and navigations take it only when no step enters it: an assertion on "Email" rarely expects the address.
bool takes_data(const Recording& recording, const Step& step);

// A data value of the step says which state to set, for it is a checkbox.
bool sets_state(const Recording& recording, const Step& step);

// "true", "yes", "on", "1", "checked" and their opposites, in any case; empty is false. None: another word.
std::optional<bool> parse_state(std::string_view text);

// The step's value is a secret by what the recording says about it.
bool is_secret_step(const Recording& recording, const Step& step);

// Columns whose values are secret: by their names, and by what they are mapped to. `data` may be null.
std::set<std::string> secret_columns_in(const Recording& recording, const DataSet* data);

}  // namespace reprise::runner
