// References in values: {{column}} and ${env:NAME}. A backslash before either makes it ordinary text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <reprise/runner/step.hpp>

namespace reprise::runner {

// What a reference stands for; none leaves it as it is written (the caller has noted the error).
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// `text` with its references replaced, in one pass: what a reference brings is not looked into. A null lookup leaves
// its kind of reference alone.
std::string expand(std::string_view text, const Lookup& column, const Lookup& environment);

bool has_reference(std::string_view text);

// Events that enter a value which data rows are expected to give.
bool enters_data(Event event);

}  // namespace reprise::runner
