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
    std::optional<boost::json::value> deepSerializedValue{};
    std::optional<std::string> objectId{};
};
BOOST_DESCRIBE_STRUCT(RemoteObject, (),
                      (type, subtype, className, value, unserializableValue, description, deepSerializedValue,
                       objectId))

struct SerializationOptions {
    std::string serialization{};  // "deep": V8 tells what it is, without help of the page's own functions
    std::optional<boost::json::value> additionalParameters{};
};
BOOST_DESCRIBE_STRUCT(SerializationOptions, (), (serialization, additionalParameters))

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
    std::optional<int> contextId{};
    std::optional<bool> returnByValue{};
    std::optional<bool> awaitPromise{};
    std::optional<bool> userGesture{};
    std::optional<std::string> objectGroup{};
    std::optional<SerializationOptions> serializationOptions{};
};
BOOST_DESCRIBE_STRUCT(Evaluate, (),
                      (expression, uniqueContextId, contextId, returnByValue, awaitPromise, userGesture, objectGroup,
                       serializationOptions))
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
    std::optional<bool> userGesture{};
    std::optional<std::string> objectGroup{};
    std::optional<SerializationOptions> serializationOptions{};
};
BOOST_DESCRIBE_STRUCT(CallFunctionOn, (),
                      (functionDeclaration, objectId, arguments, uniqueContextId, returnByValue, awaitPromise,
                       userGesture, objectGroup, serializationOptions))
BOOST_DESCRIBE_STRUCT(CallFunctionOn::Result, (), (result, exceptionDetails))

struct ReleaseObject {
    static constexpr std::string_view method = "Runtime.releaseObject";
    using Result = Nothing;
    std::string objectId{};
};
BOOST_DESCRIBE_STRUCT(ReleaseObject, (), (objectId))

struct PropertyDescriptor {
    std::string name{};
    bool enumerable{};
    std::optional<RemoteObject> value{};
};
BOOST_DESCRIBE_STRUCT(PropertyDescriptor, (), (name, enumerable, value))

struct InternalPropertyDescriptor {
    std::string name{};
    std::optional<RemoteObject> value{};
};
BOOST_DESCRIBE_STRUCT(InternalPropertyDescriptor, (), (name, value))

struct GetProperties {
    static constexpr std::string_view method = "Runtime.getProperties";
    struct Result {
        std::vector<PropertyDescriptor> result{};
        std::optional<std::vector<InternalPropertyDescriptor>> internalProperties{};
    };
    std::string objectId{};
    std::optional<bool> ownProperties{};
};
BOOST_DESCRIBE_STRUCT(GetProperties, (), (objectId, ownProperties))
BOOST_DESCRIBE_STRUCT(GetProperties::Result, (), (result, internalProperties))

struct TerminateExecution {
    static constexpr std::string_view method = "Runtime.terminateExecution";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(TerminateExecution, (), ())

}  // namespace reprise::cdp::runtime
