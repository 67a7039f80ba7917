// A real page for a test: one browser per suite, a fresh context per test.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/locators/page.hpp>

#include "support/expect_throw.hpp"

namespace reprise {

class BrowserPage : public testing::Test {
protected:
    static void SetUpTestSuite() { start({}); }
    static void TearDownTestSuite() { browser_.reset(); }
    static void start(const cdp::LaunchOptions& options) {
        browser_ = std::make_unique<cdp::Browser>(cdp::Browser::launch(options));
    }

    // A new page in a new context; the one before it goes.
    locators::Page open_page(const locators::ContextOptions& options = {},
                             std::chrono::seconds timeout = std::chrono::seconds{5}) {
        context_.emplace(locators::new_context(*browser_, options));
        return locators::Page::open(*context_, {.timeout = timeout, .expect_timeout = timeout});
    }
    locators::Page open(const std::string& html) {
        auto page = open_page();
        std::string url = "data:text/html;charset=utf-8,";
        for (const char c : html) url += c == '%' ? "%25" : c == '#' ? "%23" : std::string(1, c);
        page.navigate(url);
        return page;
    }
    // The value of an expression in the page's own world, as JSON text.
    static std::string value(const locators::Page& page, const std::string& expression) {
        return boost::json::serialize(page.evaluate(expression));
    }
    static cdp::Deadline soon() { return cdp::Deadline::after(std::chrono::seconds{5}); }

    inline static std::unique_ptr<cdp::Browser> browser_;
    std::optional<locators::Context> context_;
};

}  // namespace reprise
