#include <atomic>
#include <string>
#include <utility>

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
    BrowserEngine(const cdp::LaunchOptions& launch, std::string hosts, const EngineSurroundings& surroundings)
        : hosts_{std::move(hosts)},
          browsers_{launch, surroundings.slots},
          memory_{nullptr},  // jobs of one user must not teach those of another
          rows_{surroundings.events,
                {.output = surroundings.output,
                 .memory = &memory_,
                 .browser = [this](int slot) { return browsers_.get(slot); },
                 .interrupted = [this] { return interrupted_.load(); }}} {}
    ~BrowserEngine() override { browsers_.close(); }

    reporters::TestResult run(const PlannedTest& test, int slot) override {
        auto result = rows_.run(test, slot);
        auto& failure = result.attempts.back().failure;
        // Chromium says of a host that it must not visit that there is none.
        if (failure && failure->message.find("net::ERR_NAME_NOT_RESOLVED") != std::string::npos) {
            failure->message += "\n  this worker visits " + hosts_ + " (--allow-host)";
        }
        return result;
    }
    void interrupt() override {
        interrupted_ = true;
        browsers_.close();
    }

private:
    const std::string hosts_;
    std::atomic<bool> interrupted_{false};
    BrowserPool browsers_;
    HealingMemory memory_;
    const RowRunner rows_;
};

}  // namespace

MakeRowEngine browser_engine(const WorkerOptions& options, const HostRules& hosts) {
    return [launch = launch_options(options, hosts), shown = hosts.shown()](const EngineSurroundings& surroundings) {
        return std::make_unique<BrowserEngine>(launch, shown, surroundings);
    };
}

void check_browser(const WorkerOptions& options, const HostRules& hosts) {
    cdp::Browser::launch(launch_options(options, hosts)).close();
}

}  // namespace reprise::runner
