// Times and durations as text, independent of locale and time zone of the machine.
//
// Thread contract: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

std::string iso_time(WallTime time);                            // "2026-05-04T03:02:01.250Z", UTC
std::string iso_time_to_second(WallTime time);                  // "2026-05-04T03:02:01", UTC without saying so
std::optional<WallTime> parse_iso_time(std::string_view text);  // what iso_time writes; nullopt for anything else

std::string seconds(Milliseconds duration);          // "1.250"; never negative
std::string for_people(Milliseconds duration);       // "250 ms", "1.3 s", "2 min 5 s"
std::string minutes_seconds(Milliseconds duration);  // "0:05"

}  // namespace reprise::reporters
