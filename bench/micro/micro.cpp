// How long after an event of the page a wait for it ends, and whether ten thousand operations leave anything behind.
//
//     bench_micro [ROUNDS [OPERATIONS]]      (60 and 10000)
//
// The page notes the moment by its own clock (performance.timeOrigin + now()), which is held against ours.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/page.hpp>

namespace {

using namespace reprise;
using namespace reprise::locators;
namespace json = boost::json;

double now_ms() {
    return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

struct Wait {
    const char* name;
    const char* event;  // what the page does in the end
    std::function<void(const Page&, const std::function<void()>&)> wait;
};

// The event comes at any phase of a frame.
std::string later(const Wait& kind, int round) {
    return fmt::format("void setTimeout(() => {{ at = performance.timeOrigin + performance.now(); {} }}, {})",
                       kind.event, 30 + round * 7 % 23);
}

void measure(const Page& page, const Wait& kind, int rounds) {
    std::vector<double> after;
    for (int round = 0; round < rounds; ++round) {
        page.evaluate(
            "box.hidden = true, shown.hidden = false, box.textContent = 'old', history.replaceState(0, '', '/')");
        kind.wait(page, [&] { page.evaluate(later(kind, round)); });
        const double ended = now_ms();
        after.push_back(ended - page.evaluate("at").to_number<double>());
    }
    std::ranges::sort(after);
    fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} |\n", kind.name, after[after.size() / 2],
               after[after.size() * 95 / 100], after.back());
    std::fflush(stdout);
}

double metric(const Page& page, std::string_view name) {
    const auto answer = page.target().session().send_raw("Performance.getMetrics", "{}",
                                                         cdp::Deadline::after(std::chrono::seconds{10}));
    for (const auto& one : answer.at("metrics").as_array()) {
        if (one.at("name").as_string() == name) return one.at("value").to_number<double>();
    }
    return 0;
}

void leaks(const Page& page, int operations) {
    const auto deadline = [] { return cdp::Deadline::after(std::chrono::seconds{30}); };
    page.target().session().send_raw("Performance.enable", "{}", deadline());
    page.set_content(
        "<button onclick='n = (window.n || 0) + 1'>Go</button><input><p>Text</p><iframe srcdoc='<b>In</b>'></iframe>");
    fmt::print("\n| operations | page's heap, KB | listeners | nodes | our heap, KB |\n|---|---|---|---|---|\n");
    for (int done = 0; done <= operations; ++done) {
        if (done == operations / 10 || done == operations / 2 || done == operations) {
            page.target().session().send_raw("HeapProfiler.collectGarbage", "{}", deadline());
            fmt::print("| {} | {:.0f} | {:.0f} | {:.0f} | {} |\n", done, metric(page, "JSHeapUsedSize") / 1024,
                       metric(page, "JSEventListeners"), metric(page, "Nodes"), ::mallinfo2().uordblks / 1024);
            std::fflush(stdout);
        }
        switch (done % 8) {
            case 0:
                page.locator("button").click();
                break;
            case 1:
                page.locator("input").fill(std::to_string(done));
                break;
            case 2:
                page.locator("input").type("x");
                break;
            case 3:
                page.locator("p").evaluate("(e) => e.tagName");
                break;
            case 4:
                static_cast<void>(page.frame_locator("iframe").locator("b").inner_text());
                break;
            case 5:
                page.locator("p").expect({.kind = Expected::text, .text = "Text"});
                break;
            case 6:
                page.frame_locator("iframe").locator("b").hover();
                break;
            default:
                page.locator("button").hover();
        }
    }
}

const std::vector<Wait> k_waits{
    {"wait_for visible", "box.hidden = false",
     [](const Page& page, const auto& start) { start(), page.locator("#box").wait_for(ElementState::visible); }},
    {"wait_for hidden", "shown.hidden = true",
     [](const Page& page, const auto& start) { start(), page.locator("#shown").wait_for(ElementState::hidden); }},
    {"expect text", "box.textContent = 'new'",
     [](const Page& page, const auto& start) {
         start(), page.locator("#box").expect({.kind = Expected::text, .text = "new"});
     }},
    {"wait_for_url", "history.pushState(0, '', '/there')",
     [](const Page& page, const auto& start) { start(), page.wait_for_url("**/there"); }},
    {"wait_for_request", "fetch('/data')",
     [](const Page& page, const auto& start) { page.wait_for_request("**/data", start); }},
    {"wait_for_response", "fetch('/data')",
     [](const Page& page, const auto& start) { page.wait_for_response("**/data", start); }},
    {"wait_for_dialog", "alert('x')", [](const Page& page, const auto& start) { page.wait_for_dialog(start); }},
    {"wait_for_popup", "open('about:blank', '_blank')",
     [](const Page& page, const auto& start) { page.wait_for_popup(start).target().close(); }},
    {"wait_for_download", "file.click()", [](const Page& page, const auto& start) { page.wait_for_download(start); }},
};

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::stoi(argv[1]) : 60;
    const int operations = argc > 2 ? std::stoi(argv[2]) : 10'000;
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) {
        return fixtures::HttpResponse{.body =
                                          "<!doctype html><p id=box hidden>old</p><p id=shown>shown</p>"
                                          "<a id=file href=/file>File</a>"};
    });
    server.handle("GET", "/data", [](const auto&) { return fixtures::HttpResponse{.body = "{}"}; });
    server.handle("GET", "/file", [](const auto&) {
        return fixtures::HttpResponse{.body = "x", .headers = {{"Content-Disposition", "attachment"}}};
    });
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("reprise-micro-{}", now_ms());
    std::filesystem::create_directories(folder);
    const auto browser = cdp::Browser::launch();
    const auto context = new_context(browser, {.downloads_folder = folder, .base_url = server.url("")});
    const auto page = context.new_page();
    page.navigate("/");
    fmt::print("| wait | median, ms | p95 | most |\n|---|---|---|---|\n");
    for (const auto& kind : k_waits) measure(page, kind, rounds);
    leaks(page, operations);
    std::filesystem::remove_all(folder);
}
