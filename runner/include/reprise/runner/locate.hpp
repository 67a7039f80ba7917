// Finds recorded elements on pages as they are now, without acting on them: `reprise locate`.
//
// Free functions; each call owns its browser. Errors: DataError for a list that cannot be read, what cdp throws when
// the browser cannot be started.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/locators/fingerprint.hpp>
#include <reprise/runner/run.hpp>

namespace reprise::runner {

// What brings a page into the state that was recorded.
struct StateStep {
    enum class Action { click, fill, wait, script };
    Action action{};
    std::string css{};   // of the element to click or fill
    std::string text{};  // to fill in; code that runs in the page's own world
    std::chrono::milliseconds duration{};
    bool operator==(const StateStep&) const = default;
};

// One recorded element. `target` holds what the bundle and its extra members say.
struct LocateEntry {
    std::string id;
    std::string page;  // address, or relative to the base address
    std::vector<StateStep> prep{};
    locators::Fingerprint target{};
    std::vector<locators::PathEntry> iframe_chain{};
    std::vector<locators::Fingerprint> recorded_page{};
    std::string crop{};  // path of a PNG, from the list's folder or the working one; empty: none
};

struct LocateOptions {
    std::string bundles;               // file
    std::optional<std::string> url{};  // one page for all entries, whatever they say
    std::optional<std::string> base_url{};
    int width{1280}, height{720};         // CSS px
    int threshold{80};                    // least confidence of an answer, 0–100
    std::optional<std::string> output{};  // file for the results; none: told on stdout, for a person
    bool no_sandbox{};
    VisionModelSettings vision_model{};         // its key and address come from the environment only
    std::chrono::milliseconds timeout{30'000};  // of one page
};

// The entries of `path`: an array of objects {id, page, prep?, bundle, extra?, snapshot?, crop?}, or one such object,
// or one bundle. Throws DataError with every problem and its place.
std::vector<LocateEntry> read_locate_list(const std::string& path);

// Opens each page once per state, decides on all its entries, writes the results. Failed pages are told on stderr and
// their entries are answered with "found": false and an "error"; `failed`: not one entry could be decided.
ExitCode locate(const LocateOptions& options);

}  // namespace reprise::runner
