// Profiler, Debugger and CSS, as far as coverage needs them. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp {

namespace profiler {

struct Enable {
    static constexpr std::string_view method = "Profiler.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct Disable {
    static constexpr std::string_view method = "Profiler.disable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Disable, (), ())

struct StartPreciseCoverage {
    static constexpr std::string_view method = "Profiler.startPreciseCoverage";
    using Result = Nothing;
    std::optional<bool> callCount{};
    std::optional<bool> detailed{};
};
BOOST_DESCRIBE_STRUCT(StartPreciseCoverage, (), (callCount, detailed))

struct CoverageRange {
    int startOffset{};  // UTF-16 code units
    int endOffset{};
    int count{};
};
BOOST_DESCRIBE_STRUCT(CoverageRange, (), (startOffset, endOffset, count))

struct FunctionCoverage {
    std::vector<CoverageRange> ranges{};
};
BOOST_DESCRIBE_STRUCT(FunctionCoverage, (), (ranges))

struct ScriptCoverage {
    std::string scriptId{};
    std::string url{};
    std::vector<FunctionCoverage> functions{};
};
BOOST_DESCRIBE_STRUCT(ScriptCoverage, (), (scriptId, url, functions))

struct TakePreciseCoverage {
    static constexpr std::string_view method = "Profiler.takePreciseCoverage";
    struct Result {
        std::vector<ScriptCoverage> result{};
    };
};
BOOST_DESCRIBE_STRUCT(TakePreciseCoverage, (), ())
BOOST_DESCRIBE_STRUCT(TakePreciseCoverage::Result, (), (result))

struct StopPreciseCoverage {
    static constexpr std::string_view method = "Profiler.stopPreciseCoverage";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(StopPreciseCoverage, (), ())

}  // namespace profiler

namespace debugger {

struct Enable {
    static constexpr std::string_view method = "Debugger.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct Disable {
    static constexpr std::string_view method = "Debugger.disable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Disable, (), ())

struct SetSkipAllPauses {
    static constexpr std::string_view method = "Debugger.setSkipAllPauses";
    using Result = Nothing;
    bool skip{};
};
BOOST_DESCRIBE_STRUCT(SetSkipAllPauses, (), (skip))

struct GetScriptSource {
    static constexpr std::string_view method = "Debugger.getScriptSource";
    struct Result {
        std::string scriptSource{};
    };
    std::string scriptId{};
};
BOOST_DESCRIBE_STRUCT(GetScriptSource, (), (scriptId))
BOOST_DESCRIBE_STRUCT(GetScriptSource::Result, (), (scriptSource))

}  // namespace debugger

namespace css {

struct Enable {
    static constexpr std::string_view method = "CSS.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct Disable {
    static constexpr std::string_view method = "CSS.disable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Disable, (), ())

struct StartRuleUsageTracking {
    static constexpr std::string_view method = "CSS.startRuleUsageTracking";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(StartRuleUsageTracking, (), ())

struct RuleUsage {
    std::string styleSheetId{};
    double startOffset{};  // UTF-16 code units
    double endOffset{};
    bool used{};
};
BOOST_DESCRIBE_STRUCT(RuleUsage, (), (styleSheetId, startOffset, endOffset, used))

struct StopRuleUsageTracking {
    static constexpr std::string_view method = "CSS.stopRuleUsageTracking";
    struct Result {
        std::vector<RuleUsage> ruleUsage{};
    };
};
BOOST_DESCRIBE_STRUCT(StopRuleUsageTracking, (), ())
BOOST_DESCRIBE_STRUCT(StopRuleUsageTracking::Result, (), (ruleUsage))

struct GetStyleSheetText {
    static constexpr std::string_view method = "CSS.getStyleSheetText";
    struct Result {
        std::string text{};
    };
    std::string styleSheetId{};
};
BOOST_DESCRIBE_STRUCT(GetStyleSheetText, (), (styleSheetId))
BOOST_DESCRIBE_STRUCT(GetStyleSheetText::Result, (), (text))

}  // namespace css
}  // namespace reprise::cdp
