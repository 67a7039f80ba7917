// The fake browser as a program: speaks over the descriptors 3 and 4 as Chromium does with --remote-debugging-pipe.
//
//     fake_browser … --fake-fault=<kind>:<message>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "fake_browser.hpp"

namespace {

using reprise::fake::Fault;
using reprise::fake::Reaction;

Fault fault_of(int argc, char** argv) {
    constexpr std::string_view k_switch = "--fake-fault=";
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument{argv[i]};
        if (!argument.starts_with(k_switch)) continue;
        const auto text = argument.substr(k_switch.size());
        const auto colon = text.find(':');
        for (const auto kind : reprise::fake::k_all_faults) {
            if (to_string(kind) == text.substr(0, colon))
                return {kind, std::atoi(std::string(text.substr(colon + 1)).c_str())};
        }
    }
    return {};
}

void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::write(4, bytes.data(), bytes.size());
        if (sent <= 0) ::_exit(0);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void obey(const Reaction& reaction) {
    for (std::size_t i = 0; i < reaction.messages.size(); ++i) {
        auto bytes = reaction.messages[i] + '\0';
        if (reaction.half && i + 1 == reaction.messages.size()) bytes.resize(bytes.size() / 2);
        send_all(bytes);
    }
    if (reaction.end == Reaction::End::exit) {
        std::fprintf(stderr, "%s\n", std::string(reprise::fake::k_last_words).c_str());
        std::fflush(stderr);
        ::_exit(reprise::fake::k_exit_status);
    }
    if (reaction.end == Reaction::End::close) ::_exit(0);
    if (reaction.end == Reaction::End::hang) {
        ::close(3);
        ::close(4);
        while (true) ::pause();
    }
}

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    reprise::fake::FakeBrowser browser{fault_of(argc, argv)};
    std::string buffer;
    char bytes[4096];
    while (true) {
        const auto got = ::read(3, bytes, sizeof bytes);
        if (got <= 0) return 0;
        buffer.append(bytes, static_cast<std::size_t>(got));
        for (auto end = buffer.find('\0'); end != std::string::npos; end = buffer.find('\0')) {
            obey(browser.on_message(std::string_view(buffer).substr(0, end)));
            buffer.erase(0, end + 1);
        }
    }
}
