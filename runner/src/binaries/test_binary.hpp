// A test program that is not ours, made with reprise::fixtures: which tests it has.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace reprise::runner {

struct ListedTest {
    std::string name;  // as --gtest_filter takes it
    std::string id;    // as reports know it
    std::string file;
    int line{};
    std::vector<std::string> tags{};
    bool disabled{};
};

struct TestBinary {
    std::filesystem::path program;
    std::string name;  // file name
    std::vector<ListedTest> tests{};
};

// An executable file; recordings are none.
bool is_test_binary(const std::filesystem::path& path);

// Asks the program for its tests. Throws DataError: the program does not answer as one of ours, with its last lines.
TestBinary list_tests_of(const std::filesystem::path& program);

}  // namespace reprise::runner
