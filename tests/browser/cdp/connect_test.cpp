// A browser that somebody else has started, over WebSocket.
#include <signal.h>

#include <boost/json/value.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/debugging_port.hpp"
#include "support/expect_throw.hpp"

namespace reprise::cdp {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Connect : public testing::Test {
protected:
    const ListeningBrowser listening_;
};

TEST_F(Connect, WorksAsALaunchedBrowserDoes) {
    const auto browser = Browser::connect(listening_.url());
    EXPECT_THAT(browser.version(), HasSubstr("Chrome/"));
    const auto context = locators::new_context(browser);
    const auto page = locators::Page::open(context);
    page.navigate(
        "data:text/html,<input><button onclick='document.title=document.querySelector(`input`).value'>Go</button>");
    page.locator("input").fill("over a socket");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "over a socket");
}

TEST_F(Connect, TakesMessagesLargerThanAnyBuffer) {
    const auto browser = Browser::connect(listening_.url());
    const auto context = locators::new_context(browser);
    const auto page = locators::Page::open(context);
    constexpr auto k_bytes = 40U << 20;
    EXPECT_EQ(page.evaluate("'x'.repeat(40 * 1024 * 1024)").as_string().size(), k_bytes);
    EXPECT_EQ(page.evaluate("'" + std::string(5U << 20, 'y') + "'.length"), 5 << 20);
}

TEST_F(Connect, LeavesTheBrowserAndItsOtherPagesAlone) {
    {
        const auto browser = Browser::connect(listening_.url());
        const auto context = locators::new_context(browser);
        locators::Page::open(context).navigate("data:text/html,mine");
    }
    EXPECT_TRUE(listening_.browser().connected());
    const auto again = Browser::connect(listening_.url());
    EXPECT_TRUE(again.connected());
    again.close();
    EXPECT_FALSE(again.connected());
    EXPECT_TRUE(listening_.browser().connected());
}

TEST_F(Connect, TellsAllWaitersWhenTheBrowserEnds) {
    const auto browser = Browser::connect(listening_.url());
    const auto context = locators::new_context(browser);
    const auto page = locators::Page::open(context);
    page.evaluate("0");
    listening_.browser().close();
    EXPECT_THROW_MSG(page.evaluate("new Promise(() => {})"), ConnectionClosed, HasSubstr("connection"));
    EXPECT_FALSE(browser.connected());
    EXPECT_FALSE(browser.end_cause().empty());
}

TEST_F(Connect, SaysWhereNobodyListens) {
    EXPECT_THROW_MSG(Browser::connect("http://127.0.0.1:1"), LaunchError,
                     AllOf(HasSubstr("http://127.0.0.1:1"), HasSubstr("refused")));
    EXPECT_THROW_MSG(Browser::connect("ws://127.0.0.1:1/devtools/browser/x"), LaunchError, HasSubstr("refused"));
    EXPECT_THROW_MSG(Browser::connect("gopher://x"), LaunchError, HasSubstr("gopher://x"));
    EXPECT_THROW_MSG(Browser::connect("http://127.0.0.1:99999"), LaunchError, HasSubstr("99999"));
}

}  // namespace
}  // namespace reprise::cdp
