// Contexts and pages of a browser that somebody else has started: taken part in as they are.
//
//     auto browser = cdp::Browser::connect("http://127.0.0.1:9222");
//     auto page = default_context(browser).pages().at(0);
//     page.get_by_role(Role::button, {.name = "Save"}).click();
//
// What was there before stays when the last handle goes, or on Context::close(): neither contexts nor pages are closed,
// only what new_context() made here. Other clients may use the same pages at the same time.
#pragma once

#include <string>
#include <vector>

#include <reprise/locators/context.hpp>

namespace reprise::locators {

struct AdoptOptions {
    std::string base_url{};  // of addresses that name no host; for contexts that are not known here yet
    Milliseconds timeout{30'000};
};

// The profile that the browser was started with; in a browser that Browser::launch() started, too. Its pages are those
// that are open, and those to come, whoever opens them. Asked again, it is the same context, as long as it is held.
// Throws ActionError when the browser tells of none.
Context default_context(const cdp::Browser& browser, const AdoptOptions& options = {});
// All contexts of the browser, the default one first: those that new_context() made here, those of other clients. Like
// Playwright's browser.contexts(), except that there only those are told that the client itself has made, and the
// default one.
std::vector<Context> contexts(const cdp::Browser& browser, const AdoptOptions& options = {});

}  // namespace reprise::locators
