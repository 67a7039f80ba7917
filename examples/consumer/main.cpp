// Opens a page of its own server and clicks a button; and counts what a run would select.
#include <cstdio>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/runner/run.hpp>

int main(int argc, char** argv) {
    namespace cdp = reprise::cdp;
    namespace locators = reprise::locators;
    if (argc != 3) return 2;
    const auto tests = reprise::runner::list_tests({.recordings = {argv[1]}, .data = {{"", argv[2]}}, .rows = "1"});
    reprise::fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) {
        return reprise::fixtures::HttpResponse{.body = "<button onclick='document.title=\"clicked\"'>Go</button>"};
    });
    const auto browser = cdp::Browser::launch();
    const auto page = locators::Page::open(locators::new_context(browser));
    page.navigate(server.url("/"));
    page.get_by_role(locators::Role::button, {.name = "Go"}).click();
    std::printf("%s, %zu test\n", page.title().c_str(), tests.size());
    return page.title() == "clicked" && tests.size() == 1 ? 0 : 1;
}
