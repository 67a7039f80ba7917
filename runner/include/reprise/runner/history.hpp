// What earlier runs have taught: what elements looked like when their rows passed, and the heals that held. Kept in a
// folder (default `.reprise`): an SQLite file, and beside it pictures and page snapshots named by their content.
//
// Thread-safe; several processes may use one folder. Every function throws reporters::DatabaseError or Error when the
// folder cannot be used: a run goes on without it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/fingerprint.hpp>
#include <reprise/reporters/healing.hpp>

namespace reprise::runner {

// An element of a recording: which step, and what the recording says of it. A changed bundle is another element.
struct ElementKey {
    std::string recording;  // the suite's name
    int step{};
    std::string bundle;  // content hash of the recorded bundle
};

// What an element and its page looked like when a row passed.
struct KnownElement {
    locators::Fingerprint target{};
    std::vector<locators::Fingerprint> page{};  // the page's controls
    std::string crop{};                         // path of a PNG of it, padded; empty: none
};

enum class HealState { proposed, accepted, rejected };
std::string_view to_string(HealState state);

// A heal as kept for review.
struct StoredHeal {
    std::int64_t id{};
    std::string recording{};       // suite
    std::string recording_path{};  // file
    std::string bundle{};          // hash of the recorded bundle
    std::string page{};            // address without query and fragment
    HealState state{};
    std::string created_at{};  // ISO 8601, UTC
    reporters::HealingLog log{};
};

// Of rows, by the id of their test.
using Durations = std::map<std::string, std::chrono::milliseconds>;

class History {
public:
    explicit History(std::filesystem::path folder);
    ~History();

    bool knows(const ElementKey& key) const;
    std::optional<KnownElement> known(const ElementKey& key) const;
    void learn(const ElementKey& key, const KnownElement& element);
    // Keeps `bytes` under its hash and returns the path; "png" is an extension.
    std::filesystem::path keep(const std::string& bytes, const std::string& extension) const;

    // The newest heal of the element on this page that held and was not rejected, if it is not older than `ttl`.
    std::optional<StoredHeal> cached(const ElementKey& key, const std::string& page, std::chrono::seconds ttl) const;
    // Only of rows that passed. An equal proposal that is there already is renewed.
    void add(const StoredHeal& heal);
    std::vector<StoredHeal> heals() const;  // oldest first
    std::optional<StoredHeal> heal(std::int64_t id) const;
    void set_state(std::int64_t id, HealState state);

    // How long each row took when it last passed.
    Durations durations() const;
    // Adds to them; an older duration of the same row is replaced.
    void keep_durations(const Durations& passed);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// SHA-256, lower-case hex.
std::string content_hash(std::string_view bytes);

}  // namespace reprise::runner
