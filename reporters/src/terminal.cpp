#include "terminal.hpp"

#include "text_sanitizer.hpp"

namespace reprise::reporters {

std::string Terminal::paint(Colour colour, std::string_view text) const {
    std::string clean = clean_for_terminal(text);
    if (!options_.colour || colour == Colour::plain) return clean;
    const std::string_view code = colour == Colour::red ? "31" : colour == Colour::green ? "32" : "33";
    return std::string("\x1B[").append(code).append("m").append(clean).append("\x1B[0m");
}

void Terminal::write(std::string_view text) {
    [[maybe_unused]] const auto ignored = std::fwrite(text.data(), 1, text.size(), options_.out);
}

void Terminal::write_line(std::string_view text) {
    write(text);
    write("\n");
}

void Terminal::flush() {
    std::fflush(options_.out);
}

std::string_view mark_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "ok";
        case Outcome::failed:
            return "FAILED";
        case Outcome::flaky:
            return "flaky";
        case Outcome::skipped:
            return "skipped";
        case Outcome::interrupted:
            return "interrupted";
    }
    return "?";
}

Colour colour_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return Colour::green;
        case Outcome::failed:
        case Outcome::interrupted:
            return Colour::red;
        case Outcome::flaky:
        case Outcome::skipped:
            return Colour::yellow;
    }
    return Colour::plain;
}

}  // namespace reprise::reporters
