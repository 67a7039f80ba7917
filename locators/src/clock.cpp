#include <reprise/locators/clock.hpp>

#include <random>

#include <fmt/format.h>

#include <reprise/cdp/protocol/page.hpp>
#include <reprise/locators/page.hpp>

#include "clock_script.hpp"
#include "context_state.hpp"
#include "element_call.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

double to_ms(Clock::Time time) {
    return std::floor(std::chrono::duration<double, std::milli>(time.time_since_epoch()).count());
}

}  // namespace

// Every operation is told twice: to the documents that are there, where timers run, and by an init script to those to
// come, which work out from the real time of each operation what time it is. Both carry a number, and count once.
void Clock::apply(const char* operation, double argument) const {
    auto& state = *context_->clock;
    const std::lock_guard lock{state.mutex};
    const auto begins = state.key.empty();
    if (begins) {
        std::random_device device;
        state.key = fmt::format("c{:08x}{:08x}", device(), device());
    }
    const auto wall = to_ms(std::chrono::system_clock::now());
    const auto install = begins ? fmt::format("({})({});", clock_script, json_text(state.key)) : std::string();
    const auto call = fmt::format("globalThis.{}?.tell({}, {}, {}, {}", state.key, ++state.operations,
                                  json_text(operation), wall, argument);
    const cdp::page::AddScriptToEvaluateOnNewDocument command{.source = install + call + ", false)"};
    context_->set_up_later(command);
    context_->run_everywhere(install + call + ", true)");
}

void Clock::install(const ClockOptions& options) const {
    apply("install", to_ms(options.time.value_or(std::chrono::system_clock::now())));
}
void Clock::fast_forward(Milliseconds duration) const {
    apply("fast_forward", static_cast<double>(duration.count()));
}
void Clock::run_for(Milliseconds duration) const {
    apply("run_for", static_cast<double>(duration.count()));
}
void Clock::pause_at(Time time) const {
    try {
        apply("pause_at", to_ms(time));
    } catch (const cdp::ScriptError& error) {
        throw UsageError(fmt::format("clock.{}", error.what()));
    }
}
void Clock::resume() const {
    apply("resume", 0);
}
void Clock::set_fixed_time(Time time) const {
    apply("set_fixed_time", to_ms(time));
}
void Clock::set_system_time(Time time) const {
    apply("set_system_time", to_ms(time));
}

Clock Context::clock() const {
    return Clock{state_};
}
Clock Page::clock() const {
    return Clock{page_->context.state_};
}

}  // namespace reprise::locators
