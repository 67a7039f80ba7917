#include <atomic>

#include <reprise/cdp/error.hpp>

#include "engine/browser_pool.hpp"
#include "engine/row_runner.hpp"
#include "healing/memory.hpp"
#include "worker/row_engine.hpp"

namespace reprise::runner {
namespace {

cdp::LaunchOptions launch_options(const WorkerOptions& options, const HostRules& hosts) {
    return {.executable = options.browser,
            .sandbox = options.no_sandbox ? cdp::Sandbox::off : cdp::Sandbox::automatic,
            .extra_switches = hosts.browser_switches()};
}

class BrowserEngine : public RowEngine {
public:
    BrowserEngine(const cdp::LaunchOptions& launch, const EngineSurroundings& surroundings)
        : browsers_{launch, surroundings.slots},
          memory_{nullptr},  // jobs of one user must not teach those of another
          rows_{surroundings.events,
                {.output = surroundings.output,
                 .memory = &memory_,
                 .browser = [this](int slot) { return browsers_.get(slot); },
                 .interrupted = [this] { return interrupted_.load(); }}} {}
    ~BrowserEngine() override { browsers_.close(); }

    reporters::TestResult run(const PlannedTest& test, int slot) override { return rows_.run(test, slot); }
    void interrupt() override {
        interrupted_ = true;
        browsers_.close();
    }

private:
    std::atomic<bool> interrupted_{false};
    BrowserPool browsers_;
    HealingMemory memory_;
    const RowRunner rows_;
};

}  // namespace

MakeRowEngine browser_engine(const WorkerOptions& options, const HostRules& hosts) {
    return [launch = launch_options(options, hosts)](const EngineSurroundings& surroundings) {
        return std::make_unique<BrowserEngine>(launch, surroundings);
    };
}

void check_browser(const WorkerOptions& options, const HostRules& hosts) {
    cdp::Browser::launch(launch_options(options, hosts)).close();
}

}  // namespace reprise::runner
