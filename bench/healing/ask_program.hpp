// Puts rows to the program under test, in one process, and judges what it answers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "verdicts.hpp"

namespace reprise::bench {

struct AskOptions {
    std::string program;
    int workers{2};
    std::string healing{};  // empty: as shipped
    std::string history{};  // empty: a new one
    std::string folder{};   // empty: a temporary one
};

// One judgement per row. Throw std::runtime_error when the program gives no report.
std::vector<Judgement> ask_run(const std::vector<Row>& rows, const std::filesystem::path& pages,
                               const AskOptions& options);
std::vector<Judgement> ask_locate(const std::vector<Row>& rows, const std::filesystem::path& pages,
                                  const AskOptions& options);

}  // namespace reprise::bench
