// Reprise as a C++ library, doing the work of the peers: bench_reprise_api <form|clicks|queries> <url> <count>
// <workers>.
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

namespace {

using namespace reprise::locators;
using reprise::cdp::Browser;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The same rows as rows.mjs makes.
void book(const Browser& browser, const std::string& url, int n) {
    const auto digits = fmt::format("{:03}", n);
    const auto context = new_context(browser);
    const auto page = Page::open(context);
    page.navigate(url + "/form.html");
    page.get_by_label("Full name").fill("Passenger " + digits);
    page.get_by_label("Email").fill(fmt::format("passenger{}@bench.example", digits));
    page.get_by_label("Phone").fill("+44 20 7946 0" + digits);
    page.get_by_label("Company").fill(fmt::format("Harbour {} Ltd", digits));
    page.get_by_label("Street").fill(digits + " Quay Road");
    page.get_by_label("City").fill("Port " + digits);
    page.get_by_label("Postcode").fill("PT1 " + digits);
    static constexpr const char* k_cabins[] = {"suite", "inside", "outside"};
    page.get_by_label("Cabin").select({{.value_or_label = k_cabins[n % 3]}});
    page.get_by_label("Insurance").check();
    page.get_by_role(Role::button, {.name = "Book now"}).click();
    page.get_by_text("Thank you, Passenger " + digits).wait_for(ElementState::visible);
    context.close();
}

void form(const Browser& browser, const std::string& url, int count, int workers) {
    const auto start = Clock::now();
    std::atomic<int> next{1};
    std::vector<std::thread> slots;
    for (int i = 0; i < workers; ++i) {
        slots.emplace_back([&] {
            for (int n = next++; n <= count; n = next++) book(browser, url, n);
        });
    }
    for (auto& slot : slots) slot.join();
    fmt::print("{{\"rows\":{},\"ms\":{:.1f}}}\n", count, ms_since(start));
}

void clicks(const Page& page, const std::string& url, int count) {
    page.navigate(url + "/clicks.html");
    const auto button = page.get_by_role(Role::button, {.name = "Count"});
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) button.click();
    const auto ms = ms_since(start);
    page.get_by_test_id("total").expect({.kind = Expected::text, .text = std::to_string(count)});
    fmt::print("{{\"rows\":{},\"ms\":{:.1f}}}\n", count, ms);
}

void queries(const Page& page, const std::string& url, int count) {
    page.navigate(url + "/queries.html");
    const auto repeat = [&](const Locator& locator) {
        const auto start = Clock::now();
        for (int i = 0; i < count; ++i) {
            if (locator.count() != 1) throw reprise::Error("expected one match: " + locator.text());
        }
        return ms_since(start);
    };
    const auto role = repeat(page.get_by_role(Role::button, {.name = "Reserve the night crossing"}));
    const auto text = repeat(page.get_by_text("The only night crossing"));
    fmt::print("{{\"rows\":{},\"ms\":{:.1f},\"role_ms\":{:.1f},\"text_ms\":{:.1f}}}\n", count, role + text, role, text);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 5) {
        fmt::print(stderr, "usage: bench_reprise_api form|clicks|queries URL COUNT WORKERS\n");
        return 4;
    }
    const std::string work = argv[1];
    const std::string url = argv[2];
    const int count = std::stoi(argv[3]);
    const auto browser = Browser::launch();
    if (work == "form") {
        form(browser, url, count, std::stoi(argv[4]));
        return 0;
    }
    const auto context = new_context(browser);
    const auto page = Page::open(context);
    work == "clicks" ? clicks(page, url, count) : queries(page, url, count);
    return 0;
} catch (const reprise::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
