#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>

#include "data/json_text.hpp"
#include "data/text_position.hpp"
#include "recording/finding.hpp"
#include "recording/members.hpp"
#include "recording/schema.hpp"
#include "recording/step_reader.hpp"

namespace reprise::runner {
namespace {

using boost::json::object;
using boost::json::value;

class Reader {
public:
    Reader(std::string text, const std::string& name) : text_{std::move(text), name} {}

    Recording read() {
        check_against_schema();
        if (!problems_.empty()) throw DataError(std::move(problems_));
        const object& document = text_.root()->get_object();
        Recording recording;
        recording.path = text_.name();
        recording.source = text_.root();
        recording.name = text_member(document, "name").value_or("");
        if (recording.name.empty()) recording.name = std::filesystem::path(text_.name()).stem().string();
        recording.id = text_member(document, "id").value_or("");
        recording.description = text_member(document, "description").value_or("");
        recording.starting_url = text_member(document, "startingUrl").value_or("");
        if (const auto* tags = array_member(document, "tags")) {
            for (const value& tag : *tags) recording.tags.push_back(text_of(tag));
        }
        read_steps(document, recording);
        read_variables(document, recording);
        recording.field_mapping = read_mapping(document, "fieldMapping");
        recording.variable_mapping = read_mapping(document, "variableMapping");
        check_start(recording);
        if (!problems_.empty()) throw DataError(std::move(problems_));
        return recording;
    }

private:
    void check_against_schema() {
        std::set<std::string> seen;  // two rules may object to one value; the first says enough
        for (const SchemaFinding& finding : check_schema(*text_.root(), recording_schema())) {
            if (finding.kind != FindingKind::violation || !seen.insert(to_string(finding.path)).second) continue;
            note(finding.path, describe(*text_.root(), finding));
        }
    }

    void read_steps(const object& document, Recording& recording) {
        const auto& steps = document.at("steps").get_array();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            std::vector<std::string> errors;
            Step& step = recording.steps.emplace_back(read_step(steps[i].get_object(), errors));
            step.source = {text_.root(), &steps[i]};
            const JsonPath path{"steps", i};
            const auto [line, column] = text_.position(path);
            step.line = line;
            step.column = column;
            if (i > 0 && step.number <= recording.steps[i - 1].number) {
                errors.push_back(fmt::format("follows {}: step numbers must rise", name_of(recording.steps[i - 1])));
            }
            for (const std::string& error : errors) note(path, fmt::format("{} {}", name_of(step), error));
        }
        check_elements(recording);
        check_drags(recording);
    }

    // The schema asks for a bundle; it may still hold nothing but empty texts.
    void check_elements(const Recording& recording) {
        for (std::size_t i = 0; i < recording.steps.size(); ++i) {
            const Step& step = recording.steps[i];
            if (!step.bundle && needs_element(step)) {
                note({"steps", i}, fmt::format("{}: \"bundle\" holds nothing to find the element by", name_of(step)));
            }
        }
    }

    static bool needs_element(const Step& step) {
        if (const auto* wait = std::get_if<WaitDetails>(&step.details))
            return wait->condition <= WaitCondition::detached;
        if (const auto* assertion = std::get_if<AssertDetails>(&step.details)) {
            return assertion->kind != AssertKind::url && assertion->kind != AssertKind::title;
        }
        if (const auto* extract = std::get_if<ExtractDetails>(&step.details)) {
            return extract->from != ExtractFrom::url && extract->from != ExtractFrom::title;
        }
        return step.event <= Event::uncheck || step.event == Event::drag || step.event == Event::drop ||
               step.event == Event::upload || step.event == Event::submit;
    }

    void check_drags(const Recording& recording) {
        for (std::size_t i = 0; i < recording.steps.size(); ++i) {
            const Step& step = recording.steps[i];
            const auto is_open_drag = [&](std::size_t at) {
                const auto* drag =
                    at < recording.steps.size() ? std::get_if<DragDetails>(&recording.steps[at].details) : nullptr;
                return drag != nullptr && !drag->target && !drag->distance;
            };
            const bool drop_follows = i + 1 < recording.steps.size() && recording.steps[i + 1].event == Event::drop;
            if (is_open_drag(i) && !drop_follows) {
                note({"steps", i},
                     fmt::format("{} drags to nowhere: give \"metadata.target\", \"metadata.dx\" and \"dy\", "
                                 "or a drop step after it",
                                 name_of(step)));
            }
            if (step.event == Event::drop && (i == 0 || !is_open_drag(i - 1))) {
                note({"steps", i},
                     fmt::format("{} drops nothing: expected a drag step without target before it", name_of(step)));
            }
        }
    }

    void read_variables(const object& document, Recording& recording) {
        const auto* variables = object_member(document, "variables");
        if (variables == nullptr) return;
        for (const auto& [label, json] : *variables) {
            const object& members = json.get_object();
            const auto [line, column] = text_.position({"variables", std::string(label)});
            const auto number = integer_member(members, "stepNumber");
            recording.variables.push_back(
                {.label = label,
                 .type = text_member(members, "type").value_or(""),
                 .required = bool_member(members, "required").value_or(false),
                 .description = text_member(members, "description").value_or(""),
                 .csv_column = text_member(members, "csvColumn"),
                 .step_number = number ? std::optional(static_cast<int>(*number)) : std::nullopt,
                 .default_value = text_member(members, "defaultValue"),
                 .secret = bool_member(members, "secret").value_or(false),
                 .line = line,
                 .column = column});
        }
    }

    static StringMap read_mapping(const object& document, std::string_view name) {
        StringMap mapping;
        if (const auto* members = object_member(document, name)) {
            for (const auto& [from, to] : *members) mapping.emplace_back(from, text_of(to));
        }
        return mapping;
    }

    void check_start(const Recording& recording) {
        if (!recording.starting_url.empty() || recording.steps.empty()) return;
        const Event first = recording.steps.front().event;
        if (first == Event::navigate || first == Event::newtab) return;
        note({},
             fmt::format("\"starting_url\" is missing, and {} is no navigate step", name_of(recording.steps.front())));
    }

    void note(const JsonPath& path, std::string what) {
        const auto [line, column] = text_.position(path);
        problems_.push_back({Severity::error, text_.name(), line, column, std::move(what), {}});
    }

    JsonText text_;
    std::vector<Problem> problems_;
};

}  // namespace

std::string describe(const value& document, const SchemaFinding& finding) {
    const auto& path = finding.path;
    const bool in_step =
        path.size() >= 2 && path[0] == decltype(path[0])("steps") && std::holds_alternative<std::size_t>(path[1]);
    const std::string member = to_string(path, in_step ? 2 : 0);
    const std::string what = member.empty() ? finding.text : fmt::format("\"{}\" {}", member, finding.text);
    if (!in_step) return member.empty() ? "the recording " + what : what;
    const std::size_t index = std::get<std::size_t>(path[1]);
    const auto* step = document.at("steps").at(index).if_object();
    const auto* number = step != nullptr ? find_member(*step, "stepNumber") : nullptr;
    const auto* label = step != nullptr ? find_member(*step, "label") : nullptr;
    std::string name = number != nullptr && number->is_number() ? fmt::format("step {}", text_of(*number))
                                                                : fmt::format("step in place {}", index + 1);
    if (label != nullptr && label->is_string()) name += fmt::format(" \"{}\"", text_of(*label));
    return fmt::format("{}: {}", name, what);
}

const Variable* find_variable(const Recording& recording, std::string_view label) {
    const auto found = std::find_if(recording.variables.begin(), recording.variables.end(),
                                    [&](const Variable& variable) { return variable.label == label; });
    return found != recording.variables.end() ? &*found : nullptr;
}

Recording read_recording(const std::string& path) {
    return parse_recording(read_text_file(path, k_recording_limit_bytes), path);
}

Recording parse_recording(std::string text, const std::string& name) {
    return Reader(std::move(text), name).read();
}

}  // namespace reprise::runner
