// healing_report SETS PAGES DECISIONS PROGRAM [--form plain|rich] [--only SET,...]: runs `PROGRAM locate` on the new
// page of every pair, as it is and with the counterpart taken out, and prints what it answered against the goals, by
// set and by kind.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/fixtures/http_server.hpp>

#include "ablation.hpp"
#include "decisions.hpp"
#include "pairs.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace reprise;
using bench::Decision;
using bench::Pair;

json::array list_json(const std::vector<locators::Fingerprint>& prints) {
    json::array list;
    for (const auto& print : prints) list.push_back(to_json(print));
    return list;
}

// One entry as `reprise locate` takes it.
json::object entry_of(const Pair& pair, const Decision& decision, bool ablated) {
    auto bundle = to_json(decision.target);
    json::array chain;
    for (const auto& frame : pair.before.frames) chain.emplace_back(frame);
    bundle["iframeChain"] = std::move(chain);
    auto prep = pair.after.prep;
    if (ablated) {
        json::array step;
        step.emplace_back("js");
        step.emplace_back(bench::take_out(pair.after));
        prep.emplace_back(std::move(step));
    }
    json::object entry;
    entry["id"] = pair.id;
    entry["page"] = pair.after.page;
    entry["prep"] = std::move(prep);
    entry["bundle"] = std::move(bundle);
    entry["snapshot"] = list_json(decision.page);
    return entry;
}

std::map<std::string, json::object> run_program(const std::string& program, const fs::path& folder,
                                                const json::array& list, const std::string& base) {
    const auto in = folder / "list.json";
    const auto out = folder / "results.json";
    std::ofstream{in} << json::serialize(list);
    const auto command = fmt::format("'{}' locate --bundles '{}' --base-url {} --viewport 1366x900 --output '{}'",
                                     program, in.string(), base, out.string());
    if (std::system(command.c_str()) < 0) throw std::runtime_error("cannot run " + program);
    std::ifstream file{out};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::map<std::string, json::object> results;
    const auto document = json::parse(text);
    for (const auto& result : document.as_array()) {
        results[std::string(result.at("id").as_string())] = result.as_object();
    }
    return results;
}

bool is_found(const json::object& result) {
    return result.at("found").as_bool();
}

bool is_right(const Decision& decision, const json::object& result) {
    const auto* xpath = result.if_contains("xpath");
    if (xpath == nullptr) return false;
    return std::ranges::any_of(decision.right,
                               [&](std::size_t i) { return decision.candidates[i].xpath == xpath->as_string(); });
}

struct Tally {
    int present{}, located{}, wrong{}, removed{}, removed_found{}, ablated{}, ablated_found{};
    std::string text() const {
        const auto percent = [](int part, int of) { return of > 0 ? 100.0 * part / of : 0.0; };
        return fmt::format(
            "located {:5.1f} %  wrong {:4.1f} %  of {:3}   removed, healed {}/{}   ablated, healed {:4.1f} %",
            percent(located, present), percent(wrong, present), present, removed_found, removed,
            percent(ablated_found, ablated));
    }
};

// How far confidence and truth are apart, over all decisions.
double calibration_error(const std::vector<std::pair<double, bool>>& decisions) {
    constexpr std::size_t k_bins = 10;
    std::array<double, k_bins> difference{};
    for (const auto& [confidence, right] : decisions) {
        difference[std::min(k_bins - 1, static_cast<std::size_t>(confidence * k_bins))] += confidence - (right ? 1 : 0);
    }
    double sum = 0;
    for (const auto value : difference) sum += std::abs(value);
    return sum / static_cast<double>(std::max<std::size_t>(decisions.size(), 1));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        fmt::print(stderr, "usage: healing_report SETS PAGES DECISIONS PROGRAM [--form plain|rich] [--only SETS]\n");
        return 4;
    }
    std::string form = "plain";
    std::string only;
    for (int i = 5; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--form") == 0) form = argv[i + 1];
        if (std::strcmp(argv[i], "--only") == 0) only = "," + std::string(argv[i + 1]) + ",";
    }
    std::map<std::string, Decision> decisions;
    for (auto& decision : bench::read_decisions(argv[3])) {
        auto id = decision.id;
        decisions.emplace(std::move(id), form == "plain" ? bench::plain(decision) : std::move(decision));
    }
    json::array as_is;
    json::array taken_out;
    std::vector<const Pair*> asked;
    const auto pairs = bench::read_pairs(argv[1]);
    for (const auto& pair : pairs) {
        const auto decision = decisions.find(pair.id);
        if (decision == decisions.end() || (!only.empty() && only.find("," + pair.set + ",") == std::string::npos))
            continue;
        asked.push_back(&pair);
        as_is.push_back(entry_of(pair, decision->second, false));
        if (!pair.removed()) taken_out.push_back(entry_of(pair, decision->second, true));
    }
    fixtures::HttpServer server;
    server.serve_folder("/", argv[2]);
    const auto folder = fs::temp_directory_path() / fmt::format("healing-report-{}", server.port());
    fs::create_directories(folder);
    const auto results = run_program(argv[4], folder, as_is, server.url(""));
    const auto without = run_program(argv[4], folder, taken_out, server.url(""));
    fs::remove_all(folder);

    std::map<std::string, Tally> by_name;
    std::vector<std::pair<double, bool>> confidences;
    for (const auto* pair : asked) {
        const auto& decision = decisions.at(pair->id);
        const auto& result = results.at(pair->id);
        const bool found = is_found(result);
        const bool right = is_right(decision, result);
        std::vector<std::string> names{"all", "  " + pair->set};
        for (const auto& tag : pair->tags) names.push_back("    " + tag);
        if (pair->tags.empty()) names.push_back("    plain");
        for (const auto& name : names) {
            auto& tally = by_name[name];
            if (pair->removed()) {
                ++tally.removed;
                tally.removed_found += static_cast<int>(found);
                continue;
            }
            ++tally.present;
            tally.located += static_cast<int>(found && right);
            tally.wrong += static_cast<int>(found && !right);
            ++tally.ablated;
            tally.ablated_found += static_cast<int>(is_found(without.at(pair->id)));
        }
        constexpr double k_percent = 100;
        if (found) confidences.emplace_back(result.at("confidence").to_number<double>() / k_percent, right);
    }
    fmt::print("{} pairs, form {}, program {}\n", asked.size(), form, argv[4]);
    for (const auto& [name, tally] : by_name) fmt::print("{:30} {}\n", name, tally.text());
    fmt::print("calibration error of the answers given {:.3f}\n", calibration_error(confidences));
    return 0;
}
