// Writes to the terminal. A terminal that went away does not end the run: errors are ignored, the journal has it all.
//
// Thread contract: one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include <reprise/reporters/report.hpp>

namespace reprise::reporters {

enum class Colour { plain, red, green, yellow };

class Terminal {
public:
    explicit Terminal(const TerminalOptions& options) : options_(options) {}

    const TerminalOptions& options() const noexcept { return options_; }

    // `text` without anything that could control the terminal; coloured when the options say so.
    std::string paint(Colour colour, std::string_view text) const;

    void write(std::string_view text);  // as it is: the caller cleaned what came from outside
    void write_line(std::string_view text);
    void flush();

private:
    TerminalOptions options_;
};

// The mark of an outcome: "ok", "FAILED", "flaky", "skipped", "interrupted".
std::string_view mark_of(Outcome outcome);
Colour colour_of(Outcome outcome);

}  // namespace reprise::reporters
