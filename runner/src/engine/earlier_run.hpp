// What the run before has left: its folder, the rows that did not pass, and a run that is to be continued.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include <reprise/reporters/journal.hpp>

#include "engine/selection.hpp"

namespace reprise::runner {

// `output` itself, or the run that its `latest` points to when it is the default one, which holds a folder per run.
std::filesystem::path earlier_run_folder(const std::filesystem::path& output);

// Throws DataError saying which option or command wanted the journal, when it is not there or cannot be read.
reporters::JournalView read_earlier_journal(const std::filesystem::path& file, const std::string& wanted_by);

// Ids of the rows that failed, were interrupted or never finished.
std::set<std::string> unsuccessful_rows(const reporters::JournalView& journal);

// A run that is continued.
struct Resumption {
    std::filesystem::path folder;
    reporters::JournalView journal;  // as it was before
    std::set<std::string> kept;      // ids whose results stay: they are not run again
};

// Takes the rows out of `selection` that have finished: passed, flaky or failed, with the data that they have now.
// Warns of rows whose data has changed since, which are run again, and of those that are selected no more, which stay
// in the reports. Throws DataError when there is nothing to continue.
Resumption resume_run(const std::filesystem::path& folder, Selection& selection);

}  // namespace reprise::runner
