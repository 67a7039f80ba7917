// One attempt at one row: a fresh context, all steps, and what came of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include <reprise/cdp/browser.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/reporters/event.hpp>
#include <reprise/runner/keep_mode.hpp>

#include "engine/selection.hpp"
#include "healing/memory.hpp"

namespace reprise::runner {

// A context and its page, ready to be used by one attempt.
struct PreparedPage {
    cdp::Browser browser;
    locators::Context context;
    locators::Page page;
    std::filesystem::path films{};  // where its context writes them; empty: there are none
};

// What a context is to have beside a page.
struct PageNeeds {
    std::filesystem::path downloads{};  // folder; empty: downloads are refused
    std::filesystem::path films{};      // folder; empty: none are made
};

struct AttemptOptions {
    std::filesystem::path output;
    std::optional<std::string> base_url;
    int attempt{1};
    int worker{};
    HealingMemory* memory{};  // of the run
    KeepMode video{KeepMode::off};
    std::function<bool()> interrupted;
    std::function<void(const reporters::StepResult&)> on_step;
};

// Needs its own context: one that may download.
bool downloads(const Recording& recording);
PreparedPage prepare_page(const cdp::Browser& browser, const PageNeeds& needs);

// Never throws for what a page or a browser does: that is in the result.
reporters::AttemptResult run_attempt(const PlannedTest& test, const PreparedPage& prepared,
                                     const AttemptOptions& options);

}  // namespace reprise::runner
