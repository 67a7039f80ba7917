// Which parts of a page's scripts and style sheets were used.
#include <reprise/locators/coverage.hpp>

#include <algorithm>
#include <map>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/coverage.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/locators/page.hpp>

#include "coverage_ranges.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

namespace profiler = cdp::profiler;
namespace debugger = cdp::debugger;
namespace css = cdp::css;

std::vector<CountedRange> ranges_of(const profiler::ScriptCoverage& script) {
    std::vector<CountedRange> ranges;
    for (const auto& function : script.functions) {
        for (const auto& range : function.ranges) ranges.push_back({range.startOffset, range.endOffset, range.count});
    }
    return ranges;
}

}  // namespace

double Coverage::used_share() const {
    std::size_t bytes = 0;
    for (const auto& range : used) bytes += range.end - range.begin;
    return text.empty() ? 0 : static_cast<double>(bytes) / static_cast<double>(text.size());
}

void Page::start_js_coverage(const WaitOptions& options) const {
    observed(
        *page_, options.site, [] { return std::string("page.start_js_coverage()"); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            const auto session = page_->target.session();
            session.send(profiler::Enable{}, deadline);
            session.send(profiler::StartPreciseCoverage{.callCount = true, .detailed = true}, deadline);
            // For the texts; a script's `debugger` must not stop it.
            session.send(debugger::SetSkipAllPauses{.skip = true}, deadline);
            session.send(debugger::Enable{}, deadline);
        });
}

std::vector<Coverage> Page::stop_js_coverage(const WaitOptions& options) const {
    return observed(
        *page_, options.site, [] { return std::string("page.stop_js_coverage()"); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            const auto session = page_->target.session();
            std::vector<Coverage> result;
            for (const auto& script : session.send(profiler::TakePreciseCoverage{}, deadline).result) {
                if (script.url.empty()) continue;  // ours, and what tests evaluate
                try {
                    auto text =
                        session.send(debugger::GetScriptSource{.scriptId = script.scriptId}, deadline).scriptSource;
                    auto used = used_bytes(text, used_units(ranges_of(script)));
                    result.push_back({.url = script.url, .text = std::move(text), .used = std::move(used)});
                } catch (const cdp::ProtocolError&) {  // of a document that has gone meanwhile
                }
            }
            session.send(profiler::StopPreciseCoverage{}, deadline);
            session.send(profiler::Disable{}, deadline);
            session.send(debugger::Disable{}, deadline);
            return result;
        });
}

void Page::start_css_coverage(const WaitOptions& options) const {
    observed(
        *page_, options.site, [] { return std::string("page.start_css_coverage()"); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            const auto session = page_->target.session();
            session.send(cdp::dom::Enable{}, deadline);
            session.send(css::Enable{}, deadline);
            session.send(css::StartRuleUsageTracking{}, deadline);
        });
}

std::vector<Coverage> Page::stop_css_coverage(const WaitOptions& options) const {
    return observed(
        *page_, options.site, [] { return std::string("page.stop_css_coverage()"); },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            const auto session = page_->target.session();
            std::map<std::string, std::vector<CountedRange>> used;
            for (const auto& rule : session.send(css::StopRuleUsageTracking{}, deadline).ruleUsage) {
                used[rule.styleSheetId].push_back(
                    {static_cast<int>(rule.startOffset), static_cast<int>(rule.endOffset), rule.used ? 1 : 0});
            }
            std::vector<Coverage> result;
            for (const auto& [id, url] : page_->target.style_sheets()) {
                try {
                    auto text = session.send(css::GetStyleSheetText{.styleSheetId = id}, deadline).text;
                    auto bytes = used_bytes(text, used_units(used[id]));
                    result.push_back({.url = url, .text = std::move(text), .used = std::move(bytes)});
                } catch (const cdp::ProtocolError&) {  // of a document that has gone meanwhile
                }
            }
            session.send(css::Disable{}, deadline);
            session.send(cdp::dom::Disable{}, deadline);
            page_->target.forget_style_sheets();
            return result;
        });
}

}  // namespace reprise::locators
