// What comes up by itself and stands in the way, and who takes it away.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A banner over the page that comes after `delay`, `count` times.
std::string banner_page(const std::string& delay, int count = 1) {
    return "<button onclick='this.textContent += 1'>Buy</button><p role=status></p>"
           "<div id=banner style='display:none;position:fixed;inset:0;background:white'>"
           "<button onclick='banner.style.display = \"none\"'>Reject</button></div><script>let left = " +
           std::to_string(count) + ";const show = () => { if (left-- > 0) banner.style.display = 'block'; };" +
           (delay == "0" ? "show()" : "setTimeout(show, " + delay + ")") + "</script>";
}

class LocatorHandler : public BrowserPage {
protected:
    static Locator buy(const Page& page) { return page.get_by_role(Role::button, {.name = "Buy"}); }
    static void reject(const Locator& banner) { banner.get_by_role(Role::button, {.name = "Reject"}).click(); }
};

TEST_F(LocatorHandler, RunsBeforeAnActionWhenItsLocatorIsVisible) {
    const auto page = open(banner_page("0"));
    int runs = 0;
    page.add_locator_handler(page.locator("#banner"), [&](const Locator& banner) {
        ++runs;
        reject(banner);
    });
    buy(page).click();
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(buy(page).inner_text(), "Buy1");
    buy(page).click();
    EXPECT_EQ(runs, 1) << "the banner has gone";
}

TEST_F(LocatorHandler, RunsWhileAnExpectationWaits) {
    const auto page = open(banner_page("150"));
    page.add_locator_handler(page.locator("#banner"), [&](const Locator& banner) {
        reject(banner);
        page.evaluate("document.querySelector('p').textContent = 'done'");
    });
    page.get_by_role(Role::status).expect({.kind = Expected::text, .text = "done"});
}

TEST_F(LocatorHandler, RunsWhileAnActionWaits) {
    const auto page = open(
        "<button disabled>Buy</button><div id=banner></div><script>setTimeout(() => banner.textContent = 'Hello', 150)"
        "</script>");
    page.add_locator_handler(page.locator("#banner"), [&](const Locator&) {
        page.evaluate("banner.remove(), document.querySelector('button').disabled = false");
    });
    buy(page).click();
}

TEST_F(LocatorHandler, RunsInTheOrderInWhichTheyWereAdded) {
    const auto page = open("<i id=a>a</i><i id=b>b</i><button>Buy</button>");
    std::vector<std::string> order;
    for (const std::string id : {"b", "a"}) {
        page.add_locator_handler(page.locator("#" + id), [&order, id](const Locator& found) {
            order.push_back(id);
            found.evaluate("e => e.remove()");
        });
    }
    buy(page).click();
    EXPECT_THAT(order, ElementsAre("b", "a"));
}

TEST_F(LocatorHandler, FailsTheCallWhenWhatItHandlesStays) {
    const auto page = open("<div id=banner>Hello</div><button>Buy</button>");
    page.add_locator_handler(page.locator("#banner"), [](const Locator&) {});
    EXPECT_THROW_MSG(
        buy(page).click({.timeout = 100ms}), TimeoutError,
        AllOf(HasSubstr("page.get_by_role(button, \"Buy\").click(): the handler of page.locator(\"#banner\") has "
                        "run, and it is still visible after 100 ms"),
              HasSubstr("page.locator(\"#banner\") is visible, its handler runs")));
}

TEST_F(LocatorHandler, RunsAsOftenAsItMayAndNotAfterItWasRemoved) {
    const auto page = open("<div id=banner>Hello</div><button>Buy</button>");
    int runs = 0;
    const auto count = [&](const Locator&) { ++runs; };
    page.add_locator_handler(page.locator("#banner"), count, {.times = 2, .no_wait_after = true});
    for (int i = 0; i < 4; ++i) buy(page).click();
    EXPECT_EQ(runs, 2);
    page.add_locator_handler(page.locator("#banner"), count, {.no_wait_after = true});
    page.remove_locator_handler(page.locator("#banner"));
    buy(page).click();
    EXPECT_EQ(runs, 2);
    EXPECT_THROW(page.add_locator_handler(page.locator("b"), count, {.times = 0}), UsageError);
}

TEST_F(LocatorHandler, EndsTheCallWithWhatItThrows) {
    const auto page = open("<div id=banner>Hello</div><button>Buy</button>");
    page.add_locator_handler(page.locator("#banner"),
                             [](const Locator& banner) { banner.get_by_role(Role::button).click({.timeout = 50ms}); });
    EXPECT_THROW_MSG(
        buy(page).click(), TimeoutError,
        HasSubstr("page.locator(\"#banner\").get_by_role(button).click(): no element matches after 50 ms"));
    page.remove_locator_handler(page.locator("#banner"));
    buy(page).click();
}

TEST_F(LocatorHandler, RunsForWhatIsInAnotherFrame) {
    const auto page = open(
        "<iframe srcdoc='<button disabled>Buy</button>'></iframe><div id=banner></div>"
        "<script>setTimeout(() => banner.textContent = 'Hello', 150)</script>");
    const auto inner = page.frame_locator("iframe").get_by_role(Role::button);
    page.add_locator_handler(page.locator("#banner"), [&](const Locator& banner) {
        banner.evaluate("e => e.remove()");
        inner.evaluate("e => e.disabled = false");
    });
    inner.click();
}

TEST_F(LocatorHandler, ThatLetsTheirElementStayRunOnceForEachAction) {
    const auto page = open("<h1>Always here</h1><button onclick='this.textContent += 1'>Go</button>");
    int runs = 0;
    page.add_locator_handler(page.locator("h1"), [&](const Locator&) { ++runs; }, {.no_wait_after = true});
    page.locator("button").click();
    page.locator("button").click();
    EXPECT_EQ(page.locator("button").text_content(), "Go11");
    EXPECT_GE(runs, 2);
    EXPECT_LE(runs, 6);
}

}  // namespace
}  // namespace reprise::locators
