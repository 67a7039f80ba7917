// Films of pages, read again with another library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/video.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"
#include "support/webm_film.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using tests::Film;
using tests::FilmFrame;
using tests::read_film;

bool is_red(const FilmFrame& frame) {
    const auto c = frame.colour(frame.picture.width / 2, frame.picture.height / 2);
    return c[0] > 220 && c[1] < 40 && c[2] < 40;
}

bool is_blue(const FilmFrame& frame) {
    const auto c = frame.colour(frame.picture.width / 2, frame.picture.height / 2);
    return c[0] < 40 && c[1] < 40 && c[2] > 220;
}

void expect_increasing_times(const Film& film) {
    for (std::size_t i = 1; i < film.frames.size(); ++i) {
        EXPECT_LT(film.frames[i - 1].at_ms, film.frames[i].at_ms) << i;
    }
    EXPECT_GT(film.duration_ms, film.frames.back().at_ms);
}

class Videos : public BrowserPage {
protected:
    Page record(const std::optional<VideoSize>& size = {}) {
        return open_page({.width_px = 640, .height_px = 480, .record_video = RecordVideo{folder_ / "videos", size}});
    }
    static void paint(const Page& page, const std::string& colour) {
        page.evaluate("document.documentElement.style.background = '" + colour + "'");
    }
    // Until what the page shows now is in the film: frames that were under way when this is called do not count.
    static void wait_for_frames(const Page& page) {
        constexpr int k_under_way = 3;
        const int wanted = page.video()->facts().frames + k_under_way + 1;
        const auto deadline = cdp::Deadline::after(20s);
        for (int i = 0; page.video()->facts().frames < wanted; ++i) {
            if (deadline.passed()) FAIL() << page.video()->facts().frames << " frames, wanted " << wanted;
            page.evaluate("document.documentElement.style.borderTop = '" + std::to_string(i % 2 + 1) +
                          "px solid black', new Promise(done => requestAnimationFrame(() => setTimeout(done, 5)))");
        }
    }
    std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator{folder_ / "videos"}) found.push_back(entry);
        return found;
    }

    const tests::TemporaryFolder folder_;
};

TEST_F(Videos, ShowWhatThePageShowedWhenItDid) {
    const auto page = record();
    page.set_content("<body></body>");
    paint(page, "red");
    wait_for_frames(page);
    page.evaluate("new Promise(done => setTimeout(done, 600))");
    paint(page, "blue");
    wait_for_frames(page);  // a busy machine shows a frame late
    page.evaluate("new Promise(done => setTimeout(done, 400))");
    context_->close();

    ASSERT_TRUE(page.video());
    const auto facts = page.video()->facts();
    EXPECT_TRUE(facts.complete);
    EXPECT_EQ(facts.dropped_frames, 0);
    const auto film = read_film(page.video()->path());
    EXPECT_EQ(film.width, 640);
    EXPECT_EQ(film.height, 480);
    ASSERT_EQ(film.frames.size(), static_cast<std::size_t>(facts.frames));
    expect_increasing_times(film);
    const auto red = std::ranges::find_if(film.frames, is_red);
    const auto blue = std::ranges::find_if(film.frames, is_blue);
    ASSERT_NE(red, film.frames.end());
    ASSERT_NE(blue, film.frames.end());
    EXPECT_GE(blue->at_ms - red->at_ms, 550);
    EXPECT_TRUE(is_blue(film.frames.back()));
    EXPECT_GE(film.duration_ms - static_cast<double>(blue->at_ms), 350) << "the last frame is held until the end";
    EXPECT_EQ(film.duration_ms, static_cast<double>(facts.duration.count()));
}

TEST_F(Videos, AreScaledDownTo800PxUnlessASizeIsChosen) {
    const auto page = open_page({.width_px = 1'600, .height_px = 900, .record_video = RecordVideo{folder_ / "videos"}});
    paint(page, "red");
    wait_for_frames(page);
    const auto chosen = record(VideoSize{320, 400});
    paint(chosen, "red");
    wait_for_frames(chosen);
    context_->close();
    const auto first = read_film(page.video()->path());
    EXPECT_EQ(first.width, 800);
    EXPECT_EQ(first.height, 450);
    const auto second = read_film(chosen.video()->path());
    EXPECT_EQ(second.width, 320);
    EXPECT_EQ(second.height, 400);
    EXPECT_TRUE(second.frames.back().colour(160, 120)[0] > 220) << "the page is 320 x 240 px of it";
    EXPECT_NEAR(second.frames.back().colour(160, 320)[0], 128, 12) << "grey is left";
}

TEST_F(Videos, OfPopupsAndPagesBesideOneAnother) {
    const auto page = record();
    paint(page, "red");
    const auto popup = page.wait_for_popup([&] { page.evaluate("void window.open('about:blank')"); });
    paint(popup, "blue");
    const auto other = context_->new_page();
    paint(other, "blue");
    wait_for_frames(popup);
    wait_for_frames(other);
    context_->close();
    ASSERT_EQ(files().size(), 3);
    EXPECT_TRUE(is_red(read_film(page.video()->path()).frames.back()));
    EXPECT_TRUE(is_blue(read_film(popup.video()->path()).frames.back()));
    EXPECT_TRUE(is_blue(read_film(other.video()->path()).frames.back()));
}

TEST_F(Videos, GoOnOverNavigationsToOtherProcesses) {
    fixtures::HttpServer server;
    for (const std::string colour : {"red", "blue"}) {
        server.handle("GET", "/" + colour, [colour](const auto&) {
            return fixtures::HttpResponse{.body = "<body style='background:" + colour + "'>"};
        });
    }
    const auto page = record();
    page.navigate(server.url("/red"));
    wait_for_frames(page);
    page.navigate("http://localhost:" + std::to_string(server.port()) + "/blue");
    wait_for_frames(page);
    context_->close();
    const auto film = read_film(page.video()->path());
    EXPECT_TRUE(std::ranges::any_of(film.frames, is_red));
    EXPECT_TRUE(is_blue(film.frames.back()));
}

TEST_F(Videos, AreCompleteWhenTheirPageIsClosed) {
    const auto page = record();
    paint(page, "red");
    wait_for_frames(page);
    const auto video = *page.video();
    EXPECT_THROW_MSG(video.save_as(folder_ / "early.webm", 50ms), TimeoutError,
                     HasSubstr("the page is still recorded after 50 ms: stop() the video, or close its page"));
    page.target().close();
    video.save_as(folder_ / "kept" / "red.webm", 5s);
    EXPECT_TRUE(is_red(read_film(folder_ / "kept" / "red.webm").frames.back()));
    video.remove();
    EXPECT_TRUE(files().empty());
    EXPECT_FALSE(context_->new_page().video()->facts().complete);
}

TEST_F(Videos, OfAPartOfWhatAPageDoes) {
    const auto page = open_page({.width_px = 400, .height_px = 300});
    EXPECT_FALSE(page.video());
    paint(page, "red");
    const auto file = folder_ / "made" / "part.webm";
    const auto video = page.start_video({.file = file});
    EXPECT_EQ(page.video()->path(), file);
    EXPECT_THROW_MSG(page.start_video({.file = folder_ / "second.webm"}), UsageError,
                     HasSubstr("the page is being recorded already, into " + file.string()));
    paint(page, "blue");
    video.stop();  // at once: it ends with what the page shows
    video.stop();
    const auto film = read_film(file);
    EXPECT_EQ(film.width, 400);
    EXPECT_TRUE(is_blue(film.frames.back()));

    const auto again = page.start_video({.file = folder_ / "again.webm", .size = VideoSize{200, 150}});
    again.stop();
    const auto second = read_film(folder_ / "again.webm");
    EXPECT_EQ(second.width, 200);
    EXPECT_TRUE(is_blue(second.frames.front()));
}

TEST_F(Videos, OfAnimationsHaveManyFrames) {
    const auto page = open_page();
    page.set_content("<h1 id=n></h1>");
    const auto video = page.start_video({.file = folder_ / "count.webm"});
    page.evaluate("let i = 0; const step = () => { n.textContent = ++i; requestAnimationFrame(step); }; step()");
    constexpr int k_many = 30;
    for (const auto deadline = cdp::Deadline::after(30s); video.facts().frames < k_many;) {
        ASSERT_FALSE(deadline.passed()) << video.facts().frames << " frames";
        page.evaluate("new Promise(requestAnimationFrame)");
    }
    video.stop();
    const auto film = read_film(folder_ / "count.webm");
    EXPECT_GE(film.frames.size(), k_many);
    EXPECT_EQ(film.frames.size(), static_cast<std::size_t>(video.facts().frames));
    expect_increasing_times(film);
}

TEST_F(Videos, ThatCannotBeWrittenSaySo) {
    const auto page = open_page();
    folder_.write("file", "");
    EXPECT_THROW_MSG(page.start_video({.file = folder_ / "file" / "film.webm"}), ActionError,
                     HasSubstr("file cannot be made: Not a directory"));
    EXPECT_THROW_MSG(page.start_video({.file = folder_.path()}), ActionError, HasSubstr("cannot be written: Is a dir"));
    EXPECT_THROW_MSG(page.start_video({.file = folder_ / "a.webm", .size = VideoSize{1, 100}}), UsageError,
                     HasSubstr("a video of 1 x 100 px: each side can have 2 to 4096"));
    EXPECT_THROW_MSG(new_context(*browser_, {.record_video = RecordVideo{folder_ / "file" / "videos"}}), ActionError,
                     HasSubstr("new_context(): record_video"));
    const auto video = page.start_video({.file = "/dev/full"});
    EXPECT_THROW_MSG(
        video.stop(), ActionError,
        HasSubstr("page.start_video(\"/dev/full\"): /dev/full cannot be written: No space left on device"));
    const auto later = page.start_video({.file = "/dev/full"});
    EXPECT_THROW_MSG(context_->close(), ActionError, HasSubstr("No space left on device"));
}

TEST_F(Videos, OfAPageThatCrashesOrABrowserThatDiesAreComplete) {
    auto browser = cdp::Browser::launch();
    const auto context = new_context(browser, {.record_video = RecordVideo{folder_ / "videos"}});
    const auto crashing = context.new_page();
    const auto killed = context.new_page();
    paint(crashing, "red");
    paint(killed, "blue");
    wait_for_frames(crashing);
    wait_for_frames(killed);
    EXPECT_THROW(crashing.navigate("chrome://crash"), Error);
    crashing.video()->save_as(folder_ / "crashed.webm", 5s);
    EXPECT_TRUE(is_red(read_film(folder_ / "crashed.webm").frames.back()));
    browser.close();
    killed.video()->save_as(folder_ / "killed.webm", 5s);
    EXPECT_TRUE(is_blue(read_film(folder_ / "killed.webm").frames.back()));
}

}  // namespace
}  // namespace reprise::locators
