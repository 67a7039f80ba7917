#include "time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace reprise::reporters {
namespace {

namespace chrono = std::chrono;

Milliseconds not_negative(Milliseconds duration) {
    return std::max(duration, Milliseconds{0});
}

// The number in text[at, at + digits); -1 when that is not all digits.
int digits_at(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    const char* const end = text.data() + at + digits;
    const auto [stop, error] = std::from_chars(text.data() + at, end, value);
    return error == std::errc{} && stop == end ? value : -1;
}

}  // namespace

std::string iso_time_to_second(WallTime time) {
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss clock{chrono::floor<chrono::seconds>(time - day)};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string iso_time(WallTime time) {
    const auto part = chrono::floor<Milliseconds>(time) - chrono::floor<chrono::seconds>(time);
    return fmt::format("{}.{:03}Z", iso_time_to_second(time), part.count());
}

std::optional<WallTime> parse_iso_time(std::string_view text) {
    constexpr std::string_view k_shape = "0000-00-00T00:00:00.000Z";
    if (text.size() != k_shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (k_shape[i] != '0' && text[i] != k_shape[i]) return std::nullopt;
    }
    constexpr std::array<std::pair<std::size_t, std::size_t>, 7> k_fields{
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 3}}};
    std::array<int, 7> value{};
    for (std::size_t i = 0; i < k_fields.size(); ++i) {
        value.at(i) = digits_at(text, k_fields.at(i).first, k_fields.at(i).second);
        if (value.at(i) < 0) return std::nullopt;
    }
    const chrono::year_month_day date{chrono::year{value[0]}, chrono::month{static_cast<unsigned>(value[1])},
                                      chrono::day{static_cast<unsigned>(value[2])}};
    if (!date.ok()) return std::nullopt;
    return chrono::sys_days{date} + chrono::hours{value[3]} + chrono::minutes{value[4]} + chrono::seconds{value[5]} +
           Milliseconds{value[6]};
}

std::string seconds(Milliseconds duration) {
    const auto ms = not_negative(duration).count();
    return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

std::string for_people(Milliseconds duration) {
    const auto ms = not_negative(duration).count();
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
    return fmt::format("{} min {} s", ms / 60'000, ms % 60'000 / 1000);
}

std::string minutes_seconds(Milliseconds duration) {
    const auto whole = chrono::ceil<chrono::seconds>(not_negative(duration)).count();
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace reprise::reporters
