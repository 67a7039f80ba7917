#include "observation.hpp"

#include <utility>

#include <reprise/cdp/error.hpp>

namespace reprise::locators {

void rest_before_call(PageState* page) {
    if (page == nullptr || page->options.slow_mo <= Milliseconds{0}) return;
    try {
        page->target.pause(page->options.slow_mo, cdp::Deadline::after(page->options.slow_mo));
    } catch (const Error&) {  // told by the call
    }
}

void Observation::start(std::string text) {
    call_ = {.id = ++page_->options.observer->calls_,
             .text = std::move(text),
             .site = site_,
             .page = page_->target.id(),
             .started = std::chrono::system_clock::now()};
    start_ = std::chrono::steady_clock::now();
    active_ = true;
    page_->call_under_way = &call_;  // before the observer is told: it may call the page itself
    page_->options.observer->on_call_started(call_);
}

void Observation::finish() {
    if (!active_) return;
    const auto duration = std::chrono::steady_clock::now() - start_;
    call_.duration = std::chrono::duration_cast<std::chrono::microseconds>(duration);
    page_->options.observer->on_call_finished(call_);
}

void Observation::fail() {
    try {
        throw;
    } catch (Error& error) {
        if (!error.site().known()) error.set_site(site_);
        call_.error_type = error.type();
        call_.error = error.what();
    } catch (const UsageError& error) {
        call_.error_type = "UsageError";
        call_.error = error.what();
    } catch (const std::exception& error) {
        call_.error_type = "exception";
        call_.error = error.what();
    } catch (...) {
        call_.error_type = "exception";
        call_.error = "unknown";
    }
    finish();
}

Observation::~Observation() {
    if (active_) page_->call_under_way = nullptr;
}

}  // namespace reprise::locators
