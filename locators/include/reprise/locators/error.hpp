// What can go wrong when acting on a page. Texts hold the call as written, what happened, the call log and the page.
#pragma once

#include <reprise/cdp/error.hpp>

namespace reprise::locators {

// An action could not be carried out, or its delivery could not be verified. `dispatched()`: input had already been
// sent, so the action must not be tried again.
class ActionError : public Error {
public:
    enum class Phase { before_dispatch, after_dispatch };
    explicit ActionError(const std::string& text, Phase phase = Phase::before_dispatch) : Error(text), phase_{phase} {}
    const char* type() const noexcept override { return "ActionError"; }
    bool dispatched() const noexcept { return phase_ == Phase::after_dispatch; }

private:
    Phase phase_;
};

// More than one element matches where one is needed.
class StrictnessError : public ActionError {
public:
    using ActionError::ActionError;
    const char* type() const noexcept override { return "StrictnessError"; }
};

// The element of a bundle is not on a page that no longer changes, or an element is there that is not beyond doubt the
// recorded one (BundleOptions::quiet).
class ElementAbsent : public ActionError {
public:
    using ActionError::ActionError;
    const char* type() const noexcept override { return "ElementAbsent"; }
};

// An expectation did not come true in time.
class AssertionError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "AssertionError"; }
};

using cdp::TimeoutError;

}  // namespace reprise::locators
