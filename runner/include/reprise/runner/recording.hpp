// A recorded workflow in the canonical JSON format: reading, checking, writing. Format: docs/recording-format.md.
//
//   Recording recording = read_recording("recordings/checkout.json");
//   for (const Problem& problem : validate(recording)) fmt::print("{}\n", to_string(problem));
//
// Values and free functions; thread-safe as such.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/runner/data_error.hpp>
#include <reprise/runner/step.hpp>

namespace reprise::runner {

using StringMap = std::vector<std::pair<std::string, std::string>>;  // keeps the order of the source

// A place in the workflow that takes its value from data.
struct Variable {
    std::string label;   // of the step or steps it belongs to
    std::string type{};  // "input", "checkbox", "select", …; `checkbox`: the step sets that state
    bool required{};
    std::string description{};
    std::optional<std::string> csv_column{};
    std::optional<int> step_number{};  // a step that takes the value whatever its event
    std::optional<std::string> default_value{};
    bool secret{};
    int line{}, column{};  // where it stands in the recording's file
};

struct Recording {
    std::string name;  // the file's stem when the recording has none
    std::string id{};
    std::string description{};
    std::string starting_url{};  // may hold {{column}}
    std::vector<Step> steps{};
    std::vector<Variable> variables{};
    StringMap field_mapping{};     // column → label
    StringMap variable_mapping{};  // column → label or label → column
    std::vector<std::string> tags{};
    std::string path{};  // of the file, as given
    // The document as read. Writing writes this, so that members unknown to this program survive; the typed members
    // above are a view of it. To change a recording, change the document and parse its text again.
    std::shared_ptr<const boost::json::value> source{};
};

const Variable* find_variable(const Recording& recording, std::string_view label);  // null: none

inline constexpr std::size_t k_recording_limit_bytes = 64u << 20;

// Reads and checks a recording. Throws DataError with every error found: not readable, not JSON (with the offending
// line), over 64 MiB, nested deeper than 64, duplicate members, members of the wrong type, unknown events, steps
// without the element they need, step numbers that do not rise.
Recording read_recording(const std::string& path);
// The same from text; `name` stands for the file in errors and in `Recording::path`.
Recording parse_recording(std::string text, const std::string& name);

// What deserves attention in a readable recording: steps without a value, passwords in clear text, mappings and
// variables that belong to no step, repeated labels, mistyped members. Ordered by place.
std::vector<Problem> validate(const Recording& recording);

// Writes the document to `path`: complete or not at all (temporary file beside it, synced, renamed). Throws Error.
void write_recording(const Recording& recording, const std::string& path);

// JSON as recordings are written: two spaces, members in their order, integers as integers, doubles in the shortest
// form that reads back the same. Ends in a line break.
std::string format_json(const boost::json::value& value);

}  // namespace reprise::runner
