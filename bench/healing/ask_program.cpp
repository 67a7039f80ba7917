#include "ask_program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "ablation.hpp"

namespace reprise::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Goes with its object, unless it was asked for by name.
class Folder {
public:
    explicit Folder(const std::string& wanted)
        : path_{wanted.empty() ? fs::temp_directory_path() / fmt::format("healing-replay-{}", getpid())
                               : fs::path(wanted)},
          kept_{!wanted.empty()} {
        fs::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        if (!kept_) fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
    bool kept_;
};

json::value read_json(const fs::path& path, const std::string& command) {
    std::ifstream file{path};
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) throw std::runtime_error(fmt::format("no {} came of: {}", path.filename().string(), command));
    return json::parse(std::move(bytes).str());
}

void write(const fs::path& path, const json::value& value) {
    std::ofstream file{path};
    file << json::serialize(value);
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

// Exit codes are no matter: rows that fail are the work.
void call(const std::string& command) {
    if (std::system(command.c_str()) == -1) throw std::runtime_error("cannot run " + command);
}

json::object entry_of(const Row& row) {
    auto bundle = to_json(row.decision->target);
    json::array chain;
    for (const auto& frame : row.pair->before.frames) chain.emplace_back(frame);
    bundle["iframeChain"] = std::move(chain);
    json::array page;
    for (const auto& print : row.decision->page) page.push_back(to_json(print));
    auto prep = row.place().prep;
    if (row.asked == Asked::ablated) prep.push_back(json::array{"js", take_out(row.place())});
    json::object entry{{"id", row.key},
                       {"page", row.place().page},
                       {"prep", std::move(prep)},
                       {"bundle", std::move(bundle)},
                       {"snapshot", std::move(page)}};
    if (!row.decision->crop.empty()) entry["crop"] = fs::absolute(row.decision->crop).string();
    return entry;
}

Judgement judge_located(const Row& row, const json::object& result) {
    Judgement made;
    if (const auto* error = result.if_contains("error")) {
        made.reason = std::string(error->as_string());
        return made;
    }
    constexpr double k_percent = 100;
    made.confidence = result.at("confidence").to_number<double>() / k_percent;
    made.step_ms = result.at("ms").to_number<double>();
    made.healed = result.at("found").as_bool();
    made.verdict = Verdict::refused;
    if (const auto* doubt = result.if_contains("doubt")) made.reason = std::string(doubt->as_string());
    if (!made.healed) return made;
    const auto& xpath = result.at("xpath").as_string();
    made.reason = std::string(xpath);
    const auto& decision = *row.decision;
    const bool inside = result.contains("shadow");
    made.best_right = row.present() && std::ranges::any_of(decision.right, [&](std::size_t i) {
                          const auto& print = decision.candidates[i];
                          return print.xpath == xpath && print.shadow.empty() != inside;
                      });
    made.verdict = made.best_right ? Verdict::right : Verdict::wrong;
    return made;
}

}  // namespace

std::vector<Judgement> ask_run(const std::vector<Row>& rows, const fs::path& pages, const AskOptions& options) {
    const Folder folder{options.folder};
    const auto recordings = folder.path() / "recordings";
    fs::create_directories(recordings / "crops");
    ReplayServer server{pages};
    for (const auto& row : rows) {
        server.add(row);
        if (!row.decision->crop.empty()) fs::copy_file(row.decision->crop, recordings / crop_name(row));
        write(recordings / (row.key + ".json"), recording_of(row, server.origin_of(row)));
    }
    const auto history = options.history.empty() ? (folder.path() / "history").string() : options.history;
    const auto out = folder.path() / "out";
    const auto command = fmt::format(
        "'{}' run '{}' --workers {} --viewport 1366x900 --retries 0 --reporter json --quiet --output '{}' --history "
        "'{}'{}",
        options.program, recordings.string(), options.workers, out.string(), history,
        options.healing.empty() ? "" : " --healing " + options.healing);
    call(command);
    const auto report = read_json(out / "report.json", command);
    std::map<std::string, const json::object*> tests;
    for (const auto& test : report.at("tests").as_array()) {
        const fs::path recording{std::string(test.at("test").at("recordingPath").as_string())};
        tests[recording.stem().string()] = &test.as_object();
    }
    std::vector<Judgement> judgements;
    for (const auto& row : rows) {
        const auto test = tests.find(row.key);
        judgements.push_back(judge(row, server.seen(row.key), test == tests.end() ? nullptr : test->second));
    }
    return judgements;
}

std::vector<Judgement> ask_locate(const std::vector<Row>& rows, const fs::path& pages, const AskOptions& options) {
    const Folder folder{options.folder};
    fixtures::HttpServer server;
    server.serve_folder("/", pages);
    json::array entries;
    for (const auto& row : rows) entries.push_back(entry_of(row));
    const auto list = folder.path() / "list.json";
    const auto out = folder.path() / "results.json";
    write(list, entries);
    const auto command = fmt::format("'{}' locate --bundles '{}' --base-url {} --viewport 1366x900 --output '{}'",
                                     options.program, list.string(), server.url(""), out.string());
    call(command);
    const auto document = read_json(out, command);
    std::map<std::string, const json::object*> results;
    for (const auto& result : document.as_array()) {
        results[std::string(result.at("id").as_string())] = &result.as_object();
    }
    std::vector<Judgement> judgements;
    for (const auto& row : rows) judgements.push_back(judge_located(row, *results.at(row.key)));
    return judgements;
}

}  // namespace reprise::bench
