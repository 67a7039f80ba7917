#include "binaries/test_binary.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json.hpp>

#include <reprise/runner/data_error.hpp>

#include "binaries/test_process.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::chrono::seconds k_listing_time{60};
constexpr int k_lines_told = 10;

// Files of one listing, gone with it.
class ListingFiles {
public:
    ListingFiles() {
        std::string name = (fs::temp_directory_path() / "reprise-list-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), "cannot make a folder like " + name);
        }
        folder_ = name;
    }
    ListingFiles(const ListingFiles&) = delete;
    ListingFiles& operator=(const ListingFiles&) = delete;
    ~ListingFiles() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    fs::path list() const { return folder_ / "list.json"; }
    fs::path output() const { return folder_ / "output.txt"; }

private:
    fs::path folder_;
};

ListedTest listed_test(const json::object& object) {
    ListedTest test{.name = std::string(object.at("name").as_string()),
                    .id = std::string(object.at("id").as_string()),
                    .file = std::string(object.at("file").as_string()),
                    .line = static_cast<int>(object.at("line").as_int64()),
                    .disabled = object.at("disabled").as_bool()};
    for (const auto& tag : object.at("tags").as_array()) test.tags.emplace_back(tag.as_string());
    return test;
}

}  // namespace

bool is_test_binary(const fs::path& path) {
    return path.extension() != ".json" && fs::is_regular_file(path) && ::access(path.c_str(), X_OK) == 0;
}

TestBinary list_tests_of(const fs::path& program) {
    // A bare name would be looked for in PATH by some and in the current folder by others.
    const auto absolute = fs::absolute(program);
    const ListingFiles files;
    TestProcess process{
        absolute, {"--reprise_list=json", "--reprise_list_file=" + files.list().string()}, {}, files.output()};
    process.next_event(TestProcess::Clock::now() + k_listing_time);
    if (!process.has_ended()) process.kill();
    const auto end = process.wait();
    const auto refuse = [&](const std::string& what) {
        const auto words = tail_of(files.output(), k_lines_told);
        throw DataError(Problem{.file = program.string(),
                                .text = fmt::format("no test program made with reprise::fixtures_main: asked for its "
                                                    "tests (--reprise_list=json), it {}{}{}",
                                                    what, words.empty() ? "" : "; its last lines:\n", words)});
    };
    if (end.signal != 0 || end.exit_code != 0) refuse(end.text);
    TestBinary binary{.program = absolute, .name = program.filename().string()};
    std::ifstream in(files.list(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    try {
        const auto document = json::parse(text);
        for (const auto& test : document.at("tests").as_array()) binary.tests.push_back(listed_test(test.as_object()));
    } catch (const std::exception&) {
        refuse("wrote no list");
    }
    return binary;
}

}  // namespace reprise::runner
