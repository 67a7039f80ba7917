#include <reprise/runner/variable_mapping.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/mapping_rules.hpp"
#include "data/nearest_name.hpp"
#include "data/templates.hpp"

namespace reprise::runner {
namespace {

constexpr std::string_view k_hidden = "***";

std::optional<std::string> read_environment(std::string_view name) {
    const char* found = std::getenv(std::string(name).c_str());
    return found != nullptr ? std::optional<std::string>(found) : std::nullopt;
}

class Planner {
public:
    Planner(const Recording& recording, const DataSet* data, const Row* row)
        : recording_{recording}, data_{data}, row_{row}, secret_columns_{secret_columns_in(recording, data)} {}

    RowPlan plan() {
        check_required();
        place_ = "\"starting_url\"";
        line_ = column_ = 0;
        plan_.starting_url = resolve(recording_.starting_url).text;
        for (const Step& step : recording_.steps) plan_.steps.push_back(plan_step(step));
        note_row_data();
        return std::move(plan_);
    }

    std::vector<Problem> problems;

private:
    struct Value {
        std::string text{};
        bool secret{};
        bool from_data{};      // a cell or a default, not what was recorded
        std::string column{};  // of a cell
    };

    StepPlan plan_step(const Step& step) {
        place_ = name_of(step);
        line_ = step.line;
        column_ = step.column;
        StepPlan planned;
        auto value = value_of(step);
        planned.secret = is_secret_step(recording_, step);
        planned.checked = checked_state(step, value);
        if (value) {
            planned.secret = planned.secret || value->secret;
            if (planned.secret) hide(value->text);
            planned.value = std::move(value->text);
        }
        if (const auto url = recorded_url(step)) planned.url = resolve(*url).text;
        return planned;
    }

    static std::optional<std::string> recorded_url(const Step& step) {
        if (const auto* tab = std::get_if<TabDetails>(&step.details)) return tab->url;
        return step.navigation ? step.navigation->url : std::nullopt;
    }

    std::optional<Value> value_of(const Step& step) {
        if (takes_data(recording_, step)) {
            if (auto value = cell_for(step.label)) return value;
            const auto* variable = find_variable(recording_, step.label);
            if (variable != nullptr && !variable->default_value.value_or("").empty()) {
                Value value = resolve(*variable->default_value);
                value.from_data = true;
                return value;
            }
        }
        return step.value ? std::optional(resolve(*step.value)) : std::nullopt;
    }

    std::optional<Value> cell_for(const std::string& label) {
        if (row_ == nullptr) return std::nullopt;
        for (const std::string& column : columns_for(recording_, data_, label)) {
            if (const auto text = cell(*data_, *row_, column)) return resolve_cell(*text, column);
        }
        return std::nullopt;
    }

    Value resolve_cell(std::string_view text, const std::string& column) {
        Value value{.text = {}, .secret = secret_columns_.contains(column), .from_data = true, .column = column};
        value.text = expand(text, {}, environment_lookup(value));
        return value;
    }

    Value resolve(const std::string& text) {
        Value value;
        const Lookup column = [&](std::string_view name) { return look_up_column(name, value); };
        value.text = expand(text, column, environment_lookup(value));
        return value;
    }

    std::optional<std::string> look_up_column(std::string_view name, Value& value) {
        const auto written = fmt::format("{{{{{}}}}}", name);
        const auto escape = "; for the braces themselves write \\{{";
        if (row_ == nullptr) {
            note(fmt::format("{}: {} needs a data row, and there is none", place_, written));
            return std::nullopt;
        }
        const std::string column(name);
        if (const auto text = cell(*data_, *row_, column)) {
            Value found = resolve_cell(*text, column);
            if (found.secret) hide(found.text);
            value.secret = value.secret || found.secret;
            return std::move(found.text);
        }
        const auto nearest = nearest_name(name, data_->columns, 3);
        note(fmt::format("{}: {}: row {} of {} has no column \"{}\"{}{}", place_, written, row_->id, data_->path, name,
                         nearest && *nearest != name ? fmt::format(", the nearest is \"{}\"", *nearest) : "", escape));
        return std::nullopt;
    }

    Lookup environment_lookup(Value& value) {
        return [this, &value](std::string_view name) -> std::optional<std::string> {
            value.secret = true;
            if (auto found = read_environment(name)) {
                hide(*found);
                return found;
            }
            note(fmt::format("{}: ${{env:{}}} is not set in the environment", place_, name));
            return std::nullopt;
        };
    }

    std::optional<bool> checked_state(const Step& step, const std::optional<Value>& value) {
        if (!sets_state(recording_, step)) return std::nullopt;
        if (value && value->from_data) {
            const auto state = parse_state(value->text);
            if (!state) note_bad_state(*value);
            return state;
        }
        if (step.event == Event::check) return true;
        if (step.event == Event::uncheck) return false;
        return value ? parse_state(value->text) : std::nullopt;
    }

    void note_bad_state(const Value& value) {
        const std::string shown = value.secret ? std::string(k_hidden) : fmt::format("\"{}\"", value.text);
        const std::string what = fmt::format("{}, expected true or false, yes or no, on or off, 1 or 0", shown);
        if (value.column.empty()) {
            note(fmt::format("{}: the default is {}", place_, what));
        } else {
            note_in_row(fmt::format("{}: column \"{}\" of row {} is {}", place_, value.column, row_->id, what));
        }
    }

    void check_required() {
        for (const Variable& variable : recording_.variables) {
            if (!variable.required || !variable.default_value.value_or("").empty()) continue;
            const auto columns = columns_for(recording_, data_, variable.label);
            const auto expected = fmt::format("{}", fmt::join(columns, "\" or \""));
            if (row_ == nullptr) {
                const auto has_value = [&](const Step& step) { return step.label == variable.label && step.value; };
                if (std::any_of(recording_.steps.begin(), recording_.steps.end(), has_value)) continue;
                line_ = variable.line;
                column_ = variable.column;
                note(fmt::format(
                    "required variable \"{}\" has no value: no data row, no default, nothing recorded; expected "
                    "column \"{}\"",
                    variable.label, expected));
            } else if (std::none_of(columns.begin(), columns.end(),
                                    [&](const auto& column) { return cell(*data_, *row_, column).has_value(); })) {
                note_in_row(fmt::format("required variable \"{}\" has no value in row {}: expected column \"{}\"",
                                        variable.label, row_->id, expected));
            }
        }
    }

    void note_row_data() {
        if (row_ == nullptr) return;
        for (std::size_t i = 0; i < data_->columns.size(); ++i) {
            const std::string& column = data_->columns[i];
            const auto& text = row_->values[i];
            if (!text) continue;
            const bool is_secret = secret_columns_.contains(column);
            if (is_secret) hide(expand(*text, {}, read_environment));
            plan_.row_data.emplace_back(column, is_secret && !text->empty() ? std::string(k_hidden) : *text);
        }
    }

    // A state such as "true" hides nothing, and scrubbing it would spoil every report.
    void hide(const std::string& text) {
        if (parse_state(text)) return;
        if (std::find(plan_.secrets.begin(), plan_.secrets.end(), text) == plan_.secrets.end())
            plan_.secrets.push_back(text);
    }

    void note(std::string text) {
        problems.push_back({Severity::error, recording_.path, line_, column_, std::move(text), {}});
    }

    void note_in_row(std::string text) {
        problems.push_back({Severity::error, data_->path, row_->line, 1, std::move(text), {}});
    }

    const Recording& recording_;
    const DataSet* data_;
    const Row* row_;
    std::set<std::string> secret_columns_;
    RowPlan plan_;
    std::string place_;  // of what is being resolved: for messages
    int line_{}, column_{};
};

}  // namespace

RowPlan plan_row(const Recording& recording, const DataSet* data, const Row* row) {
    if ((data == nullptr) != (row == nullptr))
        throw UsageError("plan_row: a row needs its data set, and a data set a row");
    Planner planner(recording, data, row);
    RowPlan plan = planner.plan();
    if (!planner.problems.empty()) throw DataError(std::move(planner.problems));
    return plan;
}

std::vector<std::string> secrets_of(const Recording& recording, const DataSet* data) {
    std::set<std::string> secrets;
    const auto collect = [&](const DataSet* set, const Row* row) {
        RowPlan plan = Planner(recording, set, row).plan();
        secrets.insert(std::make_move_iterator(plan.secrets.begin()), std::make_move_iterator(plan.secrets.end()));
    };
    if (data == nullptr) {
        collect(nullptr, nullptr);
    } else {
        for (const Row& row : data->rows) collect(data, &row);
    }
    return {secrets.begin(), secrets.end()};
}

}  // namespace reprise::runner
