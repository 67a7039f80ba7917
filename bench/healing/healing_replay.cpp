// healing_replay SETS PAGES DECISIONS PROGRAM RESULTS: asks the program about every pair and writes what it did with
// each, and whether that was right, as a JSON array. bench/healing/run.mjs makes the table of it.
//
//     --by run           replays one canonical recording per pair with `PROGRAM run` (default)
//     --by locate        asks `PROGRAM locate`, which decides and does not act
//     --asked WHAT,...   as_is (new page), ablated (new page, counterpart taken out), unchanged (old page)
//     --form FORM        plain: what plain recorders note (default); rich: our fingerprints
//     --only SET,...     these sets
//     --workers N        rows at a time (2)
//     --healing MODE     as `PROGRAM run` takes it
//     --history DIR      kept from run to run (default: a new one)
//     --keep DIR         where recordings and reports stay
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "ask_program.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace reprise::bench;

struct Options {
    std::string sets, pages, decisions, results;
    std::string by = "run", asked = "as_is,ablated", form = "plain", only{};
    AskOptions ask{};
};

bool names(const std::string& list, const std::string& name) {
    return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

Options read_options(int argc, char** argv) {
    constexpr int k_positional = 6;
    if (argc < k_positional || argc % 2 != 0) throw std::invalid_argument("");
    Options options{.sets = argv[1], .pages = argv[2], .decisions = argv[3], .results = argv[5]};
    options.ask.program = argv[4];
    std::string workers = "2";
    const std::map<std::string, std::string*> known{{"--by", &options.by},
                                                    {"--asked", &options.asked},
                                                    {"--form", &options.form},
                                                    {"--only", &options.only},
                                                    {"--workers", &workers},
                                                    {"--healing", &options.ask.healing},
                                                    {"--history", &options.ask.history},
                                                    {"--keep", &options.ask.folder}};
    for (int i = k_positional; i + 1 < argc; i += 2) {
        const auto option = known.find(argv[i]);
        if (option == known.end()) throw std::invalid_argument(argv[i]);
        *option->second = argv[i + 1];
    }
    options.ask.workers = std::stoi(workers);
    return options;
}

using Decisions = std::map<std::string, Decision>;

Decisions read(const Options& options) {
    Decisions decisions;
    for (auto& decision : read_decisions(options.decisions)) {
        auto id = decision.id;
        decisions.emplace(std::move(id), options.form == "plain" ? plain(decision) : std::move(decision));
    }
    return decisions;
}

std::vector<Row> rows_of(const Options& options, const std::vector<Pair>& pairs, const Decisions& decisions,
                         json::array& results) {
    std::vector<Row> rows;
    const auto add = [&](const Pair& pair, const Decision& decision, Asked asked) {
        rows.push_back(
            {.key = fmt::format("r{}", rows.size() + 1), .pair = &pair, .decision = &decision, .asked = asked});
    };
    for (const auto& pair : pairs) {
        if (!options.only.empty() && !names(options.only, pair.set)) continue;
        const auto decision = decisions.find(pair.id);
        if (decision == decisions.end()) {
            results.push_back(json::object{{"id", pair.id},
                                           {"set", pair.set},
                                           {"removed", pair.removed()},
                                           {"asked", "as is"},
                                           {"verdict", "unmeasured"},
                                           {"reason", "it was not recorded: see what healing_record said"}});
            continue;
        }
        if (names(options.asked, "as_is")) add(pair, decision->second, Asked::as_is);
        if (names(options.asked, "ablated") && !pair.removed()) add(pair, decision->second, Asked::ablated);
        // Without prep the recorded page is there at once, as the recording met it.
        if (names(options.asked, "unchanged") && pair.before.prep.empty())
            add(pair, decision->second, Asked::unchanged);
    }
    return rows;
}

json::object to_json(const Row& row, const Judgement& judgement) {
    json::array tags;
    for (const auto& tag : row.pair->tags) tags.emplace_back(tag);
    json::object members{{"id", row.pair->id},
                         {"set", row.pair->set},
                         {"tags", std::move(tags)},
                         {"removed", row.pair->removed()},
                         {"frame", row.has("frame")},
                         {"shadow", row.has("shadow")},
                         {"asked", to_string(row.asked)},
                         {"verdict", to_string(judgement.verdict)},
                         {"healed", judgement.healed},
                         {"heals", judgement.heals},
                         {"stepMs", judgement.step_ms},
                         {"reason", judgement.reason}};
    if (judgement.confidence) {
        members["confidence"] = *judgement.confidence;
        members["bestRight"] = judgement.best_right;
    }
    return members;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = read_options(argc, argv);
        const auto pairs = read_pairs(options.sets);
        const auto decisions = read(options);
        json::array results;
        const auto rows = rows_of(options, pairs, decisions, results);
        const auto judgements = options.by == "run" ? ask_run(rows, options.pages, options.ask)
                                                    : ask_locate(rows, options.pages, options.ask);
        std::map<std::string_view, int> counts;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ++counts[to_string(judgements[i].verdict)];
            results.push_back(to_json(rows[i], judgements[i]));
        }
        std::ofstream file{options.results};
        for (std::size_t i = 0; i < results.size(); ++i) {
            file << (i == 0 ? "[" : ",") << "\n" << json::serialize(results[i]);
        }
        file << "\n]\n";
        if (!file.flush()) throw std::runtime_error("cannot write " + options.results);
        fmt::print("{} rows:", rows.size());
        for (const auto& [verdict, count] : counts) fmt::print(" {} {}", count, verdict);
        fmt::print("\n");
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr,
                   "{}usage: healing_replay SETS PAGES DECISIONS PROGRAM RESULTS [--by run|locate]\n"
                   "  [--asked as_is,ablated,unchanged] [--form plain|rich] [--only SETS] [--workers N]\n"
                   "  [--healing MODE] [--history DIR] [--keep DIR]\n",
                   *error.what() != 0 ? fmt::format("healing_replay: {}?\n", error.what()) : "");
        return 4;
    } catch (const std::exception& error) {
        fmt::print(stderr, "healing_replay: {}\n", error.what());
        return 1;
    }
    return 0;
}
