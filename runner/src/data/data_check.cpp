#include <set>
#include <utility>

#include <fmt/format.h>

#include <reprise/runner/variable_mapping.hpp>

#include "data/mapping_rules.hpp"
#include "data/templates.hpp"

namespace reprise::runner {

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
