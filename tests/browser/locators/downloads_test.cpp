// Downloads: from where they come, how they end, where they go.
#include <gmock/gmock.h>

#include <fstream>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/expect_throw.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using cdp::Download;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
    std::ifstream stream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

class DownloadsTest : public BrowserPage {
protected:
    DownloadsTest() {
        server_.handle("GET", "/", [this](const auto&) { return HttpResponse{.body = body_}; });
        const auto attachment = [](std::string body) {
            return HttpResponse{.content_type = "text/csv",
                                .body = std::move(body),
                                .headers = {{"Content-Disposition", "attachment; filename=list.csv"}}};
        };
        server_.handle("GET", "/list.csv", [=](const auto&) { return attachment("a,b"); });
        server_.handle("GET", "/endless.csv", [=](const auto&) {
            auto answer = attachment({});
            answer.chunks = std::vector<std::string>(5'000, "x");
            answer.chunk_delay = 50ms;
            return answer;
        });
        server_.handle("GET", "/cut.csv", [=](const auto&) {
            auto answer = attachment(std::string(100'000, 'x'));
            answer.cut_after_bytes = 20'000;
            return answer;
        });
    }
    Page open_site(const std::string& body) {
        body_ = body;
        auto page = open_page({.downloads_folder = folder_.path(), .base_url = server_.url("")});
        page.navigate("/");
        return page;
    }

    std::string body_;
    fixtures::HttpServer server_;
    const tests::TemporaryFolder folder_;
};

// A window that only fetches a file may begin the download, and be gone, before anyone has heard of the window.
TEST_F(DownloadsTest, OfSeveralTheOneThatBeganIsWaitedFor) {
    const auto page = open_site("<a href=/endless.csv>Endless</a><a href=/list.csv>List</a>");
    const auto endless = page.wait_for_download_start([&] { page.get_by_text("Endless").click(); });
    const auto list = page.wait_for_download([&] { page.get_by_text("List").click(); });
    EXPECT_EQ(list.url, server_.url("/list.csv"));
    context_->cancel_download(endless);
}

TEST_F(DownloadsTest, OfOtherPagesAreNotWaitedFor) {
    const auto page = open_site("<a href=/endless.csv>Endless</a><a href=/list.csv>List</a>");
    const auto other = context_->new_page();
    other.navigate("/");
    const auto list = page.wait_for_download([&] {
        context_->cancel_download(other.wait_for_download_start([&] { other.get_by_text("Endless").click(); }));
        page.get_by_text("List").click();
    });
    EXPECT_EQ(list.url, server_.url("/list.csv"));
    EXPECT_EQ(list.page, page.target().id());
    EXPECT_EQ(list.opener, "");
}

TEST_F(DownloadsTest, ComeFromNewWindows) {
    const auto page = open_site(
        "<a href=/list.csv target=_blank>Tab</a>"
        "<button onclick=\"window.open('/list.csv')\">Window</button>");
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(content(page.wait_for_download([&] { page.get_by_text("Tab").click(); }).file), "a,b") << i;
    }
    EXPECT_EQ(content(page.wait_for_download([&] { page.get_by_text("Window").click(); }).file), "a,b");
}

TEST_F(DownloadsTest, ComeFromWhatThePageHasMade) {
    const auto page = open_site(
        "<a download='../made.txt'>Save</a><script>document.querySelector('a').href = "
        "URL.createObjectURL(new Blob(['made here']))</script>");
    const auto made = page.wait_for_download([&] { page.get_by_text("Save").click(); });
    EXPECT_EQ(content(made.file), "made here");
    EXPECT_THAT(made.suggested_filename, testing::Not(HasSubstr("/")));
    EXPECT_THAT(made.url, testing::StartsWith("blob:"));
}

TEST_F(DownloadsTest, ComeFromFrames) {
    const auto page = open_site("<iframe srcdoc='<a href=/list.csv>List</a>'></iframe>");
    const auto list = page.wait_for_download([&] { page.frame_locator("iframe").get_by_text("List").click(); });
    EXPECT_EQ(content(list.file), "a,b");
}

TEST_F(DownloadsTest, AreCopiedToWhereTheyAreWanted) {
    const auto page = open_site("<a href=/list.csv>List</a>");
    const auto list = page.wait_for_download([&] { page.get_by_text("List").click(); });
    const auto copy = folder_.path() / "made" / "for it" / "copy.csv";
    list.save_as(copy);
    EXPECT_EQ(content(copy), "a,b");
    EXPECT_EQ(content(list.file), "a,b");
    std::filesystem::remove(list.file);
    EXPECT_THROW_MSG(list.save_as(copy), Error,
                     AllOf(HasSubstr("download of " + server_.url("/list.csv") + ": copy"), HasSubstr("copy.csv\"")));
}

TEST_F(DownloadsTest, AreCancelled) {
    const auto page = open_site("<a href=/endless.csv>List</a>");
    const auto begun = page.wait_for_download_start([&] { page.get_by_text("List").click(); });
    EXPECT_EQ(begun.state, Download::State::in_progress);
    EXPECT_EQ(begun.suggested_filename, "list.csv");
    EXPECT_THROW_MSG(begun.save_as(folder_.path() / "x"), Error, HasSubstr("it has not ended"));
    page.context().cancel_download(begun);
    const auto ended = page.context().wait_for_download_end(begun);
    EXPECT_EQ(ended.state, Download::State::canceled);
    EXPECT_THROW_MSG(ended.save_as(folder_.path() / "x"), Error, HasSubstr("it was cancelled, or broke off"));
    page.context().cancel_download(ended);  // too late: nothing happens
}

TEST_F(DownloadsTest, ThatBreakOffAreNotTakenForWhole) {
    const auto page = open_site("<a href=/cut.csv>List</a>");
    EXPECT_THROW_MSG(page.wait_for_download([&] { page.get_by_text("List").click(); }), ActionError,
                     AllOf(HasSubstr("page.wait_for_download(): the download of " + server_.url("/cut.csv")),
                           HasSubstr("cancelled, or broke off, after")));
}

TEST_F(DownloadsTest, WithoutAFolderAreNotWaitedFor) {
    const auto page = open_page();
    const auto never = [] { ADD_FAILURE() << "the action was run"; };
    EXPECT_THROW_MSG(page.wait_for_download(never), UsageError,
                     AllOf(HasSubstr("page.wait_for_download()"), HasSubstr("ContextOptions::downloads_folder")));
    EXPECT_THROW_MSG(page.wait_for_download_start(never), UsageError, HasSubstr("downloads_folder is not set"));
}

TEST_F(DownloadsTest, AreWaitedForNoLongerThanAllowed) {
    const auto page = open_site("<a href=/endless.csv>List</a>");
    const auto begun = page.wait_for_download_start([&] { page.get_by_text("List").click(); });
    EXPECT_THROW_MSG(page.context().wait_for_download_end(begun, 50ms), cdp::TimeoutError,
                     AllOf(HasSubstr("endless.csv"), HasSubstr("after 50 ms")));
    EXPECT_THROW_MSG(page.wait_for_download_start([] {}, {.timeout = 50ms}), cdp::TimeoutError,
                     HasSubstr("page.wait_for_download_start(): no download has begun after 50 ms"));
}

}  // namespace
}  // namespace reprise::locators
