#include <reprise/runner/variable_mapping.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/nearest_name.hpp"
#include "data/templates.hpp"

namespace reprise::runner {
namespace {

constexpr std::string_view k_hidden = "***";

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::optional<bool> parse_state(std::string_view text) {
    const std::string word = lower_case(text);
    for (const char* yes : {"true", "1", "yes", "on", "checked"}) {
        if (word == yes) return true;
    }
    for (const char* no : {"", "false", "0", "no", "off", "unchecked"}) {
        if (word == no) return false;
    }
    return std::nullopt;
}

bool has_column(const DataSet& data, std::string_view column) {
    return std::find(data.columns.begin(), data.columns.end(), column) != data.columns.end();
}

bool has_label(const Recording& recording, std::string_view label) {
    return std::any_of(recording.steps.begin(), recording.steps.end(),
                       [&](const Step& step) { return step.label == label; });
}

// The columns that may hold the label's value, best first; they need not exist. `variable_mapping` is read either way:
// an entry ending in the label names a column, unless its other end is only known as another label.
std::vector<std::string> columns_for(const Recording& recording, const DataSet* data, const std::string& label) {
    std::vector<std::string> columns;
    for (const auto& [column, mapped] : recording.field_mapping) {
        if (mapped == label) columns.push_back(column);
    }
    for (const auto& [from, to] : recording.variable_mapping) {
        const bool from_is_column = (data != nullptr && has_column(*data, from)) || !has_label(recording, from);
        if (to == label && from_is_column) {
            columns.push_back(from);
        } else if (from == label) {
            columns.push_back(to);
        }
    }
    const auto* variable = find_variable(recording, label);
    if (variable != nullptr && variable->csv_column) columns.push_back(*variable->csv_column);
    if (!label.empty() && std::find(columns.begin(), columns.end(), label) == columns.end()) columns.push_back(label);
    return columns;
}

bool is_click(Event event) {
    return event == Event::click || event == Event::dblclick;
}

// A label's data goes to steps that enter data, to clicks on a checkbox, and to the step that the variable names.
// Assertions and navigations take it only when no step enters it: an assertion on "Email" rarely expects the address.
bool takes_data(const Recording& recording, const Step& step) {
    if (step.label.empty()) return false;
    if (enters_data(step.event)) return true;
    const auto* variable = find_variable(recording, step.label);
    if (variable != nullptr && variable->step_number == step.number) return true;
    if (is_click(step.event)) return variable != nullptr && variable->type == "checkbox";
    if (step.event != Event::assert_ && step.event != Event::navigate) return false;
    return std::none_of(recording.steps.begin(), recording.steps.end(),
                        [&](const Step& other) { return other.label == step.label && enters_data(other.event); });
}

bool types_text(Event event) {
    return event == Event::type || event == Event::input || event == Event::change || event == Event::dialog;
}

// The step's value is a secret by what the recording says about it.
bool is_secret_step(const Recording& recording, const Step& step) {
    const auto* variable = find_variable(recording, step.label);
    if (variable != nullptr && variable->secret) return true;
    return types_text(step.event) && (is_password_field(step) || is_secret_name(step.label));
}

std::set<std::string> secret_columns_in(const Recording& recording, const DataSet* data) {
    std::set<std::string> secret;
    for (const Variable& variable : recording.variables) {
        if (!variable.secret) continue;
        for (std::string& column : columns_for(recording, data, variable.label)) secret.insert(std::move(column));
    }
    for (const Step& step : recording.steps) {
        if (!is_secret_step(recording, step)) continue;
        for (std::string& column : columns_for(recording, data, step.label)) secret.insert(std::move(column));
    }
    for (const Variable& variable : recording.variables) {
        if (variable.csv_column && is_secret_name(*variable.csv_column)) secret.insert(*variable.csv_column);
    }
    if (data != nullptr) {
        for (const std::string& column : data->columns) {
            if (is_secret_name(column)) secret.insert(column);
        }
    }
    return secret;
}

class Planner {
public:
    Planner(const Recording& recording, const DataSet* data, const Row* row)
        : recording_{recording}, data_{data}, row_{row}, secret_columns_{secret_columns_in(recording, data)} {}

    RowPlan plan() {
        check_required();
        place_ = "\"starting_url\"";
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
        const auto escape = "; for these characters themselves write \\{{";
        if (row_ == nullptr) {
            note(fmt::format("{}: {} needs a data row, and there is none{}", place_, written, escape));
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
            const char* found = std::getenv(std::string(name).c_str());
            if (found != nullptr) {
                hide(found);
                return found;
            }
            note(fmt::format("{}: ${{env:{}}} is not set in the environment", place_, name));
            return std::nullopt;
        };
    }

    std::optional<bool> checked_state(const Step& step, const std::optional<Value>& value) {
        const auto* variable = find_variable(recording_, step.label);
        const bool is_checkbox = variable != nullptr && variable->type == "checkbox" &&
                                 (is_click(step.event) || step.event == Event::change || step.event == Event::input);
        const bool is_check = step.event == Event::check || step.event == Event::uncheck;
        if (!is_checkbox && !is_check) return std::nullopt;
        if (value && value->from_data) {
            const auto state = parse_state(value->text);
            if (!state) note_bad_state(*value);
            return state;
        }
        if (is_check) return step.event == Event::check;
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
            const auto expected = fmt::format("{}", fmt::join(columns, "\", \""));
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
            if (is_secret) {
                Value value;
                hide(expand(*text, {}, environment_lookup(value)));
            }
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

std::vector<std::string> secret_columns(const Recording& recording) {
    const auto columns = secret_columns_in(recording, nullptr);
    return {columns.begin(), columns.end()};
}

bool is_secret_name(std::string_view name) {
    const std::string lower = lower_case(name);
    constexpr std::array k_words{"password", "passwd", "token", "secret"};
    return std::any_of(k_words.begin(), k_words.end(),
                       [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::vector<Problem> validate(const Recording& recording, const DataSet& data) {
    std::vector<Problem> problems;
    const auto warn = [&](std::string text) {
        problems.push_back({Severity::warning, data.path, 1, 1, std::move(text), {}});
    };
    std::set<std::string, std::less<>> used{"id", "test_id"};
    const Lookup note_use = [&](std::string_view name) {
        used.emplace(name);
        return std::optional<std::string>();
    };
    expand(recording.starting_url, note_use, {});
    for (const Step& step : recording.steps) {
        for (std::string& column : columns_for(recording, &data, step.label)) used.insert(std::move(column));
        if (step.value) expand(*step.value, note_use, {});
        if (step.navigation && step.navigation->url) expand(*step.navigation->url, note_use, {});
        if (const auto* tab = std::get_if<TabDetails>(&step.details); tab != nullptr && tab->url)
            expand(*tab->url, note_use, {});
    }
    for (const Variable& variable : recording.variables) {
        if (variable.default_value) expand(*variable.default_value, note_use, {});
        if (variable.csv_column && !has_column(data, *variable.csv_column)) {
            warn(fmt::format("column \"{}\" is missing, which variable \"{}\" takes its value from",
                             *variable.csv_column, variable.label));
        }
    }
    for (const auto& [column, label] : recording.field_mapping) {
        if (!has_column(data, column))
            warn(fmt::format("column \"{}\" is missing, which \"field_mapping\" maps to \"{}\"", column, label));
    }
    for (const auto& [from, to] : recording.variable_mapping) {
        if (!has_column(data, from) && !has_column(data, to)) {
            warn(fmt::format("neither \"{}\" nor \"{}\" is a column, which \"variable_mapping\" maps to each other",
                             from, to));
        }
    }
    for (const std::string& column : data.columns) {
        if (!used.contains(column)) warn(fmt::format("column \"{}\" is not used", column));
    }
    return problems;
}

}  // namespace reprise::runner
