// `reprise worker` without a browser: what a row does is said by its data (stub_engine.hpp). Each row that begins is
// noted in the file STUB_ROWS: "<uid> <pid>". Arguments: jobs at a time, lease in seconds, further words: until-empty.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include <reprise/runner/worker.hpp>

#include "support/stub_engine.hpp"

int main(int argc, char** argv) {
    using namespace reprise;
    const char* file = std::getenv("STUB_ROWS");
    const int rows = ::open(file != nullptr ? file : "/dev/null", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto note = [rows](const runner::PlannedTest& test) {
        const auto line = fmt::format("{} {}\n", tests::StubEngine::value(test, "uid"), ::getpid());
        if (::write(rows, line.data(), line.size()) < 0) std::abort();
    };
    runner::WorkerOptions options{.portal = reporters::supabase::settings_from_environment(),
                                  .jobs = argc > 1 ? std::atoi(argv[1]) : 1,
                                  .lease = std::chrono::seconds{argc > 2 ? std::atoi(argv[2]) : 3},
                                  .hosts = {"shop.test"},
                                  .until_empty = argc > 3 && std::string(argv[3]) == "until-empty",
                                  .engine = tests::StubEngine::factory(note)};
    return static_cast<int>(runner::work(options));
}
