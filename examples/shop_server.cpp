// Serves the demo shop, alone or for the time of a command:
//
//     shop_server --port 8080
//     shop_server -- reprise run examples/recordings/order.json --base-url {url}
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "shop.hpp"

namespace {

namespace fs = std::filesystem;
using reprise::fixtures::HttpServer;

constexpr int k_usage_error = 4;
constexpr int k_cannot_start_command = 127;  // as shells do
constexpr int k_killed_by_signal = 128;      // plus the signal, as shells do

struct Options {
    std::uint16_t port{};
    fs::path site = REPRISE_SHOP_SITE;
    std::vector<std::string> command{};
};

sigset_t awaited_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&set, signal);
    return set;
}

void replace_url(std::string& argument, const std::string& url) {
    constexpr std::string_view placeholder = "{url}";
    for (auto at = argument.find(placeholder); at != std::string::npos;
         at = argument.find(placeholder, at + url.size())) {
        argument.replace(at, placeholder.size(), url);
    }
}

// Starts the command, deaf to none of the signals that this program waits for: it has blocked them, and a shell ignores
// SIGINT for what it starts in the background. Gives errno, or 0.
int start(const std::vector<std::string>& command, pid_t& child) {
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    const sigset_t awaited = awaited_signals();
    posix_spawnattr_setsigdefault(&attributes, &awaited);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawnp(&child, arguments[0], nullptr, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    return error;
}

// Waits for the child and passes on what this program is told to do. Gives the exit code.
int follow(pid_t child) {
    const auto signals = awaited_signals();
    for (;;) {
        siginfo_t info{};
        const int signal = ::sigwaitinfo(&signals, &info);
        if (signal == SIGCHLD) {
            int status{};
            if (::waitpid(child, &status, WNOHANG) != child) continue;
            if (WIFEXITED(status)) return WEXITSTATUS(status);
            if (WIFSIGNALED(status)) return k_killed_by_signal + WTERMSIG(status);
        } else if (signal > 0 && info.si_code != SI_KERNEL) {
            // Ctrl-C in a terminal (SI_KERNEL) reaches the child by itself; twice would mean "at once" to many
            // programs.
            ::kill(child, signal);
        }
    }
}

int run_command(std::vector<std::string> command, const std::string& url) {
    for (auto& argument : command) replace_url(argument, url);
    ::setenv("REPRISE_SHOP_URL", url.c_str(), 1);
    pid_t child{};
    if (const int error = start(command, child)) {
        fmt::print(stderr, "shop_server: cannot start {}: {}\n", command[0], std::strerror(error));
        return k_cannot_start_command;
    }
    return follow(child);
}

void serve_until_told_to_stop(const std::string& url) {
    fmt::print("{}\n", url);
    std::fflush(stdout);  // for those who read the address from a pipe
    auto signals = awaited_signals();
    sigdelset(&signals, SIGCHLD);
    int signal{};
    sigwait(&signals, &signal);
}

int serve(const Options& options) {
    // Before the server starts its threads: they must not take the signals that this thread waits for.
    const auto signals = awaited_signals();
    sigprocmask(SIG_BLOCK, &signals, nullptr);

    HttpServer server(options.port);
    harbour::serve_shop(server, options.site);
    auto url = server.url();
    url.pop_back();  // so that {url}/order.html reads well
    if (!options.command.empty()) return run_command(options.command, url);
    serve_until_told_to_stop(url);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Serves the demo shop \"Harbour Tickets\" on 127.0.0.1.", "shop_server");
    app.add_option("--port", options.port, "Port to listen on; 0 (the default) takes a free one");
    app.add_option("--site", options.site, "Folder with the pages of the shop")->check(CLI::ExistingDirectory);
    app.footer(
        "shop_server [OPTIONS] -- COMMAND ARGS... runs the command while the shop is\n"
        "open, with {url} in its arguments replaced by the shop's address, which is\n"
        "also in REPRISE_SHOP_URL, and exits with its exit code. Without a command:\n"
        "prints the address, serves until SIGINT or SIGTERM.");
    // All behind "--" belongs to the command, untouched.
    char** const separator =
        std::find_if(argv + 1, argv + argc, [](const char* arg) { return !std::strcmp(arg, "--"); });
    options.command.assign(std::min(separator + 1, argv + argc), argv + argc);
    try {
        app.parse(static_cast<int>(separator - argv), argv);
        return serve(options);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : k_usage_error;  // --help is no error
    } catch (const std::exception& error) {
        fmt::print(stderr, "shop_server: {}\n", error.what());
        return k_usage_error;
    }
}
