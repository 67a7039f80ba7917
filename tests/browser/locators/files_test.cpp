// Files into fields: from a disk, from memory, from a folder, by the chooser that a page opens, and dropped.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/file_chooser.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr auto k_note =
    "<script>log=[];for(const t of ['input','change'])addEventListener(t,e=>log.push(t+' "
    "'+(e.target.id||'?')))</script>";

class Files : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }

    Files() {
        folder_.write("one.txt", "first");
        folder_.write("two.txt", "second");
        std::filesystem::create_directories(folder_ / "tree/deep");
        folder_.write("tree/a.txt", "A");
        folder_.write("tree/deep/b.txt", "B");
    }
    std::string path(const char* name) const { return (folder_ / name).string(); }
    static std::string contents(const Page& page, const std::string& field = "f") {
        return value(page, "Promise.all([..." + field + ".files].map(async x => [x.name, x.type, await x.text()]))");
    }
    const tests::TemporaryFolder folder_;
};

TEST_F(Files, GoToTheFieldOfALabelWithOneInputAndOneChangeEvent) {
    const auto page = open(std::string("<label id=l>Photo <input id=f type=file></label>") + k_note);
    page.locator("#l").set_files({path("one.txt")});
    EXPECT_EQ(contents(page), R"([["one.txt","text/plain","first"]])");
    EXPECT_EQ(value(page, "log"), R"(["input f","change f"])");
}

TEST_F(Files, AreClearedByAnEmptyList) {
    const auto page = open(std::string("<input id=f type=file multiple>") + k_note);
    page.locator("#f").set_files({path("one.txt"), path("two.txt")});
    EXPECT_EQ(value(page, "f.files.length"), "2");
    page.locator("#f").set_files({});
    EXPECT_EQ(value(page, "f.files.length"), "0");
    EXPECT_EQ(value(page, "log"), R"(["input f","change f","input f","change f"])");
    page.locator("#f").set_file_contents({{.name = "x"}});
    page.locator("#f").set_file_contents({});
    EXPECT_EQ(value(page, "f.files.length"), "0");
}

TEST_F(Files, ThatAreOnNoDiskHaveNameTypeAndBytes) {
    const auto page = open(std::string("<input id=f type=file multiple>") + k_note);
    page.locator("#f").set_file_contents({{.name = "r.csv", .mime_type = "text/csv", .bytes = "a,b"},
                                          {.name = "é \"x\".bin", .bytes = std::string("\0\xff\n", 3)}});
    EXPECT_EQ(value(page,
                    "Promise.all([...f.files].map(async x => [x.name, x.type, ...new Uint8Array(await "
                    "x.arrayBuffer())]))"),
              R"([["r.csv","text/csv",97,44,98],["é \"x\".bin","",0,255,10]])");
    EXPECT_EQ(value(page, "log"), R"(["input f","change f"])");
}

TEST_F(Files, OfManyMegabytesArriveWhole) {
    const auto page = open("<input id=f type=file>");
    const std::string big(std::size_t{5} << 20, 'x');
    page.locator("#f").set_file_contents({{.name = "big", .bytes = big}});
    EXPECT_EQ(value(page, "f.files[0].size"), std::to_string(big.size()));
    EXPECT_THROW_MSG(
        page.locator("#f").set_file_contents({{.name = "huge", .bytes = std::string(std::size_t{51} << 20, 'x')}}),
        ActionError, HasSubstr("the files have 51 MB, 50 at most"));
}

TEST_F(Files, OfAFolderGoToAFieldForFolders) {
    const auto page = open("<input id=f type=file webkitdirectory>");
    page.locator("#f").set_files({path("tree")});
    EXPECT_EQ(value(page, "[...f.files].map(x => x.webkitRelativePath).sort()"), R"(["tree/a.txt","tree/deep/b.txt"])");
    page.wait_for_file_chooser([&] { page.locator("#f").click(); }).set_files({path("tree/deep")});
    EXPECT_EQ(value(page, "[...f.files].map(x => x.webkitRelativePath)"), R"(["deep/b.txt"])");
    std::filesystem::create_directory(folder_ / "empty");
    EXPECT_THROW_MSG(page.locator("#f").set_files({path("empty")}), ActionError,
                     HasSubstr("is a folder without files"));
}

TEST_F(Files, AreRefusedWhereTheyCannotGo) {
    const auto page = open("<input id=f type=file><input id=d type=file webkitdirectory><p id=p>x</p>");
    EXPECT_THROW_MSG(page.locator("#f").set_files({path("tree")}), ActionError,
                     HasSubstr("the field takes files, not a folder"));
    EXPECT_THROW_MSG(page.locator("#d").set_files({path("one.txt")}), ActionError,
                     HasSubstr("the field takes a folder, not files"));
    EXPECT_THROW_MSG(page.locator("#d").set_files({path("tree"), path("tree/deep")}), ActionError,
                     HasSubstr("is a folder: it goes alone"));
    EXPECT_THROW_MSG(page.locator("#f").set_file_contents({{.name = "a"}, {.name = "b"}}), ActionError,
                     HasSubstr("the field takes one file, not 2"));
    EXPECT_THROW_MSG(page.locator("#p").set_file_contents({{.name = "a"}}), ActionError,
                     HasSubstr("<p id=\"p\">x</p> is no file field"));
}

TEST_F(Files, WaitUntilTheFieldIsEnabled) {
    const auto page = open("<input id=f type=file disabled><script>setTimeout(()=>f.disabled=false,80)</script>");
    page.locator("#f").set_files({path("one.txt")});
    EXPECT_EQ(value(page, "f.files.length"), "1");
}

TEST_F(Files, AreChosenInTheChooserThatAPageOpens) {
    const auto page =
        open(std::string("<input id=f type=file hidden><input id=m type=file multiple hidden>"
                         "<button onclick='f.click()'>One</button><button onclick='m.click()'>Many</button>") +
             k_note);
    const auto one = page.wait_for_file_chooser([&] { page.get_by_text("One").click(); });
    EXPECT_FALSE(one.is_multiple());
    EXPECT_EQ(one.element(), "<input id=\"f\" type=\"file\">");
    EXPECT_THROW_MSG(one.set_files({path("one.txt"), path("two.txt")}), ActionError,
                     HasSubstr("file chooser of <input id=\"f\" type=\"file\">: the field takes one file, not 2"));
    EXPECT_THROW_MSG(one.set_files({path("none.txt")}), ActionError, HasSubstr("none.txt\": no such file"));
    one.set_files({path("one.txt")});
    EXPECT_EQ(contents(page), R"([["one.txt","text/plain","first"]])");
    const auto many = page.wait_for_file_chooser([&] { page.get_by_text("Many").click(); });
    EXPECT_TRUE(many.is_multiple());
    many.set_file_contents({{.name = "a"}, {.name = "b"}});
    EXPECT_EQ(value(page, "m.files.length"), "2");
    EXPECT_EQ(value(page, "log"), R"(["input f","change f","input m","change m"])");
}

TEST_F(Files, AChooserIsOpenedOncePerClick) {
    const auto page = open("<label id=l>Photo <input id=f type=file></label>");
    for (int i = 0; i < 2; ++i) page.wait_for_file_chooser([&] { page.locator("#l").click(); });
    EXPECT_EQ(page.target().file_choosers().size(), 2U);
}

TEST_F(Files, ChoosersOfFramesAreSeenWhereverTheyRun) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) {
        return fixtures::HttpResponse{.body = "<input id=f type=file><button onclick='f.click()'>Up</button>"};
    });
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        const auto inner = "http://" + std::string(host) + ":" + std::to_string(server.port()) + "/inner";
        server.handle("GET", "/", [&](const auto&) {
            return fixtures::HttpResponse{
                .body = "<body><script>add=()=>{const f=document.createElement('iframe');f.src='" + inner +
                        "';document.body.append(f)}</script>"};
        });
        const auto page = open_page();
        page.navigate(server.url("/"));
        const auto frame = page.frame_locator("iframe");
        // The frame comes while someone waits already.
        const auto chooser = page.wait_for_file_chooser([&] {
            page.evaluate("add()");
            frame.locator("button").click();
        });
        chooser.set_files({path("one.txt")});
        EXPECT_EQ(frame.locator("#f").evaluate("(f) => f.files[0].name").as_string(), "one.txt");
    }
}

TEST_F(Files, AChooserThatDoesNotComeIsSaidSo) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.wait_for_file_chooser([] {}, {.timeout = 100ms}), cdp::TimeoutError,
                     HasSubstr("page.wait_for_file_chooser(): no file chooser was opened after 100 ms"));
}

TEST_F(Files, TheTimeToSetUpAWaitForAChooserIsNoneOfTheWaits) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.wait_for_file_chooser([] {}, {.timeout = 1ms}), cdp::TimeoutError,
                     HasSubstr("page.wait_for_file_chooser(): no file chooser was opened after 1 ms"));
}

TEST_F(Files, AndTextsAreDroppedWhereThePageTakesThem) {
    const auto page = open(
        "<div id=z style='height:80px' ondragenter='seen=[\"enter\"]' "
        "ondragover='seen.push(\"over\");event.preventDefault()' "
        "ondrop='event.preventDefault();got=event.dataTransfer;files=[...got.files];text=got.getData(\"text/plain\")'>"
        "Here</div>");
    page.locator("#z").drop(
        {.files = {{.name = "a.txt", .mime_type = "text/plain", .bytes = "A"}}, .texts = {{"text/plain", "hello"}}});
    EXPECT_EQ(value(page, "files[0].text().then(t => [...seen, files[0].name, files[0].type, t, text])"),
              R"(["enter","over","a.txt","text/plain","A","hello"])");
}

TEST_F(Files, ADropThatThePageDoesNotTakeIsSaidSo) {
    const auto page = open("<div id=z style='height:80px' ondrop='n=1'>Here</div>");
    EXPECT_THROW_MSG(page.locator("#z").drop({.texts = {{"text/plain", "hello"}}}), ActionError,
                     AllOf(HasSubstr("page.locator(\"#z\").drop(): the drop was not taken"), HasSubstr("dragover")));
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
}

}  // namespace
}  // namespace reprise::locators
