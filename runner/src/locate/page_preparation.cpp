#include "locate/page_preparation.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>

namespace reprise::runner {
namespace {

using std::chrono::milliseconds;

// Pages go on building themselves after `load`: scripts that start by a timer, pictures that move what is below them.
constexpr milliseconds k_after_load{1'000};
constexpr milliseconds k_quiet{300};
constexpr milliseconds k_longest_unrest{3'000};
constexpr milliseconds k_action_timeout{8'000};

}  // namespace

std::optional<StateStep> read_state_step(const boost::json::value& value) {
    const auto* words = value.if_array();
    if (words == nullptr || words->size() < 2 || !words->at(0).is_string()) return std::nullopt;
    const auto& name = words->at(0).get_string();
    const auto& first = words->at(1);
    using Action = StateStep::Action;
    if (name == "wait" && first.is_number()) {
        return StateStep{.action = Action::wait, .duration = milliseconds{first.to_number<int>()}};
    }
    if (!first.is_string()) return std::nullopt;
    std::string text{first.get_string()};
    if (name == "click") return StateStep{.action = Action::click, .css = std::move(text)};
    if (name == "js") return StateStep{.action = Action::script, .text = std::move(text)};
    if (name == "fill" && words->size() > 2 && words->at(2).is_string()) {
        return StateStep{
            .action = Action::fill, .css = std::move(text), .text = std::string(words->at(2).get_string())};
    }
    return std::nullopt;
}

void open_state(const locators::Page& page, const std::string& url, const std::vector<StateStep>& steps,
                cdp::Deadline deadline) {
    page.navigate(url, {.timeout = deadline.remaining()});
    page.target().pause(k_after_load, deadline);
    const auto rest = [&] { page.settle(k_quiet, deadline.no_later_than(k_longest_unrest)); };
    rest();
    // What counts is the state: a press that was not seen to arrive may have brought it about all the same.
    const auto press = [&](const std::string& css, milliseconds timeout) {
        try {
            page.locator(css).first().click({.timeout = timeout});
        } catch (const locators::ActionError& error) {
            if (!error.dispatched()) throw;
        }
    };
    for (const auto& step : steps) {
        const auto timeout = std::min(k_action_timeout, deadline.remaining());
        switch (step.action) {
            case StateStep::Action::click:
                press(step.css, timeout);
                break;
            case StateStep::Action::fill:
                page.locator(step.css).first().fill(step.text, {.timeout = timeout});
                break;
            case StateStep::Action::wait:
                page.target().pause(step.duration, deadline);
                continue;
            case StateStep::Action::script:
                page.evaluate(step.text + "\n;undefined");  // what it comes to may not be a value
                break;
        }
        rest();
    }
}

}  // namespace reprise::runner
