// Runtime: scripts in a page. Members bear the wire's names; tests hold them against the browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::runtime {

struct CallArgument {
    std::optional<boost::json::value> value{};
    std::optional<std::string> objectId{};
};
BOOST_DESCRIBE_STRUCT(CallArgument, (), (value, objectId))

struct RemoteObject {
    std::string type{};
    std::optional<std::string> subtype{};
    std::optional<std::string> className{};
    std::optional<boost::json::value> value{};
    std::optional<std::string> unserializableValue{};
    std::optional<std::string> description{};
    std::optional<std::string> objectId{};
};
BOOST_DESCRIBE_STRUCT(RemoteObject, (), (type, subtype, className, value, unserializableValue, description, objectId))

struct ExceptionDetails {
    std::string text{};
    int lineNumber{};
    int columnNumber{};
    std::optional<std::string> url{};
    std::optional<RemoteObject> exception{};
};
BOOST_DESCRIBE_STRUCT(ExceptionDetails, (), (text, lineNumber, columnNumber, url, exception))

struct Enable {
    static constexpr std::string_view method = "Runtime.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct RunIfWaitingForDebugger {
    static constexpr std::string_view method = "Runtime.runIfWaitingForDebugger";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(RunIfWaitingForDebugger, (), ())

struct AddBinding {
    static constexpr std::string_view method = "Runtime.addBinding";
    using Result = Nothing;
    std::string name{};
    std::optional<std::string> executionContextName{};
};
BOOST_DESCRIBE_STRUCT(AddBinding, (), (name, executionContextName))

struct Evaluate {
    static constexpr std::string_view method = "Runtime.evaluate";
    struct Result {
        RemoteObject result{};
        std::optional<ExceptionDetails> exceptionDetails{};
    };
    std::string expression{};
    std::optional<std::string> uniqueContextId{};
    std::optional<bool> returnByValue{};
    std::optional<bool> awaitPromise{};
    std::optional<bool> userGesture{};
    std::optional<std::string> objectGroup{};
};
BOOST_DESCRIBE_STRUCT(Evaluate, (),
                      (expression, uniqueContextId, returnByValue, awaitPromise, userGesture, objectGroup))
BOOST_DESCRIBE_STRUCT(Evaluate::Result, (), (result, exceptionDetails))

struct CallFunctionOn {
    static constexpr std::string_view method = "Runtime.callFunctionOn";
    struct Result {
        RemoteObject result{};
        std::optional<ExceptionDetails> exceptionDetails{};
    };
    std::string functionDeclaration{};
    std::optional<std::string> objectId{};
    std::optional<std::vector<CallArgument>> arguments{};
    std::optional<std::string> uniqueContextId{};
    std::optional<bool> returnByValue{};
    std::optional<bool> awaitPromise{};
    std::optional<std::string> objectGroup{};
};
BOOST_DESCRIBE_STRUCT(CallFunctionOn, (),
                      (functionDeclaration, objectId, arguments, uniqueContextId, returnByValue, awaitPromise,
                       objectGroup))
BOOST_DESCRIBE_STRUCT(CallFunctionOn::Result, (), (result, exceptionDetails))

struct ReleaseObject {
    static constexpr std::string_view method = "Runtime.releaseObject";
    using Result = Nothing;
    std::string objectId{};
};
BOOST_DESCRIBE_STRUCT(ReleaseObject, (), (objectId))

struct TerminateExecution {
    static constexpr std::string_view method = "Runtime.terminateExecution";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(TerminateExecution, (), ())

}  // namespace reprise::cdp::runtime
