#include <reprise/reporters/supabase/client.hpp>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/http_client.hpp>

#include "supabase/answers.hpp"

namespace reprise::reporters::supabase {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using Kind = PortalError::Kind;
using std::chrono::milliseconds;

namespace {

constexpr const char* k_json = "Content-Type: application/json";
constexpr std::size_t k_most_answer_bytes = std::size_t{64} << 20;
constexpr std::size_t k_page = 1'000;  // rows; what hosted portals give at most

std::vector<std::string> headers_of(const std::string& key, const std::string& token) {
    return {"apikey: " + key, "Authorization: Bearer " + (token.empty() ? key : token)};
}

std::string path_of(const std::string& table, const std::string& query) {
    return "/rest/v1/" + query_value(table) + (query.empty() ? "" : "?" + query);
}

std::string file_path(const char* prefix, const std::string& bucket, const std::string& key) {
    auto path = std::string(prefix) + query_value(bucket);
    std::size_t from = 0;
    while (from <= key.size()) {
        const auto to = std::min(key.find('/', from), key.size());
        path += "/" + query_value(key.substr(from, to - from));
        from = to + 1;
    }
    return path;
}

std::string member(const json::value& value, const char* name) {
    const auto* object = value.if_object();
    const auto* found = object != nullptr ? object->if_contains(name) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// "0-9/57" and "*/57" say 57.
std::optional<std::uint64_t> total_of(const std::string& content_range) {
    const auto slash = content_range.find('/');
    if (slash == std::string::npos) return std::nullopt;
    std::uint64_t total = 0;
    const auto* end = content_range.data() + content_range.size();
    const auto parsed = std::from_chars(content_range.data() + slash + 1, end, total);
    return parsed.ec == std::errc{} ? std::optional{total} : std::nullopt;
}

std::string names_of_columns(const json::array& rows) {
    std::set<std::string, std::less<>> names;
    for (const auto& row : rows) {
        for (const auto& entry : row.as_object()) names.emplace(entry.key());
    }
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ",") + query_value(name);
    return list;
}

milliseconds random_part_of(milliseconds longest) {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return milliseconds{std::uniform_int_distribution<std::int64_t>{0, longest.count()}(engine)};
}

}  // namespace

class Client::Core {
public:
    Core(Settings settings, RetryPolicy retry)
        : settings_{std::move(settings)},
          retry_{retry},
          http_{settings_.url,
                headers_of(settings_.key, settings_.token),
                {.most_bytes = k_most_answer_bytes, .ca_certificate = settings_.ca_certificate}} {}

    // The answer, whose status is good and whose body `use` could read. `use` may throw PortalError.
    void exchange(const HttpRequest& request, Service service, const std::string& what,
                  const std::function<void(const HttpAnswer&)>& use) {
        sign_in();
        const bool again = try_exchange(request, service, what, use, !token_.empty());
        if (!again) return;
        token_.clear();  // it has expired
        sign_in();
        try_exchange(request, service, what, use, false);
    }

    void sign_in() {
        if (settings_.email.empty() || !token_.empty()) return;
        const std::string what = "sign-in as " + settings_.email;
        const auto body = json::serialize(json::object{{"email", settings_.email}, {"password", settings_.password}});
        http_.set_headers(headers_of(settings_.key, ""));
        const HttpRequest request{.path = "/auth/v1/token?grant_type=password", .headers = {k_json}, .body = body};
        try_exchange(
            request, Service::sign_in, what,
            [&](const HttpAnswer& answer) {
                const auto value = json_of(answer, what);
                token_ = member(value, "access_token");
                if (token_.empty()) throw PortalError(Kind::bad_answer, what + ": the answer holds no token");
                const auto* user = value.as_object().if_contains("user");
                if (user != nullptr) user_ = member(*user, "id");
            },
            false);
        http_.set_headers(headers_of(settings_.key, token_));
    }

    void stop() noexcept {
        http_.stop();
        const std::lock_guard lock{mutex_};
        stopped_.notify_all();
    }

    const Settings& settings() const { return settings_; }
    const std::string& user() const { return user_.empty() ? settings_.user_id : user_; }
    Traffic traffic() const {
        const std::lock_guard lock{mutex_};
        return traffic_;
    }

private:
    // True: the token is not accepted any more, and `renewable`.
    bool try_exchange(const HttpRequest& request, Service service, const std::string& what,
                      const std::function<void(const HttpAnswer&)>& use, bool renewable) {
        const auto begun = Clock::now();
        for (int attempt = 1;; ++attempt) {
            std::optional<std::chrono::seconds> wish;
            try {
                const auto answer = send(request, what, attempt > 1);
                wish = answer.retry_after;
                constexpr int k_redirect = 300;
                if (answer.status >= k_redirect) throw error_of(answer, service, what);
                use(answer);
                return false;
            } catch (const PortalError& error) {
                if (renewable && error.kind() == Kind::unauthorized) return true;
                const auto pause = wish ? milliseconds{*wish} : pause_before(attempt);
                const auto spent = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
                const bool hope = error.may_pass() && attempt < retry_.tries && spent + pause < retry_.total;
                if (!hope && attempt == 1) throw;
                if (!hope) {
                    throw PortalError(error.kind(),
                                      fmt::format("{} (tried {} times in {:.1f} s)", error.what(), attempt,
                                                  std::chrono::duration<double>(spent).count()),
                                      error.status(), error.code());
                }
                rest(pause, what);
            }
        }
    }

    HttpAnswer send(const HttpRequest& request, const std::string& what, bool again) {
        {
            const std::lock_guard lock{mutex_};
            ++traffic_.requests;
            traffic_.retries += again ? 1 : 0;
            traffic_.bytes_sent += request.body.size();
        }
        try {
            auto answer = http_.send(request, settings_.timeout);
            const std::lock_guard lock{mutex_};
            traffic_.bytes_received += answer.body.size();
            return answer;
        } catch (const HttpError& error) {
            throw error_of(error, what);
        }
    }

    milliseconds pause_before(int attempt) const {
        constexpr int k_most_doublings = 20;
        const auto factor = std::int64_t{1} << std::min(attempt - 1, k_most_doublings);
        return random_part_of(std::min(retry_.longest, milliseconds{retry_.first.count() * factor}));
    }

    void rest(milliseconds pause, const std::string& what) {
        std::unique_lock lock{mutex_};
        if (stopped_.wait_for(lock, pause, [&] { return http_.stopped(); })) {
            throw PortalError(Kind::stopped, what + ": the run was ended");
        }
    }

    Settings settings_;
    RetryPolicy retry_;
    HttpClient http_;
    std::string token_{};  // of the user signed in
    std::string user_{};
    mutable std::mutex mutex_;
    std::condition_variable stopped_;
    Traffic traffic_{};
};

Client::Client(Settings settings, RetryPolicy retry) {
    if (const auto problem = problem_of(settings); !problem.empty()) throw std::invalid_argument(problem);
    core_ = std::make_unique<Core>(std::move(settings), retry);
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

json::array Client::select(const std::string& table, const std::string& query, std::size_t most) {
    const auto what = "reading " + table;
    json::array rows;
    for (;;) {
        const auto wanted = std::min(k_page, most - rows.size());
        const auto path =
            path_of(table, fmt::format("{}{}limit={}&offset={}", query, query.empty() ? "" : "&", wanted, rows.size()));
        std::size_t page = 0;
        std::uint64_t total = 0;
        core_->exchange({.method = "GET", .path = path, .headers = {"Prefer: count=exact"}}, Service::rows, what,
                        [&](const HttpAnswer& answer) {
                            auto value = json_of(answer, what);
                            if (!value.is_array()) {
                                throw PortalError(Kind::bad_answer, what + ": the answer is no list of rows");
                            }
                            page = value.get_array().size();
                            total = total_of(answer.content_range).value_or(0);
                            for (auto& row : value.get_array()) rows.push_back(std::move(row));
                        });
        if (page == 0 || rows.size() >= most || rows.size() >= total) return rows;
    }
}

std::uint64_t Client::count(const std::string& table, const std::string& query) {
    const auto what = "counting rows of " + table;
    std::uint64_t rows = 0;
    const auto path = path_of(table, query + (query.empty() ? "" : "&") + "limit=0");
    core_->exchange({.method = "GET", .path = path, .headers = {"Prefer: count=exact"}}, Service::rows, what,
                    [&](const HttpAnswer& answer) {
                        const auto total = total_of(answer.content_range);
                        if (!total) throw PortalError(Kind::bad_answer, what + ": the answer holds no count");
                        rows = *total;
                    });
    return rows;
}

void Client::upsert(const std::string& table, const json::array& rows, Existing existing,
                    const std::string& on_conflict) {
    if (rows.empty()) return;
    const auto what = fmt::format("writing {} rows to {}", rows.size(), table);
    const auto body = json::serialize(rows);
    const auto path =
        path_of(table, fmt::format("on_conflict={}&columns={}", query_value(on_conflict), names_of_columns(rows)));
    const auto* resolution = existing == Existing::keep ? "ignore-duplicates" : "merge-duplicates";
    const auto prefer = fmt::format("Prefer: return=minimal,resolution={},missing=default", resolution);
    core_->exchange({.path = path, .headers = {k_json, prefer}, .body = body}, Service::rows, what,
                    [&](const HttpAnswer& answer) { json_of(answer, what); });
}

json::array Client::update(const std::string& table, const std::string& query, const json::object& values) {
    const auto what = "changing rows of " + table;
    const auto body = json::serialize(values);
    json::array rows;
    core_->exchange({.method = "PATCH",
                     .path = path_of(table, query),
                     .headers = {k_json, "Prefer: return=representation"},
                     .body = body},
                    Service::rows, what, [&](const HttpAnswer& answer) {
                        auto value = json_of(answer, what);
                        if (value.is_array()) rows = std::move(value.get_array());
                    });
    return rows;
}

void Client::remove(const std::string& table, const std::string& query) {
    const auto what = "deleting rows of " + table;
    core_->exchange({.method = "DELETE", .path = path_of(table, query), .headers = {"Prefer: return=minimal"}},
                    Service::rows, what, [&](const HttpAnswer& answer) { json_of(answer, what); });
}

json::value Client::call(const std::string& function, const json::object& arguments) {
    const auto what = function + "()";
    const auto body = json::serialize(arguments);
    json::value result;
    core_->exchange({.path = "/rest/v1/rpc/" + query_value(function), .headers = {k_json}, .body = body}, Service::rows,
                    what, [&](const HttpAnswer& answer) { result = json_of(answer, what); });
    return result;
}

Client::Uploaded Client::upload(const std::string& bucket, const std::string& key, std::string_view bytes,
                                const std::string& content_type) {
    const auto what = fmt::format("upload of {} ({} bytes) to the bucket {}", key, bytes.size(), bucket);
    try {
        core_->exchange({.path = file_path("/storage/v1/object/", bucket, key),
                         .headers = {"Content-Type: " + content_type, "x-upsert: false"},
                         .body = bytes},
                        Service::files, what, [&](const HttpAnswer& answer) { json_of(answer, what); });
        return Uploaded::now;
    } catch (const PortalError& error) {
        if (error.kind() != Kind::conflict) throw;
        return Uploaded::before;
    }
}

std::string Client::download(const std::string& bucket, const std::string& key) {
    const auto what = fmt::format("download of {} from the bucket {}", key, bucket);
    std::string bytes;
    core_->exchange({.method = "GET", .path = file_path("/storage/v1/object/", bucket, key)}, Service::files, what,
                    [&](const HttpAnswer& answer) { bytes = answer.body; });
    return bytes;
}

std::string Client::sign(const std::string& bucket, const std::string& key, std::chrono::seconds lifetime) {
    const auto what = fmt::format("address of {} in the bucket {}", key, bucket);
    const auto body = json::serialize(json::object{{"expiresIn", lifetime.count()}});
    std::string path;
    core_->exchange({.path = file_path("/storage/v1/object/sign/", bucket, key), .headers = {k_json}, .body = body},
                    Service::files, what, [&](const HttpAnswer& answer) {
                        const auto value = json_of(answer, what);
                        path = member(value, "signedURL");
                        if (path.empty()) path = member(value, "signedUrl");
                        if (path.empty()) throw PortalError(Kind::bad_answer, what + ": the answer holds none");
                    });
    if (path.starts_with("http")) return path;
    return core_->settings().url + (path.starts_with("/storage/v1") ? "" : "/storage/v1") + path;
}

void Client::remove_file(const std::string& bucket, const std::string& key) {
    const auto what = fmt::format("deleting {} from the bucket {}", key, bucket);
    const auto body = json::serialize(json::object{{"prefixes", json::array{key}}});
    core_->exchange(
        {.method = "DELETE", .path = "/storage/v1/object/" + query_value(bucket), .headers = {k_json}, .body = body},
        Service::files, what, [&](const HttpAnswer& answer) { json_of(answer, what); });
}

bool Client::is_public(const std::string& bucket) {
    const auto what = "asking about the bucket " + bucket;
    bool open = false;
    try {
        core_->exchange({.method = "GET", .path = "/storage/v1/bucket/" + query_value(bucket)}, Service::files, what,
                        [&](const HttpAnswer& answer) {
                            const auto value = json_of(answer, what);
                            const auto* object = value.if_object();
                            const auto* said = object != nullptr ? object->if_contains("public") : nullptr;
                            open = said != nullptr && said->is_bool() && said->get_bool();
                        });
    } catch (const PortalError& error) {
        if (error.may_pass() || error.kind() == Kind::stopped) throw;
    }
    return open;
}

std::string Client::public_address(const std::string& bucket, const std::string& key) const {
    return core_->settings().url + file_path("/storage/v1/object/public/", bucket, key);
}

std::optional<json::object> Client::definitions() {
    const std::string what = "reading the portal's description";
    json::object tables;
    try {
        core_->exchange({.method = "GET", .path = "/rest/v1/", .headers = {"Accept: application/openapi+json"}},
                        Service::rows, what, [&](const HttpAnswer& answer) {
                            const auto value = json_of(answer, what);
                            const auto* object = value.if_object();
                            const auto* found = object != nullptr ? object->if_contains("definitions") : nullptr;
                            if (found == nullptr || !found->is_object()) return;
                            for (const auto& table : found->get_object()) {
                                const auto* shape = table.value().if_object();
                                const auto* columns = shape != nullptr ? shape->if_contains("properties") : nullptr;
                                if (columns != nullptr) tables[table.key()] = *columns;
                            }
                        });
    } catch (const PortalError& error) {
        const bool hidden = error.kind() == Kind::forbidden || error.kind() == Kind::unauthorized ||
                            error.kind() == Kind::not_found || error.kind() == Kind::refused;
        if (!hidden) throw;
    }
    if (tables.empty()) return std::nullopt;
    return tables;
}

std::string Client::user_id() {
    core_->sign_in();
    return core_->user();
}

void Client::stop() noexcept {
    core_->stop();
}

Traffic Client::traffic() const {
    return core_->traffic();
}

const Settings& Client::settings() const {
    return core_->settings();
}

std::string query_value(std::string_view text) {
    std::string escaped;
    for (const unsigned char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain) {
            escaped += static_cast<char>(c);
        } else {
            escaped += fmt::format("%{:02X}", c);
        }
    }
    return escaped;
}

}  // namespace reprise::reporters::supabase
