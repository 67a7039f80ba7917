// Many frames of other sites, in processes of their own, that come and go while they are acted in. REPRISE_SOAK_LOADS:
// how many loads of the page.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <boost/json/array.hpp>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "soak.hpp"
#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds k_patience{8'000};
constexpr int k_sites = 4;
constexpr int k_frames = 20;
constexpr int k_depth = 5;

class FrameStorms : public BrowserPage {
protected:
    static void SetUpTestSuite() {
        start({.extra_switches = {"--site-per-process", "--host-resolver-rules=MAP *.test 127.0.0.1"}});
    }
    FrameStorms() {
        server_.handle("GET", "/frame/:name", [](const HttpRequest& request) {
            return HttpResponse{.body = leaf(request.params.at("name"))};
        });
        server_.handle("GET", "/nest/:depth", [this](const HttpRequest& request) {
            const int depth = std::stoi(request.params.at("depth"));
            return HttpResponse{.body = leaf("n" + std::to_string(depth)) +
                                        (depth == 0 ? "" : frame("nest", depth, "/nest/" + std::to_string(depth - 1)))};
        });
        server_.handle("POST", "/hit", [this](const HttpRequest& request) {
            const std::lock_guard lock{mutex_};
            hits_.push_back(request.query.at("frame"));
            came_.notify_all();
            return HttpResponse{.status = 204};
        });
        server_.handle("GET", "/", [this](const auto&) { return HttpResponse{.body = storm()}; });
    }
    // A site of its own for each number: "a0.test" is not of the site "a1.test".
    std::string site(int number, const std::string& path) const {
        return fmt::format("http://a{}.test:{}{}", number % k_sites, server_.port(), path);
    }
    std::string frame(const std::string& id, int number, const std::string& path) const {
        return fmt::format("<iframe id={} width=180 height=90 src='{}'></iframe>", id, site(number, path));
    }
    // Tells the server itself which frame was clicked: the record of the other side. A beacon outlives its frame, which
    // may be taken away right after.
    static std::string leaf(const std::string& name) {
        return fmt::format(
            "<!doctype html><button onclick=\"navigator.sendBeacon('/hit?frame={0}')\">In {0}</button>"
            "<input oninput=\"navigator.sendBeacon('/hit?frame={0}:'+this.value)\">",
            name);
    }
    // All frames are made at load; every second one goes and comes again, some stay away.
    std::string storm() const {
        std::string frames;
        for (int i = 0; i < k_frames; ++i) frames += frame(fmt::format("f{}", i), i, fmt::format("/frame/f{}", i));
        return "<!doctype html>" + frame("deep", 1, fmt::format("/nest/{}", k_depth - 1)) + "<main>" + frames +
               "</main><script>const main = document.querySelector('main');"
               "main.querySelectorAll('iframe').forEach((frame, i) => { if (i % 2) return;"
               "  setTimeout(() => { frame.remove(); if (i % 4) setTimeout(() => main.append(frame), 40); }, 15 * i); "
               "});"
               "</script>";
    }
    std::vector<std::string> take_hits() {
        const std::lock_guard lock{mutex_};
        return std::exchange(hits_, {});
    }
    // What failed was not done to another frame either.
    void expect_nothing_but(const std::set<std::string>& meant, const std::set<std::string>& before) {
        for (const auto& hit : take_hits()) {
            EXPECT_TRUE(meant.contains(hit) || before.contains(hit)) << hit << " was acted in instead";
        }
    }
    // This was hit, in a frame that went and in the one that came again for it at most, and nothing else.
    void expect_hits(const std::string& wanted, const std::set<std::string>& earlier) {
        std::unique_lock lock{mutex_};
        came_.wait_for(lock, 5s, [&] { return std::ranges::find(hits_, wanted) != hits_.end(); });
        for (const auto& hit : earlier) {
            if (hit != wanted) std::erase(hits_, hit);
        }
        EXPECT_THAT(hits_, testing::AllOf(testing::Not(testing::IsEmpty()), testing::Each(wanted)));
        const bool once = wanted.find(':') == std::string::npos && !earlier.contains(wanted);
        EXPECT_TRUE(!once || hits_.size() == 1) << "clicked " << hits_.size() << " times";
        hits_.clear();
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::string> hits_;
    fixtures::HttpServer server_;
};

TEST_F(FrameStorms, AreActedInOnlyWhereItWasMeantAndEndInTime) {
    soak::Chance chance{"FrameStorms"};
    const int loads = soak::length("REPRISE_SOAK_LOADS", 6);
    int done = 0;
    int gone = 0;
    int failed = 0;
    Milliseconds longest{};
    const auto start = Clock::now();
    std::set<std::string> earlier;  // may have come to a frame that went before it could tell, and late
    for (int load = 0; load < loads; ++load) {
        const auto page = open_page();
        page.navigate(server_.url("/"), {.until = cdp::LoadState::commit, .timeout = 20s});
        const auto before = std::exchange(earlier, {});
        for (int i = 0; i < 4; ++i) {
            const int number = chance.below(k_frames);
            const bool deep = i == 3;
            const bool stays_away = !deep && number % 4 == 0;
            auto place = deep ? page.frame_locator("#deep") : page.frame_locator(fmt::format("#f{}", number));
            const int levels = deep ? chance.below(k_depth) : 0;
            for (int level = 0; level < levels; ++level) place = place.frame_locator("#nest");
            const auto name = deep ? fmt::format("n{}", k_depth - 1 - levels) : fmt::format("f{}", number);
            SCOPED_TRACE(fmt::format("load {}, frame {}", load, name));
            expect_nothing_but(earlier, i == 0 ? before : earlier);
            const bool clicks = chance.below(2) == 0;
            const auto text = fmt::format("x{}", i);
            const auto hit = clicks ? name : name + ":" + text;
            const auto begin = Clock::now();
            std::string failure;
            const auto patience = stays_away ? 700ms : k_patience;
            try {
                if (clicks) {
                    place.locator("button").click({.timeout = patience});
                } else {
                    place.locator("input").fill(text, {.timeout = patience});
                }
                expect_hits(hit, earlier);
                ++done;
            } catch (const Error& error) {
                failure = error.what();
                stays_away ? ++gone : ++failed;
                EXPECT_NE(std::string(error.type()), "ProtocolError") << failure;
                EXPECT_NE(std::string(error.type()), "ConnectionClosed") << failure;
            }
            earlier.insert(hit);
            const auto took = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
            longest = std::max(longest, took);
            EXPECT_LT(took, patience + 5s) << failure;
            if (!failure.empty() && !stays_away) std::cout << "frame " << name << ": " << failure << '\n';
        }
    }
    std::cout << fmt::format(
        "FrameStorms: {} loads, {} actions done, {} in frames that went, {} failed, longest {} ms, {} s\n", loads, done,
        gone, failed, longest.count(), std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count());
    EXPECT_LE(failed, 1 + loads / 200);
}

}  // namespace
}  // namespace reprise::locators
