// healing_speed: how long it takes to collect 500 candidates from a page and to decide among them.
#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include <reprise/cdp/browser.hpp>
#include <reprise/locators/candidates.hpp>
#include <reprise/locators/matching.hpp>

namespace {

using namespace reprise;
using Clock = std::chrono::steady_clock;

// 100 cards with five controls each, as an admin page has them.
std::string page_of_500() {
    std::string html = "<!doctype html><body><h1>Orders</h1>";
    for (int i = 0; i < 100; ++i) {
        html += fmt::format(
            "<section class='card mb-3' id='card-{0}'><h2>Order {0}</h2><p>Customer <b>Name {0}</b>, {1} items, "
            "shipped to "
            "Harbour Street {0}</p><div class='row'><label>Note <input name='note-{0}' placeholder='Note'></label>"
            "<select name='state-{0}'><option>open<option>paid</select><a class='btn' href='/orders/{0}'>Details</a>"
            "<button class='btn btn-sm' aria-label='Delete order {0}'><i class='fa fa-trash'></i></button>"
            "<button class='btn'>Ship</button></div></section>",
            i, i % 7);
    }
    return html;
}

template <class Run>
void report(const char* what, int rounds, Run&& run) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        run(i);
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::ranges::sort(times);
    fmt::print("{:36} median {:6.2f} ms   p95 {:6.2f} ms\n", what, times[times.size() / 2],
               times[times.size() * 95 / 100]);
}

}  // namespace

int main() {
    const auto browser = cdp::Browser::launch({});
    const auto context = locators::new_context(browser);
    const auto page = locators::Page::open(context);
    page.set_content(page_of_500());
    const auto deadline = cdp::Deadline::after(std::chrono::minutes{2});
    locators::CandidateList list;
    report("collecting 500 candidates", 60,
           [&](int) { list = locators::collect_candidates(page, {.tag = "button"}, {}, deadline); });
    fmt::print("{} candidates\n", list.fingerprints.size());
    const auto& prints = list.fingerprints;
    report("deciding, recorded page known", 300, [&](int i) {
        const auto match = locators::find_match(prints[static_cast<std::size_t>(i) % prints.size()], prints, prints);
        if (!match.candidate) std::abort();
    });
    report("deciding, 40 controls recorded", 300, [&](int i) {
        const auto at = static_cast<std::size_t>(i) % 40;
        const auto match = locators::find_match(prints[at], {prints.data(), 40}, prints);
        if (!match.candidate) std::abort();
    });
    return 0;
}
