// Publishes a synthetic run, for tests that kill whoever publishes: publish_rows run|publish FOLDER ROWS. The portal is
// named by the environment.
#include <cstdio>
#include <string>

#include "portal/support/synthetic_run.hpp"

int main(int argc, char** argv) {
    using namespace reprise;
    if (argc != 4) return 2;
    const std::string what = argv[1];
    const std::filesystem::path folder = argv[2];
    const auto settings = reporters::supabase::settings_from_environment();
    const tests::SyntheticRun run{.rows = std::stoi(argv[3])};
    const auto report = what == "run" ? run.publish(folder, settings) : publish_run(folder, settings);
    for (const auto& line : report.lines()) std::puts(line.c_str());
    return report.complete() ? 0 : 1;
}
