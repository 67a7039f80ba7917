#include <reprise/locators/clock.hpp>

#include <random>

#include <fmt/chrono.h>
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

namespace {

std::string as_text(double ms) {
    const auto seconds = static_cast<std::time_t>(std::floor(ms / 1000));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds),
                       static_cast<int>(ms - static_cast<double>(seconds) * 1000));
}

// What the operation makes of the time; `begins`: the clock was the real one so far.
void keep_time(ClockState& state, bool begins, std::string_view operation, double wall, double argument) {
    if (begins) {
        state.origin = wall;
    } else if (state.flows) {
        state.ticks += std::max(0.0, wall - state.wall);
    }
    state.wall = wall;
    if (operation == "pause_at" && argument < state.origin + state.ticks) {
        throw UsageError(fmt::format("clock.pause_at: {} is past; it is {}", as_text(argument),
                                     as_text(state.origin + state.ticks)));
    }
    if (operation == "install" || operation == "set_system_time") state.origin = argument - state.ticks;
    if (operation == "install" || operation == "resume") state.flows = true;
    if (operation == "fast_forward" || operation == "run_for") state.ticks += argument;
    if (operation != "pause_at") return;
    state.ticks = argument - state.origin;
    state.flows = false;
}

void expect_forward(std::string_view call, Milliseconds duration) {
    if (duration.count() < 0) {
        throw UsageError(fmt::format("clock.{}: time does not run back, and {} ms would", call, duration.count()));
    }
}

}  // namespace

// Every operation is told twice: to the documents that are there, where timers run, and by an init script to those to
// come, which work out from the real time of each operation what time it is. Both carry a number, and count once.
void Clock::apply(const char* operation, double argument) const {
    auto& state = *context_->clock;
    const std::lock_guard lock{state.mutex};
    const auto begins = state.key.empty();
    const auto wall = to_ms(std::chrono::system_clock::now());
    keep_time(state, begins, operation, wall, argument);
    if (begins) {
        std::random_device device;
        state.key = fmt::format("c{:08x}{:08x}", device(), device());
    }
    const auto install = begins ? fmt::format("({})({});", clock_script, json_text(state.key)) : std::string();
    const auto call = fmt::format("globalThis.{}?.tell({}, {}, {}, {}", state.key, ++state.operations,
                                  json_text(operation), wall, argument);
    const cdp::page::AddScriptToEvaluateOnNewDocument command{.source = install + call + ", false)"};
    context_->set_up_later(command);
    context_->run_everywhere(install + call + ", true)");
    state.wall = to_ms(std::chrono::system_clock::now());  // what that took has not passed on the clock
}

void Clock::install(const ClockOptions& options) const {
    apply("install", to_ms(options.time.value_or(std::chrono::system_clock::now())));
}
void Clock::fast_forward(Milliseconds duration) const {
    expect_forward("fast_forward", duration);
    apply("fast_forward", static_cast<double>(duration.count()));
}
void Clock::run_for(Milliseconds duration) const {
    expect_forward("run_for", duration);
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
