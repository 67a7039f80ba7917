// Tests of the program `reprise` as its users start it. REPRISE_PROGRAM and REPRISE_SOURCE name the binary and the
// tree.
#pragma once

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/fixtures/http_server.hpp>

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::tests {

namespace fs = std::filesystem;
namespace json = boost::json;

inline std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// A run of the program in a folder of its own.
class ProgramRun : public testing::Test {
protected:
    ProgramRun() { fs::create_directory(folder_ / "tmp"); }

    std::unique_ptr<Program> start(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
        arguments.insert(arguments.begin(), ::getenv("REPRISE_PROGRAM"));
        environment.push_back("TMPDIR=" + (folder_ / "tmp").string());
        environment.push_back("REPRISE_HISTORY=" + history().string());
        return std::make_unique<Program>(std::move(arguments), std::move(environment));
    }
    Outcome run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
        return start(std::move(arguments), std::move(environment))->wait();
    }
    std::string example(const std::string& path) const { return (source_ / "examples" / path).string(); }
    fs::path out() const { return folder_ / "out"; }
    fs::path history() const { return folder_ / "history"; }
    std::string write(const std::string& name, const std::string& text) const { return folder_.write(name, text); }
    json::object report() const { return json::parse(read_file(out() / "report.json")).as_object(); }
    std::map<std::string, int> outcomes() const {
        std::map<std::string, int> counts;
        const auto document = report();
        for (const auto& test : document.at("tests").as_array()) ++counts[std::string(test.at("outcome").as_string())];
        return counts;
    }
    void expect_nothing_left() const {
        EXPECT_TRUE(processes_with((folder_ / "tmp").string()).empty());
        EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
    }
    // The browser of the run that goes on; waits until there is one.
    pid_t browser() const {
        while (true) {
            for (const auto pid : processes_with((folder_ / "tmp/reprise-profile").string())) {
                if (read_file(fmt::format("/proc/{}/cmdline", pid)).find("--type=") == std::string::npos) return pid;
            }
            std::this_thread::yield();
        }
    }
    void wait_for_finished_rows(std::size_t count) const { wait_for("test_finished", count); }
    void wait_for_begun_rows(std::size_t count) const { wait_for("test_started", count); }

    const fs::path source_{::getenv("REPRISE_SOURCE")};
    fixtures::HttpServer server_;
    const TemporaryFolder folder_;

private:
    void wait_for(const std::string& event, std::size_t count) const {
        const auto journal = out() / "journal.jsonl";
        while (true) {
            const auto text = read_file(journal);
            std::size_t seen = 0;
            for (auto at = text.find(event); at != std::string::npos; at = text.find(event, at + 1)) ++seen;
            if (seen >= count) return;
            std::this_thread::yield();
        }
    }
};

}  // namespace reprise::tests
