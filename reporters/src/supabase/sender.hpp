// Sends what waits in the outbox, in its order, and keeps account of what the portal said.
//
// One thread at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <reprise/reporters/supabase/client.hpp>
#include <reprise/reporters/supabase/dialect.hpp>

#include "supabase/outbox.hpp"

namespace reprise::reporters::supabase {

class Sender {
public:
    enum class Passed {
        done,   // nothing that may go is left
        later,  // the portal is away, or busy: what is left may go later
        never,  // not before somebody has mended something: problems() say what
    };

    Sender(Client& client, Outbox& outbox, std::filesystem::path folder);

    // Sends all that may go. `hurry`: also what is worth waiting with, as there will be more of it.
    Passed pass(bool hurry);
    // Something arrived there.
    bool reached() const { return reached_; }
    // What is wrong, each once, in words that say what to mend; the last of passing troubles at the end.
    std::vector<std::string> problems() const;

private:
    struct Batch {
        std::vector<OutboxEntry> entries;
        boost::json::array rows;
    };

    void connect();
    // One after the other; what is refused does not keep back the rest.
    void send_each(Cargo cargo, void (Sender::*send)(const OutboxEntry&));
    void send_recording(const OutboxEntry& entry);
    void send_job(const OutboxEntry& entry);
    void send_job_change(const OutboxEntry& entry);
    bool send_pictures();  // true: there may be more
    void upload(const OutboxEntry& entry);
    boost::json::value address_of(const std::string& picture);
    void send_rows(Cargo cargo);
    Batch batch_of(Cargo cargo, std::vector<OutboxEntry> entries);
    // One statement, or when it is refused ever smaller ones, until those are found that are to blame. False as of
    // refused().
    bool send_batch(Cargo cargo, const Batch& batch);
    void requeue(const std::string& job);
    // False: there are so many in a row that the rest of this cargo is given up.
    bool refused(const OutboxEntry& entry, const PortalError& error);
    void accepted(const std::vector<OutboxEntry>& entries);
    void tell(const std::string& problem);
    void fill_user(boost::json::object& row);

    Client& client_;
    Outbox& outbox_;
    const std::filesystem::path folder_;
    std::optional<Dialect> dialect_;
    std::optional<bool> pictures_are_public_;
    bool reached_{};
    int refused_in_a_row_{};
    std::map<Cargo, std::string> closed_;  // not for this key or this portal, and why
    std::vector<std::string> problems_;
    std::string trouble_;  // that may pass
};

}  // namespace reprise::reporters::supabase
