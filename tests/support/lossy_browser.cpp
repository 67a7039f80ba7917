// A browser that loses releases of the mouse: Chromium behind a pipe of its own, of which the first so many are
// answered and not passed on.
//
//     REPRISE_BEHIND=<browser> lossy_browser … --lose-releases=N
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace {

namespace json = boost::json;

constexpr int k_commands = 3;
constexpr int k_answers = 4;

void write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written <= 0) ::_exit(0);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

// The answer to a release that is lost; empty: it is passed on.
std::string answer_instead(std::string_view message) {
    if (message.find("mouseReleased") == std::string_view::npos) return {};
    const auto command = json::parse(message).as_object();
    return json::serialize(
               json::object{{"id", command.at("id")}, {"sessionId", command.at("sessionId")}, {"result", {}}}) +
           '\0';
}

int lose_releases(int argc, char** argv) {
    constexpr std::string_view k_switch = "--lose-releases=";
    for (int i = 1; i < argc; ++i) {
        if (std::string_view{argv[i]}.starts_with(k_switch)) return std::atoi(argv[i] + k_switch.size());
    }
    return 0;
}

[[noreturn]] void pass_on(int commands, int answers, int lose) {
    std::string pending;
    std::string bytes(1U << 16, '\0');
    pollfd both[] = {{k_commands, POLLIN, 0}, {answers, POLLIN, 0}};
    while (::poll(both, 2, -1) >= 0) {
        if (both[1].revents != 0) {
            const auto size = ::read(answers, bytes.data(), bytes.size());
            if (size <= 0) break;
            write_all(k_answers, std::string_view{bytes}.substr(0, static_cast<std::size_t>(size)));
        }
        if (both[0].revents == 0) continue;
        const auto size = ::read(k_commands, bytes.data(), bytes.size());
        if (size <= 0) break;
        pending.append(bytes, 0, static_cast<std::size_t>(size));
        for (auto end = pending.find('\0'); end != std::string::npos; end = pending.find('\0')) {
            const auto instead = lose > 0 ? answer_instead(std::string_view{pending}.substr(0, end)) : std::string{};
            if (instead.empty()) {
                write_all(commands, std::string_view{pending}.substr(0, end + 1));
            } else {
                --lose;
                write_all(k_answers, instead);
            }
            pending.erase(0, end + 1);
        }
    }
    ::_exit(0);
}

}  // namespace

int main(int argc, char** argv) {
    int commands[2];
    int answers[2];
    const char* browser = std::getenv("REPRISE_BEHIND");
    if (browser == nullptr || ::pipe2(commands, O_CLOEXEC) != 0 || ::pipe2(answers, O_CLOEXEC) != 0) return 2;
    if (::fork() == 0) {
        ::dup2(commands[0], k_commands);
        ::dup2(answers[1], k_answers);
        ::execv(browser, argv);
        ::_exit(2);
    }
    ::close(commands[0]);
    ::close(answers[1]);
    pass_on(commands[1], answers[0], lose_releases(argc, argv));
}
