// What scripts run in: a page with its frames, or a worker.
#pragma once

#include <string>

namespace reprise::cdp {

class ScriptHost {
public:
    ScriptHost() = default;
    ScriptHost(const ScriptHost&) = delete;
    ScriptHost& operator=(const ScriptHost&) = delete;
    virtual ~ScriptHost() = default;
    // `session`, one of its own, has ended under a call: throws what that means. Returns when the call's own error says
    // it best.
    virtual void throw_end_of(const std::string& session) const = 0;
};

}  // namespace reprise::cdp
