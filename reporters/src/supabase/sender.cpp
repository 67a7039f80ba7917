#include "supabase/sender.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;
using Kind = PortalError::Kind;

constexpr std::size_t k_most_rows = 500;
constexpr std::size_t k_most_lines = 1'000;
constexpr std::size_t k_most_bytes = 1'000'000;
constexpr std::size_t k_most_pictures = 20;  // before rows and lines go on
// Refusals in a row after which it is not the rows' fault.
constexpr int k_most_refusals = 50;
constexpr int k_most_refusals_of_all = 5;  // when what is said holds for every row
constexpr const char* k_bucket = "screenshots";
constexpr const char* k_ended = "status=in.(completed,failed,cancelled)";

json::object body_of(const OutboxEntry& entry) {
    return json::parse(entry.body, {}, {.max_depth = 256}).as_object();
}

Entity entity_of(Cargo cargo) {
    if (cargo == Cargo::result) return Entity::result;
    return cargo == Cargo::log ? Entity::log : Entity::healing_log;
}

// Takes out what is meant for us and not for the portal.
bool take_flag(json::object& row, const char* name) {
    return row.erase(name) > 0;
}

std::string text_of(const json::object& row, const char* name) {
    const auto* value = row.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::size_t bytes_of(const std::vector<OutboxEntry>& entries) {
    std::size_t bytes = 0;
    for (const auto& entry : entries) bytes += entry.body.size();
    return bytes;
}

// What goes on for all that follows: the key, the connection.
bool ends_the_pass(const PortalError& error) {
    return error.may_pass() || error.kind() == Kind::unauthorized || error.kind() == Kind::stopped;
}

}  // namespace

Sender::Sender(Client& client, Outbox& outbox, std::filesystem::path folder)
    : client_{client}, outbox_{outbox}, folder_{std::move(folder)} {}

void Sender::tell(const std::string& problem) {
    if (std::ranges::find(problems_, problem) == problems_.end()) problems_.push_back(problem);
}

std::vector<std::string> Sender::problems() const {
    auto all = problems_;
    if (!trouble_.empty()) all.push_back(trouble_);
    return all;
}

Sender::Passed Sender::pass(bool hurry) {
    try {
        connect();
        send_each(Cargo::recording, &Sender::send_recording);
        send_each(Cargo::job, &Sender::send_job);
        send_each(Cargo::cancelled, &Sender::send_job_change);
        for (bool more = true; more;) {
            more = send_pictures();
            send_rows(Cargo::result);
            send_rows(Cargo::log);
            send_rows(Cargo::healing);
        }
        if (hurry) send_each(Cargo::progress, &Sender::send_job_change);
        send_each(Cargo::job_end, &Sender::send_job_change);
        trouble_.clear();
        return Passed::done;
    } catch (const PortalError& error) {
        if (error.may_pass() || error.kind() == Kind::stopped) {
            if (error.kind() != Kind::stopped || trouble_.empty()) trouble_ = error.what();
            return Passed::later;
        }
        trouble_.clear();
        tell(error.what());
        return Passed::never;
    }
}

void Sender::connect() {
    if (dialect_) return;
    auto dialect = Dialect::ask(client_);
    for (const auto entity : {Entity::recording, Entity::job, Entity::result}) {
        if (!dialect.has(entity)) {
            throw PortalError(Kind::missing_table,
                              fmt::format("the portal has no table {}, or hides it from this key: apply "
                                          "supabase/migrations, or use the service role's key",
                                          Dialect::table(entity)));
        }
    }
    for (const auto& gap : dialect.gaps()) {
        if (gap.find(Dialect::table(Entity::worker_metrics)) == std::string::npos) tell(gap);
    }
    dialect_ = std::move(dialect);
    reached_ = true;
}

void Sender::fill_user(json::object& row) {
    // Whom we are told to be goes before the recording's file, which may come from another portal.
    const auto user = client_.user_id();
    if (user.empty() && row.contains("user_id")) return;
    if (user.empty()) {
        throw PortalError(Kind::refused,
                          "whose rows these are is not known: set SUPABASE_USER_ID, or sign in with SUPABASE_EMAIL and "
                          "SUPABASE_PASSWORD");
    }
    row["user_id"] = user;
}

void Sender::accepted(const std::vector<OutboxEntry>& entries) {
    reached_ = true;
    refused_in_a_row_ = 0;
    outbox_.acknowledge(entries);
}

bool Sender::refused(const OutboxEntry& entry, const PortalError& error) {
    outbox_.refuse({entry}, error.what());
    const bool of_all = error.kind() != Kind::refused && error.kind() != Kind::conflict;
    if (++refused_in_a_row_ < (of_all ? k_most_refusals_of_all : k_most_refusals)) return true;
    outbox_.refuse(entry.cargo, error.what());
    if (of_all) closed_[entry.cargo] = error.what();
    refused_in_a_row_ = 0;
    return false;
}

void Sender::send_each(Cargo cargo, void (Sender::*send)(const OutboxEntry&)) {
    for (;;) {
        const auto entries = outbox_.take(cargo, 1, k_most_bytes);
        if (entries.empty()) return;
        try {
            (this->*send)(entries.front());
            accepted(entries);
        } catch (const PortalError& error) {
            if (ends_the_pass(error)) throw;
            refused(entries.front(), error);
        }
    }
}

void Sender::send_recording(const OutboxEntry& entry) {
    auto row = body_of(entry);
    const bool unknown = take_flag(row, "$unknown");
    fill_user(row);
    const auto theirs = dialect_->row(Entity::recording, row);
    if (!theirs) return;
    const std::string table{Dialect::table(Entity::recording)};
    const auto query = "id=eq." + query_value(entry.id);
    const auto found = client_.select(table, query, 1);
    if (found.empty()) return client_.upsert(table, {*theirs}, Client::Existing::keep);
    const auto& there = found.front().as_object();
    if (const auto owner = text_of(there, "user_id"); owner != text_of(row, "user_id")) {
        return tell(
            fmt::format("the recording \"{}\" ({}) belongs to another user of the portal ({}): it was left as it "
                        "is; give yours an id of its own",
                        text_of(row, "name"), entry.id, owner));
    }
    if (unknown) return;
    json::object changed;
    for (const char* name : {"name", "description", "starting_url", "tags", "step_count", "steps", "variables"}) {
        const auto* ours = theirs->if_contains(name);
        const auto* now = there.if_contains(name);
        if (ours != nullptr && now != nullptr && *ours != *now) changed[name] = *ours;
    }
    if (!changed.empty()) client_.update(table, query + "&select=id", changed);
}

void Sender::requeue(const std::string& job) {
    client_.update(std::string(Dialect::table(Entity::job)),
                   fmt::format("id=eq.{}&{}&select=id", query_value(job), k_ended), {{"status", "pending"}});
}

void Sender::send_job(const OutboxEntry& entry) {
    auto row = body_of(entry);
    const bool again = take_flag(row, "$again");
    fill_user(row);
    const auto theirs = dialect_->row(Entity::job, row);
    if (again) requeue(entry.id);
    if (theirs) client_.upsert(std::string(Dialect::table(Entity::job)), {*theirs});
}

void Sender::send_job_change(const OutboxEntry& entry) {
    auto row = body_of(entry);
    if (take_flag(row, "$again")) requeue(entry.id);
    const auto wanted = text_of(row, "status");
    const auto theirs = dialect_->row(Entity::job, row);
    if (!theirs || theirs->empty()) return;
    const auto changed = client_.update(std::string(Dialect::table(Entity::job)),
                                        fmt::format("id=eq.{}&select=id,status", query_value(entry.id)), *theirs);
    if (changed.empty()) {
        throw PortalError(Kind::not_found,
                          fmt::format("the job {} is not in the portal any more, or hidden from this key", entry.id));
    }
    const auto state = text_of(dialect_->read(Entity::job, changed.front().as_object()), "status");
    if (entry.cargo == Cargo::job_end && !state.empty() && state != wanted) {
        tell(fmt::format("the job {} stays \"{}\" in the portal, where it had ended so before this run was \"{}\"",
                         entry.id, state, wanted));
    }
}

bool Sender::send_pictures() {
    const auto entries = outbox_.take(Cargo::picture, k_most_pictures, k_most_bytes);
    for (const auto& entry : entries) {
        try {
            upload(entry);
            accepted({entry});
        } catch (const PortalError& error) {
            if (ends_the_pass(error)) throw;
            if (error.kind() == Kind::missing_bucket) {
                outbox_.refuse(Cargo::picture, error.what());
                return false;
            }
            if (!refused(entry, error)) return false;
        }
    }
    return entries.size() == k_most_pictures;
}

void Sender::upload(const OutboxEntry& entry) {
    std::ifstream in{folder_ / entry.body, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    if (!in || bytes.empty()) {
        throw PortalError(Kind::refused, fmt::format("{} is not there any more", (folder_ / entry.body).string()));
    }
    client_.upload(k_bucket, entry.id, bytes, "image/png");
}

// Pages show pictures of a public bucket by their address, and sign the keys of others.
json::value Sender::address_of(const std::string& picture) {
    if (picture.empty()) return nullptr;
    if (!pictures_are_public_) pictures_are_public_ = client_.is_public(k_bucket);
    return json::value(*pictures_are_public_ ? client_.public_address(k_bucket, picture) : picture);
}

Sender::Batch Sender::batch_of(Cargo cargo, std::vector<OutboxEntry> entries) {
    Batch batch;
    std::vector<OutboxEntry> homeless;
    for (auto& entry : entries) {
        auto row = body_of(entry);
        if (cargo == Cargo::log) {
            row["execution_result_id"] = entry.parent.empty() ? json::value(nullptr) : json::value(entry.parent);
        } else {
            const char* column = cargo == Cargo::result ? "error_screenshot_url" : "screenshot_url";
            row[column] = address_of(entry.parent);
        }
        auto theirs = dialect_->row(entity_of(cargo), row);
        if (theirs) {
            batch.rows.push_back(std::move(*theirs));
            entry.body.clear();
            batch.entries.push_back(std::move(entry));
        } else {
            homeless.push_back(std::move(entry));
        }
    }
    if (!homeless.empty()) outbox_.acknowledge(homeless);
    return batch;
}

void Sender::send_rows(Cargo cargo) {
    if (const auto closed = closed_.find(cargo); closed != closed_.end()) return outbox_.refuse(cargo, closed->second);
    const auto most = cargo == Cargo::log ? k_most_lines : k_most_rows;
    for (bool more = true; more;) {
        auto entries = outbox_.take(cargo, most, k_most_bytes);
        // What comes while this is sent goes with the next pass: together, not row by row.
        more = entries.size() == most || bytes_of(entries) >= k_most_bytes / 2;
        const auto batch = batch_of(cargo, std::move(entries));
        if (!batch.entries.empty()) send_batch(cargo, batch);
    }
}

bool Sender::send_batch(Cargo cargo, const Batch& batch) {
    const auto existing = cargo == Cargo::result ? Client::Existing::overwrite : Client::Existing::keep;
    try {
        client_.upsert(std::string(Dialect::table(entity_of(cargo))), batch.rows, existing);
        accepted(batch.entries);
        return true;
    } catch (const PortalError& error) {
        if (ends_the_pass(error)) throw;
        if (batch.entries.size() == 1) return refused(batch.entries.front(), error);
    }
    const auto half = static_cast<std::ptrdiff_t>(batch.entries.size() / 2);
    const auto part = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        return Batch{{batch.entries.begin() + from, batch.entries.begin() + to},
                     json::array(batch.rows.begin() + from, batch.rows.begin() + to)};
    };
    return send_batch(cargo, part(0, half)) &&
           send_batch(cargo, part(half, static_cast<std::ptrdiff_t>(batch.entries.size())));
}

}  // namespace reprise::reporters::supabase
