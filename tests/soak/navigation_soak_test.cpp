// Calls that race against navigations of every kind: each ends in time, and what it tells is of the document that it
// was told about. REPRISE_SOAK_RACES: how many.
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "soak.hpp"
#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using fixtures::HttpResponse;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds k_patience{1'500};

// What the page does by itself after a moment.
constexpr const char* k_upheavals[] = {
    "location.reload()",
    "location = '/doc?' + ++n",
    "location.replace('/moved?' + ++n)",
    "history.pushState(0, '', '/pushed?' + ++n)",
    "history.back()",
    "history.forward()",
    "document.open(), document.write(html), document.close()",
    "location = '/slow'",
    "location = '/never'",
    "location.hash = ++n",
    "document.body.innerHTML = html",
    "location = '/none'",
};

class NavigationRaces : public BrowserPage {
protected:
    NavigationRaces() {
        // Every document has a number of its own, which its button and field tell.
        server_.handle("GET", "/doc", [this](const auto&) { return HttpResponse{.body = document()}; });
        server_.handle("GET", "/slow",
                       [this](const auto&) { return HttpResponse{.body = document(), .delay = 120ms}; });
        server_.handle("GET", "/pushed", [this](const auto&) { return HttpResponse{.body = document()}; });
        server_.handle("GET", "/never", [](const auto&) { return HttpResponse{.delay = 1h}; });
        server_.handle("GET", "/none", [](const auto&) { return HttpResponse{.status = 204}; });
        server_.redirect("/moved", "/doc");
    }
    std::string document() {
        const int number = ++documents_;
        return fmt::format(
            "<!doctype html><title>Doc {0}</title><script>n = {0} * 1000; doc = {0};"
            "html = '<button onclick=\"++clicks\">Go</button><input><p>Doc {0}</p>'; clicks = 0;"
            "document.write(html)</script>",
            number);
    }
    // To a document that stays: a server that never answers is left, what the page still has in store is waited for.
    void calm_down(const Page& page) {
        for (int tries = 0;; ++tries) {
            try {
                page.navigate(server_.url("/doc"), {.timeout = 10s});
                return;
            } catch (const cdp::NavigationError&) {  // by an upheaval that came after its race
                if (tries == 3) throw;
            }
        }
    }

    std::atomic<int> documents_{};
    fixtures::HttpServer server_;
};

struct Race {
    const Page& page;
    soak::Chance& chance;
    fixtures::HttpServer& server;
    std::atomic<int>& documents;
    // This upheaval, or the one before, goes through the history: that is carried out after the call's navigation.
    bool traverses{};
};

constexpr int k_expectation = 7;

// One call; throws what it throws. What it tells of a document is held against what that document must be.
void call_of(Race race, int kind) {
    const auto& page = race.page;
    const NavigateOptions options{.timeout = k_patience};
    const int before = race.documents;
    const auto is_new = [&](const char* call) {
        if (race.traverses) return;
        const auto doc = page.evaluate("doc").to_number<int>();
        EXPECT_GT(doc, before) << call << " returned on a document of before";
    };
    switch (kind) {
        case 0:
            page.navigate(race.server.url("/doc"), options);
            is_new("navigate");
            return;
        case 1:
            page.reload(options);
            return;
        case 2:
            page.go_back(options);
            return;
        case 3:
            page.go_forward(options);
            return;
        case 4:
            page.locator("button").click({.timeout = k_patience});
            return;
        case 5:
            page.locator("input").fill("x", {.timeout = k_patience});
            return;
        case 6: {
            // One document must answer both halves.
            const auto both = page.evaluate("new Promise((done) => setTimeout(() => done([doc, document.title]), 20))");
            const std::string title{both.at(1).as_string()};  // none in a document that was written anew
            if (!title.empty()) {
                EXPECT_EQ("Doc " + std::to_string(both.at(0).to_number<int>()), title);
            }
            return;
        }
        case k_expectation:
            page.locator("p").expect({.kind = Expected::visible, .timeout = k_patience});
            return;
        case 8:
            static_cast<void>(page.locator("p").text_content({.timeout = k_patience}));
            return;
        case 9:
            page.locator("input").type("abc", {.timeout = k_patience});
            return;
        case 10:
            page.locator("button").hover({.timeout = k_patience});
            return;
        default:
            page.wait_for_url("**/never-there", {.timeout = 50ms});
    }
}

TEST_F(NavigationRaces, EndInTimeAndTellOfNoOldDocument) {
    soak::Chance chance{"NavigationRaces"};
    const int races = soak::length("REPRISE_SOAK_RACES", 150);
    std::map<std::string, int> ends;
    Milliseconds longest{};
    std::optional<Page> page;
    bool traverses = false;
    const auto start = Clock::now();
    for (int i = 0; i < races; ++i) {
        if (i % 50 == 0) {
            page.emplace(Page::open(context_.emplace(new_context(*browser_)), {.timeout = k_patience}));
            page->navigate(server_.url("/doc"), {.timeout = 10s});
        }
        const auto* upheaval = chance.one_of(k_upheavals);
        const int kind = chance.below(12);
        const int after = chance.below(25);
        const bool traversed =
            std::exchange(traverses, upheaval == "history.back()"sv || upheaval == "history.forward()"sv);
        const auto what = fmt::format("race {}: call {} against {} after {} ms", i, kind, upheaval, after);
        SCOPED_TRACE(what);
        try {
            page->evaluate(fmt::format("void setTimeout(() => {{ {} }}, {})", upheaval, after));
        } catch (const Error&) {
            // The document of the race before went meanwhile.
        }
        const auto begin = Clock::now();
        std::string end = "done";
        try {
            call_of({*page, chance, server_, documents_, traverses || traversed}, kind);
        } catch (const Error& error) {
            end = error.type();
            EXPECT_NE(end, "ProtocolError") << error.what();
            EXPECT_NE(end, "ConnectionClosed") << error.what();
        }
        const auto took = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
        // An expectation looks at least once: a page that the browser holds back meanwhile has 5 s for that.
        const auto bound = kind == k_expectation ? 5s : Milliseconds{k_patience};
        EXPECT_LT(took, bound + 1s) << end;
        longest = std::max(longest, took);
        ++ends[fmt::format("{} {}", kind, end)];
        if (end != "done") calm_down(*page);
    }
    std::cout << fmt::format("NavigationRaces: {} races, longest {} ms, {} s\n", races, longest.count(),
                             std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count());
    for (const auto& [end, count] : ends) std::cout << fmt::format("  {} x call {}\n", count, end);
}

}  // namespace
}  // namespace reprise::locators
