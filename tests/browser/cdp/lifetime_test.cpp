// Nothing of Chromium outlives us, and its end is told to everyone at once.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <reprise/cdp/browser.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::cdp {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class BrowserLifetime : public testing::Test {
protected:
    // Processes whose command line names our profile folder; the first is the browser itself.
    std::vector<pid_t> processes() const {
        std::vector<pid_t> found;
        for (const auto& entry : fs::directory_iterator("/proc")) {
            const auto name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            std::ifstream file{entry.path() / "cmdline", std::ios::binary};
            const std::string line{std::istreambuf_iterator<char>{file}, {}};
            if (line.find("--user-data-dir=" + root_.string()) != std::string::npos) found.push_back(std::stoi(name));
        }
        // Of those that it has just forked the command line is still its own.
        const auto is_child = [&](pid_t process) {
            return std::ranges::find(found, parent_of(process)) != found.end();
        };
        const auto browser = std::ranges::find_if_not(found, is_child);
        if (browser != found.end()) std::iter_swap(found.begin(), browser);
        return found;
    }
    static pid_t parent_of(pid_t process) {
        std::ifstream file{"/proc/" + std::to_string(process) + "/status"};
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
        }
        return 0;
    }

    const tests::TemporaryFolder folder_;
    const fs::path& root_{folder_.path()};
};

TEST_F(BrowserLifetime, LeavesNoProcessAndNoProfileAfterClose) {
    {
        const auto browser = Browser::launch({.profile_root = root_});
        EXPECT_FALSE(processes().empty());
        EXPECT_FALSE(fs::is_empty(root_));
    }
    EXPECT_TRUE(processes().empty());
    EXPECT_TRUE(fs::is_empty(root_));
}

TEST_F(BrowserLifetime, TellsAllWaitersHowAKilledBrowserEnded) {
    const auto browser = Browser::launch({.profile_root = root_});
    const auto page = locators::Page::open(locators::new_context(browser));
    page.navigate("data:text/html,x");
    ASSERT_FALSE(processes().empty());
    ::kill(processes().front(), SIGKILL);
    EXPECT_THROW_MSG(page.target().wait_for_dialogs(1, Deadline::after(10s)), ConnectionClosed,
                     HasSubstr("the browser was killed by signal 9"));
    EXPECT_THAT(browser.end_cause(), HasSubstr("killed by signal 9"));
    browser.close();
    EXPECT_TRUE(processes().empty());
    EXPECT_TRUE(fs::is_empty(root_));
}

TEST_F(BrowserLifetime, KeepsTheLastWordsOfABrowserThatEnded) {
    const auto browser =
        Browser::launch({.extra_switches = {"--enable-logging=stderr", "--v=1"}, .profile_root = root_});
    ASSERT_FALSE(processes().empty());
    ::kill(processes().front(), SIGKILL);
    const auto context_of_a_dead_browser = [&] { browser.new_context({}, Deadline::after(10s)); };
    EXPECT_THROW(context_of_a_dead_browser(), ConnectionClosed);
    EXPECT_THAT(browser.last_words(), HasSubstr("VERBOSE1"));
    browser.close();
    EXPECT_THAT(browser.last_words(), HasSubstr("VERBOSE1"));
}

TEST_F(BrowserLifetime, SaysWhatABinaryThatIsNoBrowserDid) {
    EXPECT_THROW_MSG(Browser::launch({.executable = "/bin/false", .timeout = 5s, .profile_root = root_}), LaunchError,
                     HasSubstr("start /bin/false: the browser exited with status 1"));
    EXPECT_THROW_MSG(Browser::launch({.executable = "/nonexistent", .profile_root = root_}), LaunchError,
                     HasSubstr("no browser at \"/nonexistent\""));
    EXPECT_TRUE(fs::is_empty(root_));
}

TEST_F(BrowserLifetime, FailsTheWaitersOfAPageThatCrashes) {
    const auto browser = Browser::launch({.profile_root = root_});
    const auto page = locators::Page::open(locators::new_context(browser));
    page.navigate("data:text/html,x");
    page.target().session().post_raw("Page.crash", "{}");
    EXPECT_THROW_MSG(page.target().wait_for_dialogs(1, Deadline::after(10s)), TargetCrashed, HasSubstr("crashed"));
    EXPECT_TRUE(browser.connected());
}

}  // namespace
}  // namespace reprise::cdp
