// What a context asks of the network as a HAR, and answers from one.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;
namespace json = boost::json;

class Har : public BrowserPage {
protected:
    Har() {
        server_.handle("*", "/*", [](const HttpRequest& request) {
            return HttpResponse{.body = "<!doctype html><title>server " + request.path +
                                        "</title>"
                                        "<link rel=stylesheet href=/style.css>"};
        });
        server_.handle("GET", "/style.css", [](const auto&) {
            return HttpResponse{.content_type = "text/css", .body = "title { display: block }"};
        });
        server_.handle("POST", "/echo", [this](const HttpRequest& request) {
            return HttpResponse{
                .content_type = "application/json",
                .body = "{\"got\": \"" + request.body + "\", \"count\": " + std::to_string(++count_) + "}",
                .headers = {{"Set-Cookie", "a=1; Path=/; HttpOnly"}, {"Set-Cookie", "b=2"}}};
        });
        server_.handle("GET", "/picture", [](const auto&) {
            return HttpResponse{.content_type = "image/png", .body = std::string("\x89PNG\x00\xff", 6)};
        });
        server_.redirect("/old", "/new");
    }
    void TearDown() override {
        if (context_) context_->close();
    }
    // A page goes through all of it.
    void visit(const Page& page) {
        page.navigate(server_.url("/start?q=a%20b"));
        EXPECT_EQ(page.title(), "server /start");
        EXPECT_THAT(ask(page, "/echo", "{method: 'POST', body: 'one'}"), HasSubstr(R"(\"got\": \"one\")"));
        EXPECT_THAT(ask(page, "/echo", "{method: 'POST', body: 'two'}"), HasSubstr(R"(\"got\": \"two\")"));
        EXPECT_THAT(ask(page, "/old"), HasSubstr("server /new"));
        EXPECT_EQ(value(page, "fetch('/picture').then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])"),
                  "[137,80,78,71,0,255]");
    }
    static std::string ask(const Page& page, const std::string& url, const std::string& options = "{}") {
        return value(page, "fetch('" + url + "', " + options + ").then(r => r.text(), e => 'refused: ' + e.message)");
    }
    static json::value read(const std::filesystem::path& file) {
        std::ifstream stream{file};
        std::ostringstream text;
        text << stream.rdbuf();
        return json::parse(text.str());
    }
    const json::value& entry(const json::value& har, const std::string& path) const {
        for (const auto& one : har.at_pointer("/log/entries").as_array()) {
            if (one.at_pointer("/request/url").as_string() == server_.url(path)) return one;
        }
        throw std::runtime_error("no entry for " + path);
    }
    std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

    std::atomic<int> count_{};
    const tests::TemporaryFolder folder_;
    fixtures::HttpServer server_;
};

TEST_F(Har, HoldsAllThatWasSaid) {
    const auto page = open_page();
    const auto recording = page.context().record_har(file("shop.har"));
    visit(page);
    recording.stop();
    const auto har = read(file("shop.har"));
    EXPECT_EQ(har.at_pointer("/log/version"), "1.2");
    EXPECT_EQ(har.at_pointer("/log/creator/name"), "Reprise");
    EXPECT_EQ(har.at_pointer("/log/pages").as_array().size(), 1U);
    const auto& start = entry(har, "/start?q=a%20b");
    EXPECT_EQ(start.at("pageref"), har.at_pointer("/log/pages/0/id"));
    EXPECT_EQ(start.at_pointer("/request/queryString"), json::parse(R"([{"name":"q","value":"a b"}])"));
    EXPECT_THAT(start.at_pointer("/response/content/text").as_string().c_str(), HasSubstr("server /start"));
    EXPECT_EQ(start.at_pointer("/response/content/mimeType"), "text/html; charset=utf-8");
    EXPECT_EQ(start.at("serverIPAddress"), "127.0.0.1");
    EXPECT_GE(start.at("time").to_number<double>(), start.at_pointer("/timings/wait").to_number<double>());
    const auto& echo = entry(har, "/echo");
    EXPECT_EQ(echo.at_pointer("/request/postData/text"), "one");
    EXPECT_EQ(echo.at_pointer("/response/cookies").as_array().size(), 2U);
    EXPECT_EQ(echo.at_pointer("/response/cookies/0/httpOnly"), true);
    EXPECT_EQ(entry(har, "/old").at_pointer("/response/redirectURL"), "/new");
    EXPECT_EQ(entry(har, "/old").at_pointer("/response/status"), 302);
    EXPECT_EQ(entry(har, "/picture").at_pointer("/response/content/encoding"), "base64");
}

TEST_F(Har, IsReplayedWithoutTheServer) {
    for (const std::string name : {"a.har", "a.har.zip"}) {
        SCOPED_TRACE(name);
        const auto recorded = open_page();
        recorded.context().record_har(file(name));
        visit(recorded);
        recorded.context().close();
        const auto page = open_page();
        page.context().route_from_har(file(name));
        // The icon is the full browser's own wish.
        const auto asked = [&] {
            return server_.requests().size() - static_cast<std::size_t>(server_.requests("/favicon.ico"));
        };
        const auto before = asked();
        visit(page);
        EXPECT_EQ(asked(), before);
        EXPECT_EQ(ask(page, "/unknown"), "\"refused: Failed to fetch\"");
        page.navigate(server_.url("/old"));
        EXPECT_EQ(page.title(), "server /new");
        EXPECT_EQ(page.url(), server_.url("/new"));
    }
}

TEST_F(Har, FormsWithFilesAreReplayedThoughTheirBoundaryIsNew) {
    server_.handle("POST", "/upload", [](const auto&) { return HttpResponse{.body = "taken"}; });
    const auto send = [&](const Page& page, const std::string& text) {
        page.navigate(server_.url("/new"));
        return value(page,
                     "(() => { const form = new FormData(); form.append('file', new Blob(['" + text +
                         "']), 'a.txt'); return fetch('/upload', {method: 'POST', body: form}).then(r => r.text(), "
                         "() => 'refused') })()");
    };
    const auto recorded = open_page();
    recorded.context().record_har(file("a.har"));
    EXPECT_EQ(send(recorded, "one"), "\"taken\"");
    recorded.context().close();
    const auto page = open_page();
    page.context().route_from_har(file("a.har"));
    EXPECT_EQ(send(page, "one"), "\"taken\"");
    EXPECT_EQ(send(page, "two"), "\"refused\"");
    EXPECT_EQ(server_.requests("/upload"), 1U);
}

TEST_F(Har, BodiesMayBeFilesBesideItOrLeftOut) {
    const auto page = open_page();
    const auto attached = page.context().record_har(file("b.har"), {.content = HarContent::attach});
    const auto omitted = page.context().record_har(file("c.har"), {.content = HarContent::omit, .url = "**/start*"});
    visit(page);
    attached.stop();
    omitted.stop();
    const auto beside = read(file("b.har"));
    const auto& content = entry(beside, "/style.css").at_pointer("/response/content").as_object();
    EXPECT_FALSE(content.contains("text"));
    EXPECT_THAT(std::string(content.at("_file").as_string()), testing::EndsWith(".css"));
    EXPECT_TRUE(std::filesystem::exists(file(std::string(content.at("_file").as_string()))));
    const auto har = read(file("c.har"));
    EXPECT_EQ(har.at_pointer("/log/entries").as_array().size(), 1U);
    EXPECT_FALSE(entry(har, "/start?q=a%20b").at_pointer("/response/content").as_object().contains("text"));
    const auto again = open_page();
    again.context().route_from_har(file("b.har"));
    visit(again);
}

TEST_F(Har, MinimalHoldsWhatReplayingNeeds) {
    const auto page = open_page();
    page.context().route_from_har(file("m.har"), {.update = true});
    visit(page);
    page.context().close();
    const auto har = read(file("m.har"));
    const auto& echo = entry(har, "/echo").as_object();
    EXPECT_FALSE(echo.contains("serverIPAddress"));
    EXPECT_EQ(entry(har, "/echo").at_pointer("/response/bodySize"), -1);
    const auto again = open_page();
    again.context().route_from_har(file("m.har"));
    visit(again);
}

TEST_F(Har, WhatItDoesNotHoldMayGoToTheServer) {
    const auto page = open_page();
    const auto recording = page.context().record_har(file("d.har"));
    page.navigate(server_.url("/start"));
    recording.stop();
    const auto again = open_page();
    again.context().route_from_har(file("d.har"), {.not_found = HarReplayOptions::NotFound::fallback});
    again.navigate(server_.url("/start"));
    EXPECT_EQ(server_.requests("/start"), 1);
    EXPECT_THAT(ask(again, "/other"), HasSubstr("server /other"));
    const auto third = open_page();
    third.context().route_from_har(file("d.har"), {.url = "**/start"});
    third.navigate(server_.url("/start"));
    EXPECT_THAT(ask(third, "/other"), HasSubstr("server /other"));
}

TEST_F(Har, APopupsFirstDocumentIsInIt) {
    const auto page = open_page();
    page.navigate(server_.url("/start"));
    const auto recording = page.context().record_har(file("p.har"));
    const auto popup = page.wait_for_popup([&] { page.evaluate("void window.open('/popup', '_blank', 'noopener')"); });
    popup.wait_for_load_state();
    recording.stop();
    EXPECT_THAT(std::string(entry(read(file("p.har")), "/popup").at_pointer("/response/content/text").as_string()),
                HasSubstr("server /popup"));
}

TEST_F(Har, AnAddressThatIsTooCostlyForTheExpressionIsTold) {
    const auto page = open_page();
    const auto recording = page.context().record_har(file("d.har"), {.url = Regex{"(a|aa)+!"}});
    page.navigate(server_.url("/" + std::string(60, 'a')));
    EXPECT_THROW_MSG(recording.stop(), ActionError,
                     AllOf(HasSubstr("record_har("), HasSubstr("aaaa is not in the recording: ")));
    EXPECT_TRUE(read(file("d.har")).at_pointer("/log/entries").as_array().empty());
}

TEST_F(Har, ABodyThatWasNotRecordedIsNotReplayedAsNone) {
    std::ofstream{file("l.har")}
        << R"({"log": {"entries": [{"request": {"method": "GET", "url": "http://a/", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"size": 7, "_bodyMissing": "it was too large"}}}]}})";
    const auto page = open_page();
    page.context().route_from_har(file("l.har"));
    EXPECT_THAT(ask(page, "http://a/"), HasSubstr("refused: "));
    EXPECT_THROW_MSG(
        page.title(), RouteError,
        AllOf(HasSubstr("l.har: log.entries[0]: its body was not recorded: it was too large"), HasSubstr("http://a/")));
}

TEST_F(Har, AreReadableByTheirOwnerOnly) {
    const auto page = open_page();
    for (const auto* name : {"o.har", "o.zip"}) {
        const auto recording = page.context().record_har(file(name));
        visit(page);
        recording.stop();
        EXPECT_EQ(std::filesystem::status(file(name)).permissions() & std::filesystem::perms::all,
                  std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
            << name;
    }
}

TEST_F(Har, WhatIsNoHarIsToldWithItsPlace) {
    const auto page = open_page();
    const auto expect_error = [&](const std::string& text, const std::string& what) {
        std::ofstream{file("bad.har")} << text;
        EXPECT_THROW_MSG(page.context().route_from_har(file("bad.har")), ActionError,
                         AllOf(HasSubstr("context.route_from_har("), HasSubstr("bad.har"), HasSubstr(what)));
    };
    expect_error("{\"log\":\n {,}}", "bad.har:2:3: is not JSON");
    expect_error("{\"log\": {}", "is not JSON");
    expect_error("[]", "is no object");
    expect_error("{}", "log.entries is missing");
    expect_error(R"({"log": {"entries": [7]}})", "log.entries[0] is no object");
    const std::string entry = R"({"log": {"entries": [{"request": {"method": "GET", "url": "http://a/", "headers": []},
        "response": {"status": STATUS, "headers": [], "content": CONTENT}}]}})";
    const auto with = [&](const std::string& status, const std::string& content) {
        auto text = entry;
        text.replace(text.find("STATUS"), 6, status);
        return text.replace(text.find("CONTENT"), 7, content);
    };
    expect_error(with("\"ok\"", "{}"), "log.entries[0].response.status is no integer");
    expect_error(with("20000", "{}"), "log.entries[0].response.status is no status");
    expect_error(with("200", R"({"encoding": "rot13"})"), "content.encoding is not known: rot13");
    expect_error(with("200", R"({"_file": "../../etc/passwd"})"), "which is no file beside it");
    expect_error(with("200", R"({"_file": "none"})"), "No such file");
    EXPECT_THROW_MSG(page.context().route_from_har(file("none.har")), ActionError, HasSubstr("No such file"));
    std::ofstream{file("bad.zip")} << "PK";
    EXPECT_THROW_MSG(page.context().route_from_har(file("bad.zip")), ActionError, HasSubstr("bad.zip"));
    EXPECT_THROW_MSG(page.context().record_har("/dev/null/x/a.har").stop(), ActionError,
                     HasSubstr("/dev/null/x/a.har"));
}

}  // namespace
}  // namespace reprise::locators
