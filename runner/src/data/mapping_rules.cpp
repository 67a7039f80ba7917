#include "data/mapping_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <reprise/runner/variable_mapping.hpp>

#include "data/templates.hpp"

namespace reprise::runner {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

bool has_label(const Recording& recording, std::string_view label) {
    return std::any_of(recording.steps.begin(), recording.steps.end(),
                       [&](const Step& step) { return step.label == label; });
}

bool is_click(Event event) {
    return event == Event::click || event == Event::dblclick;
}

bool types_text(Event event) {
    return event == Event::type || event == Event::input || event == Event::change || event == Event::dialog;
}

}  // namespace

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

// `variable_mapping` is read either way:
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

bool sets_state(const Recording& recording, const Step& step) {
    if (step.event == Event::check || step.event == Event::uncheck) return true;
    const auto* variable = find_variable(recording, step.label);
    return variable != nullptr && variable->type == "checkbox" &&
           (is_click(step.event) || step.event == Event::change || step.event == Event::input);
}

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

}  // namespace reprise::runner
