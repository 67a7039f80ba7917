// vision_speed: how long it takes to look at a page of 1366 x 1300 px: reading it, comparing candidates, searching it.
// With page pictures (PNG) as arguments: the same on these, with crops cut from all over the first one.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <reprise/vision/compare.hpp>
#include <reprise/vision/search.hpp>

#include "support/widgets.hpp"

namespace {

using namespace reprise;
using Clock = std::chrono::steady_clock;

double processor_ms() {
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double percent(std::vector<double>& times, std::size_t part) {
    std::ranges::sort(times);
    return times[times.size() * part / 100];
}

// Processor time tells the work even where others use the machine; more of it than time passed would mean several
// threads.
template <class Run>
void report(const char* what, int rounds, Run&& run) {
    std::vector<double> passed;
    std::vector<double> worked;
    for (int i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        const double processor = processor_ms();
        run(i);
        worked.push_back(processor_ms() - processor);
        passed.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    fmt::print("{:36} p50 {:7.2f} ms  p95 {:7.2f} ms   processor p50 {:7.2f} ms  p95 {:7.2f} ms\n", what,
               percent(passed, 50), percent(passed, 95), percent(worked, 50), percent(worked, 95));
}

void measure(const tests::WidgetPage& page) {
    const auto& picture = page.picture;
    const auto png = vision::encode_png(picture);
    fmt::print("{} x {} px, {} KB as PNG\n", picture.width, picture.height, png.size() / 1024);
    report("decode the PNG", 30, [&](int) { return vision::decode_png(png).width; });
    std::vector<vision::Picture> crops;
    for (const auto& box : page.boxes) crops.push_back(vision::crop(picture, box, vision::k_padding));
    const auto crop = [&](int i) -> const vision::Picture& {
        return crops[static_cast<std::size_t>(i) % crops.size()];
    };
    const auto fifty = std::span(page.boxes).first(std::min<std::size_t>(50, page.boxes.size()));
    report("compare with 50 candidates", 200, [&](int i) { return vision::likeness_of_each(picture, fifty, crop(i)); });

    std::map<std::string_view, int> verdicts;
    const auto search = [&](const vision::Picture& what, const vision::SearchOptions& options) {
        ++verdicts[vision::name_of(vision::search(picture, what, options).verdict)];
    };
    report("search, at its own size", 200, [&](int i) { search(crop(i), {.scales = {}}); });
    // Inverted: nothing is alike, so that every size is tried.
    std::vector<vision::Picture> strangers;
    for (const auto& known : crops) strangers.push_back(tests::inverted(known));
    report("search, nothing alike, own size", 100,
           [&](int i) { search(strangers[static_cast<std::size_t>(i) % strangers.size()], {.scales = {}}); });
    report("search, nothing alike, all sizes", 100,
           [&](int i) { search(strangers[static_cast<std::size_t>(i) % strangers.size()], {}); });
    for (const auto& [verdict, count] : verdicts) fmt::print("  {}: {}\n", verdict, count);
}

// Pieces of the page of the sizes controls have, wherever there is something to see.
std::vector<vision::Box> boxes_on(const vision::Picture& picture) {
    std::vector<vision::Box> boxes;
    for (unsigned i = 0, seed = 7; boxes.size() < 60 && i < 5000; ++i) {
        const auto random = [&](int most) {
            seed = seed * 1664525u + 1013904223u;
            return static_cast<int>((seed >> 8u) % static_cast<unsigned>(std::max(1, most)));
        };
        const vision::Box box{random(picture.width - 150), random(picture.height - 40), 24 + random(120),
                              16 + random(24)};
        if (vision::likeness(vision::crop(picture, box), vision::crop(picture, box))) boxes.push_back(box);
    }
    return boxes;
}

}  // namespace

int main(int count, char** arguments) {
    measure(tests::page_of_widgets());
    for (int i = 1; i < count; ++i) {
        std::ifstream file(arguments[i], std::ios::binary);
        tests::WidgetPage page{vision::decode_png(std::string(std::istreambuf_iterator<char>(file), {})), {}};
        page.boxes = boxes_on(page.picture);
        fmt::print("\n{}: ", arguments[i]);
        if (!page.boxes.empty()) measure(page);
    }
    return 0;
}
