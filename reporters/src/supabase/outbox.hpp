// What of a run is still to be told to the portal: an SQLite file in the run's folder. It survives the process, so a
// portal that is away, or a run that is killed, loses nothing.
//
// Each entry is one row, in our own columns, or one picture, known by its cargo and id. A later version takes the place
// of an earlier one. What has been sent stays as a name without a body, so that it is known not to be missing.
//
// Thread-safe. Every function throws DatabaseError when the file cannot be used.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <reprise/reporters/database.hpp>
#include <reprise/reporters/supabase/rows.hpp>

namespace reprise::reporters::supabase {

// In the order in which it is sent.
enum class Cargo {
    recording,
    job,
    cancelled,  // the job's state, ahead of the rows that were not run
    picture,    // body: its path in the run's folder
    result,
    log,
    healing,
    progress,  // of the job
    job_end,   // when nothing else of the job is waiting
};
inline constexpr std::string_view k_job_refused = "its job was refused";
inline constexpr std::array k_cargoes{Cargo::recording, Cargo::job,     Cargo::cancelled, Cargo::picture, Cargo::result,
                                      Cargo::log,       Cargo::healing, Cargo::progress,  Cargo::job_end};

struct OutboxEntry {
    Cargo cargo{};
    std::string id;
    std::string body;
    std::string job{};
    // Of a result or a heal its picture, of a log its result: it goes first. As taken it is empty when it was refused.
    std::string parent{};
    std::int64_t version{};   // given by the outbox
    std::int64_t sequence{};  // likewise
};

struct StoredPlace : RowPlace {
    bool ended{};  // its result was put here
};

class Outbox {
public:
    struct Counts {
        std::uint64_t waiting{}, sent{}, refused{};
    };
    struct Refusals {
        Cargo cargo{};
        std::string reason;
        std::uint64_t number{};
    };
    using Places = std::unordered_map<std::string, StoredPlace>;  // by test id
    using Facts = std::map<std::string, std::string>;             // what else is worth keeping

    explicit Outbox(const std::filesystem::path& file);

    // All of it or nothing. Logs and pictures that are there already stay as they are; others are replaced, and are to
    // be sent once more.
    void put(const std::vector<OutboxEntry>& entries, const Places& places = {}, const Facts& facts = {});
    Places places() const;

    // What waits and may go now, oldest first: at most so many, and so many bytes but for a single one.
    std::vector<OutboxEntry> take(Cargo cargo, std::size_t most, std::size_t most_bytes) const;
    // Sent, unless there is a later version by now.
    void acknowledge(const std::vector<OutboxEntry>& entries);
    // The portal will not have them. What has a refused parent goes without it; what belongs to a refused job is
    // refused with it.
    void refuse(const std::vector<OutboxEntry>& entries, const std::string& reason);
    // All that waits of it.
    void refuse(Cargo cargo, const std::string& reason);
    // What was refused is to be tried once more. Results that went without their picture are forgotten, for their
    // bodies are: the journal has them.
    void forgive();

    // It is not to be sent any more.
    void withdraw(Cargo cargo, const std::string& id);

    bool any_waiting() const;
    std::array<Counts, k_cargoes.size()> counts() const;
    std::vector<Refusals> refusals() const;
    bool has(Cargo cargo, const std::string& id) const;

    void clear();
    std::optional<std::string> fact(const std::string& name) const;

private:
    void put_entry(const OutboxEntry& entry);
    void refuse_orphans();
    void refuse_entry(const OutboxEntry& entry, const std::string& reason);

    mutable std::mutex mutex_;
    Database database_;
};

}  // namespace reprise::reporters::supabase
