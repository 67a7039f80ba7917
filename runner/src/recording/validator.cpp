#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>
#include <reprise/runner/variable_mapping.hpp>

#include "data/nearest_name.hpp"
#include "data/templates.hpp"
#include "recording/finding.hpp"
#include "recording/schema.hpp"

namespace reprise::runner {
namespace {

class Validator {
public:
    explicit Validator(const Recording& recording) : recording_{recording} {
        for (const Step& step : recording.steps) labels_.insert(step.label);
    }

    std::vector<Problem> run() {
        check_mistyped_members();
        check_repeated_labels();
        for (const Step& step : recording_.steps) check_values(step);
        for (const Variable& variable : recording_.variables) check_variable(variable);
        for (const auto& [column, label] : recording_.field_mapping) {
            if (!labels_.contains(label))
                warn_unknown_label(fmt::format("\"field_mapping\" maps column \"{}\" to", column), label, 0, 0);
        }
        for (const auto& [from, to] : recording_.variable_mapping) {
            if (!labels_.contains(from) && !labels_.contains(to)) {
                warn(0, 0,
                     fmt::format("\"variable_mapping\" maps \"{}\" to \"{}\", and no step has either label", from, to));
            }
        }
        std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
            return std::tie(a.line, a.column) < std::tie(b.line, b.column);
        });
        return std::move(problems_);
    }

private:
    void check_mistyped_members() {
        if (!recording_.source) return;
        for (const SchemaFinding& finding : check_schema(*recording_.source, recording_schema())) {
            if (finding.kind != FindingKind::mistyped_member) continue;
            const auto* index = finding.path.size() > 1 ? std::get_if<std::size_t>(&finding.path[1]) : nullptr;
            const bool in_step = index != nullptr && *index < recording_.steps.size();
            warn(in_step ? recording_.steps[*index].line : 0, in_step ? recording_.steps[*index].column : 0,
                 describe(*recording_.source, finding));
        }
    }

    // Click and type on one field share its label by nature; two fields that take data must not.
    void check_repeated_labels() {
        std::map<std::string, const Step*> first;
        for (const Step& step : recording_.steps) {
            if (step.label.empty() || !enters_data(step.event)) continue;
            const auto [other, is_new] = first.emplace(step.label, &step);
            if (is_new || is_same_element(*other->second, step)) continue;
            warn(step.line, step.column,
                 fmt::format("{} has the label of step {}: both take the same data", name_of(step),
                             other->second->number));
        }
    }

    static bool is_same_element(const Step& a, const Step& b) {
        return a.bundle && b.bundle && a.bundle->id == b.bundle->id && a.bundle->name == b.bundle->name &&
               a.bundle->xpath == b.bundle->xpath && a.bundle->css == b.bundle->css;
    }

    void check_values(const Step& step) {
        const bool has_literal = step.value && !step.value->empty() && !has_reference(*step.value);
        if (enters_data(step.event) && is_password_field(step) && has_literal) {
            warn(
                step.line, step.column,
                fmt::format("{} holds a password in clear text: write {{{{column}}}} or ${{env:NAME}}", name_of(step)));
        }
        const bool needs_value =
            step.event == Event::type || step.event == Event::select || step.event == Event::upload;
        const auto* upload = std::get_if<UploadDetails>(&step.details);
        const bool has_value = step.value || (upload != nullptr && !upload->files.empty());
        if (needs_value && !has_value && find_variable(recording_, step.label) == nullptr && !is_mapped(step.label)) {
            warn(step.line, step.column,
                 fmt::format("{} has no value of its own and no variable: only a data column \"{}\" can "
                             "give it one",
                             name_of(step), step.label));
        }
    }

    bool is_mapped(const std::string& label) const {
        const auto& fields = recording_.field_mapping;
        const auto& variables = recording_.variable_mapping;
        return std::any_of(fields.begin(), fields.end(), [&](const auto& one) { return one.second == label; }) ||
               std::any_of(variables.begin(), variables.end(),
                           [&](const auto& one) { return one.first == label || one.second == label; });
    }

    void check_variable(const Variable& variable) {
        if (!labels_.contains(variable.label)) {
            warn_unknown_label("variable belongs to no step:", variable.label, variable.line, variable.column);
        } else if (variable.step_number) {
            const auto has_number = [&](const Step& step) {
                return step.number == *variable.step_number && step.label == variable.label;
            };
            if (std::none_of(recording_.steps.begin(), recording_.steps.end(), has_number)) {
                warn(variable.line, variable.column,
                     fmt::format("variable \"{}\": \"stepNumber\" is {}, and that step has another "
                                 "label or is not there",
                                 variable.label, *variable.step_number));
            }
        }
        const bool is_secret = variable.secret || is_secret_name(variable.label);
        const auto& fallback = variable.default_value;
        if (is_secret && fallback && !fallback->empty() && !has_reference(*fallback)) {
            warn(variable.line, variable.column,
                 fmt::format("variable \"{}\": \"defaultValue\" holds a secret in clear text: write "
                             "${{env:NAME}}",
                             variable.label));
        }
    }

    void warn_unknown_label(const std::string& what, const std::string& label, int line, int column) {
        constexpr std::size_t k_nearest = 3;
        const auto nearest = nearest_name(label, labels_, k_nearest);
        warn(line, column,
             fmt::format(
                 "{} \"{}\"{}", what, label,
                 nearest ? fmt::format("; the nearest label is \"{}\"", *nearest) : ", and no step has that label"));
    }

    void warn(int line, int column, std::string text) {
        problems_.push_back({Severity::warning, recording_.path, line, column, std::move(text), {}});
    }

    const Recording& recording_;
    std::set<std::string> labels_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> validate(const Recording& recording) {
    return Validator(recording).run();
}

}  // namespace reprise::runner
