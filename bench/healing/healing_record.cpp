// healing_record SETS PAGES OUT: opens the old and the new page of every pair and writes one line per decision: the
// fingerprint of the recorded element, of the recorded page's controls and of the new page's candidates, and which
// candidates are right (none: it was removed). healing_tune reads it. OUT.crops/ID.png and ID.padded.png show the
// element.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/browser.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/candidates.hpp>

#include "ablation.hpp"
#include "healing/recollection.hpp"
#include "locate/page_preparation.hpp"
#include "pairs.hpp"

namespace {

namespace json = boost::json;
using namespace reprise;
using bench::Pair;
using bench::Place;
using locators::Fingerprint;

constexpr std::chrono::seconds k_timeout{30};

cdp::Deadline soon() {
    return cdp::Deadline::after(k_timeout);
}

locators::Locator locate(const locators::Page& page, const Place& place) {
    auto scope = static_cast<const locators::Scope&>(page);
    for (const auto& frame : place.frames) scope = scope.locator(frame).content_frame();
    for (const auto& host : place.shadow) scope = scope.locator(host);
    return scope.locator(place.selector).first();
}

std::vector<locators::PathEntry> chain_of(const Place& place) {
    std::vector<locators::PathEntry> chain;
    for (const auto& frame : place.frames) chain.push_back({.css = frame});
    return chain;
}

double shared_area(const locators::BoundingBox& a, const locators::BoundingBox& b) {
    const auto width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
    const auto height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
    if (width <= 0 || height <= 0) return 0;
    return width * height / (a.width * a.height + b.width * b.height - width * height);
}

// The element itself, what is inside of it, what wraps it closely, its label.
bool is_right(const Fingerprint& candidate, const Fingerprint& truth) {
    if (candidate.shadow == truth.shadow) {
        if (candidate.xpath == truth.xpath || candidate.xpath.starts_with(truth.xpath + "/")) return true;
        constexpr double k_same_box = 0.8;
        if (truth.xpath.starts_with(candidate.xpath + "/") && shared_area(candidate.box, truth.box) > k_same_box)
            return true;
    }
    return candidate.tag == "label" && !truth.label.empty() && candidate.text == truth.label;
}

json::array looks_json(const Fingerprint::Looks& looks) {
    return {looks.alike, looks.exact, looks.outline};
}

// Candidates as collected, and their looks held against the padded and the bare crop of the recorded element.
struct Candidates {
    locators::CandidateList list;
    std::vector<std::optional<Fingerprint::Looks>> bare{};
};

json::array list_json(const std::vector<Fingerprint>& prints,
                      const std::vector<std::optional<Fingerprint::Looks>>& bare = {}) {
    json::array list;
    for (std::size_t i = 0; i < prints.size(); ++i) {
        const auto& print = prints[i];
        auto members = to_json(print);
        if (print.inside) members["inside"] = *print.inside;
        if (print.looks) members["looks"] = looks_json(*print.looks);
        if (i < bare.size() && bare[i]) members["bareLooks"] = looks_json(*bare[i]);
        list.push_back(std::move(members));
    }
    return list;
}

std::string key_of(const Place& place) {
    return place.page + json::serialize(place.prep);
}

std::vector<runner::StateStep> steps_of(const json::array& prep) {
    std::vector<runner::StateStep> steps;
    for (const auto& value : prep) steps.push_back(runner::read_state_step(value).value());
    return steps;
}

class Recorder {
public:
    Recorder(const std::string& root, const std::string& out)
        : browser_{cdp::Browser::launch({.width_px = 1366, .height_px = 900})}, out_{out}, crops_{out + ".crops"} {
        std::filesystem::create_directories(crops_);
        server_.serve_folder("/", root);
    }

    void record(const std::vector<Pair>& pairs) {
        std::map<std::string, std::vector<const Pair*>> before;
        std::map<std::string, std::vector<const Pair*>> after;
        for (const auto& pair : pairs) {
            before[key_of(pair.before)].push_back(&pair);
            after[key_of(pair.after)].push_back(&pair);
        }
        for (const auto& [key, group] : before) visit(*group.front(), group.front()->before, group, true);
        for (const auto& [key, group] : after) visit(*group.front(), group.front()->after, group, false);
        fmt::print("{} decisions, {} without: see above\n", written_, pairs.size() - written_);
    }

private:
    struct Old {
        Fingerprint target;
        std::vector<Fingerprint> page, ablated;
        std::vector<locators::PathEntry> chain;
        std::optional<runner::RecordedLook> look, bare_look;
    };

    void visit(const Pair& first, const Place& place, const std::vector<const Pair*>& group, bool old) {
        auto context = locators::new_context(browser_);
        const auto page = locators::Page::open(context);
        try {
            runner::open_state(page, server_.url("/" + place.page), steps_of(place.prep), soon());
        } catch (const Error& error) {
            fmt::print("{}: {}\n", first.id, error.what());
        }
        for (const auto* pair : group) {
            try {
                old ? note_old(page, *pair) : write_new(page, *pair);
            } catch (const Error& error) {
                fmt::print("{}: {}\n", pair->id, error.what());
            }
        }
        context.close();
    }

    void note_old(const locators::Page& page, const Pair& pair) {
        auto& old = old_[pair.id];
        old.target = locate(page, pair.before).fingerprint({.timeout = std::chrono::seconds{2}});
        auto list = locators::collect_candidates(page, old.target, chain_of(pair.before), soon());
        note_look(page, list, pair.id, old);
        old.page = std::move(list.fingerprints);
        old.ablated = candidates_without(page, pair.before, old.target, chain_of(pair.before)).list.fingerprints;
        if (list.frames.empty()) return;
        for (const auto& step : list.frames.front().chain) {
            old.chain.push_back(
                {.css = step.css, .id = step.id, .name = step.name, .src = step.src, .index = step.index});
        }
    }

    // Crops of the element from the page as it is.
    void note_look(const locators::Page& page, const locators::CandidateList& list, const std::string& id, Old& old) {
        const auto place = runner::place_of(old.target, list);
        if (!place) return;
        const auto box = locators::boxes_on_page(list)[*place];
        const auto view = runner::view_of(page);
        const auto note = [&](int padding, const std::string& name) -> std::optional<runner::RecordedLook> {
            const auto crop = runner::crop_of(view, box, padding);
            if (crop.empty()) return std::nullopt;
            const auto png = vision::encode_png(crop);
            std::ofstream{crops_ / (id + name), std::ios::binary} << png;
            return runner::recorded_look(png, box);
        };
        old.look = note(vision::k_padding, ".padded.png");
        old.bare_look = note(0, ".png");
    }

    static void compare(const locators::Page& page, Candidates& candidates, const Old& old) {
        if (!old.look || !old.bare_look) return;
        const auto view = runner::view_of(page);
        auto& list = candidates.list;
        runner::compare_looks(list, view, *old.bare_look);
        for (auto& print : list.fingerprints) candidates.bare.push_back(std::exchange(print.looks, std::nullopt));
        runner::compare_looks(list, view, *old.look);
    }

    void write_new(const locators::Page& page, const Pair& pair) {
        const auto old = old_.find(pair.id);
        if (old == old_.end()) return;
        const auto& target = old->second.target;
        Candidates candidates{.list = locators::collect_candidates(page, target, old->second.chain, soon())};
        compare(page, candidates, old->second);
        const auto& list = candidates.list;
        json::array right;
        if (!pair.removed()) {
            const auto truth = locate(page, pair.after).fingerprint({.timeout = std::chrono::seconds{2}});
            for (std::size_t i = 0; i < list.fingerprints.size(); ++i) {
                if (is_right(list.fingerprints[i], truth)) right.push_back(i);
            }
            if (right.empty()) fmt::print("{}: no candidate is right: {}\n", pair.id, describe(truth));
        }
        json::array without;
        if (!right.empty()) {
            const auto rest = candidates_without(page, pair.after, target, old->second.chain, &old->second);
            without = list_json(rest.list.fingerprints, rest.bare);
        }
        json::array tags;
        for (const auto& tag : pair.tags) tags.emplace_back(tag);
        out_ << json::serialize(json::object{{"id", pair.id},
                                             {"set", pair.set},
                                             {"tags", std::move(tags)},
                                             {"removed", pair.removed()},
                                             {"crop", old->second.look ? (crops_ / pair.id).string() : std::string()},
                                             {"target", to_json(target)},
                                             {"page", list_json(old->second.page)},
                                             {"candidates", list_json(list.fingerprints, candidates.bare)},
                                             {"right", std::move(right)},
                                             {"ablated", std::move(without)},
                                             {"ablatedBefore", list_json(old->second.ablated)}})
             << '\n';
        ++written_;
    }

    static Candidates candidates_without(const locators::Page& page, const Place& place, const Fingerprint& target,
                                         const std::vector<locators::PathEntry>& chain, const Old* old = nullptr) {
        page.evaluate(bench::take_out(place));
        page.settle(std::chrono::milliseconds{100}, cdp::Deadline::after(std::chrono::seconds{1}));
        Candidates candidates{.list = locators::collect_candidates(page, target, chain, soon())};
        if (old != nullptr) compare(page, candidates, *old);
        page.evaluate("window.putBack(), undefined");
        return candidates;
    }

    cdp::Browser browser_;
    fixtures::HttpServer server_;
    std::ofstream out_;
    std::filesystem::path crops_;
    std::map<std::string, Old> old_;
    std::size_t written_{};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: healing_record SETS PAGES OUT\n");
        return 4;
    }
    try {
        const auto pairs = bench::read_pairs(argv[1]);
        Recorder{argv[2], argv[3]}.record(pairs);
    } catch (const std::exception& error) {
        fmt::print(stderr, "healing_record: {}\n", error.what());
        return 1;
    }
    return 0;
}
