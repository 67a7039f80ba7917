// Which value each step gets for a data row, and which values are secrets. Rules: docs/recording-format.md.
//
//   RowPlan plan = plan_row(recording, &data, &data.rows[0]);
//   page.fill(plan.steps[3].value.value_or(""));
//
// Free functions; thread-safe (they read the environment).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/runner/data_source.hpp>
#include <reprise/runner/recording.hpp>

namespace reprise::runner {

// What one step does in one row. In `Recording::steps` order.
struct StepPlan {
    std::optional<std::string> value{};  // none: neither the row nor the recording has one
    std::optional<std::string> url{};    // where the step leads: the recorded address with {{column}} replaced
    bool secret{};                       // the value must not be shown
    std::optional<bool> checked{};       // the state to set: check, uncheck, and clicks on a `checkbox` variable
};

struct RowPlan {
    std::string starting_url{};
    std::vector<StepPlan> steps{};
    StringMap row_data{};                // the row for reports, secrets replaced by ***
    std::vector<std::string> secrets{};  // every value to be scrubbed from output, without duplicates
};

// Plans `row` of `data`; both null: the recording runs on its own values. Throws DataError with every error found: a
// required variable without a value, {{column}} that is not in the data, an unset ${env:NAME}, a state that is no
// boolean.
RowPlan plan_row(const Recording& recording, const DataSet* data, const Row* row);

// Every secret value that any row brings, to be known before the first output. `data` may be null.
std::vector<std::string> secrets_of(const Recording& recording, const DataSet* data);

// The columns that secret variables take their values from: for DataOptions.
std::vector<std::string> secret_columns(const Recording& recording);

// The name of a label or column says that its values are secret: it holds password, passwd, token or secret.
bool is_secret_name(std::string_view name);

// What deserves attention when `recording` runs on `data`: mappings to columns that are missing, columns nobody uses.
std::vector<Problem> validate(const Recording& recording, const DataSet& data);

}  // namespace reprise::runner
