// Checks JSON against docs/recording.schema.json, which is embedded: the published schema is the program's own rule.
//
// Knows the part of JSON Schema 2020-12 that the schema uses: type, const, enum, minimum, maximum, pattern, required,
// properties, additionalProperties (a schema), items, anyOf, allOf, if/then, $ref within the document. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "data/json_text.hpp"

namespace reprise::runner {

enum class FindingKind { violation, mistyped_member };

struct SchemaFinding {
    FindingKind kind{FindingKind::violation};
    JsonPath path;     // of the value; for a missing member, of that member
    std::string text;  // "is a string, expected a number"
};

// Checks `document` against `schema`, a JSON pointer into `root` ("" is the whole schema).
std::vector<SchemaFinding> check_schema(const boost::json::value& document, const boost::json::value& root,
                                        std::string_view pointer = {});

// The embedded schema of recordings.
const boost::json::value& recording_schema();

}  // namespace reprise::runner
