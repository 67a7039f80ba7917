// DOM: nodes that scripts cannot reach by themselves (frame owners, closed shadow roots, file inputs). Members bear the
// wire's names; tests hold them against the browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/runtime.hpp>

namespace reprise::cdp::dom {

struct Enable {
    static constexpr std::string_view method = "DOM.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

struct Disable {
    static constexpr std::string_view method = "DOM.disable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Disable, (), ())

using runtime::RemoteObject;

struct GetDocument {
    static constexpr std::string_view method = "DOM.getDocument";
    struct Result {
        boost::json::value root{};
    };
    std::optional<int> depth{};
    std::optional<bool> pierce{};
};
BOOST_DESCRIBE_STRUCT(GetDocument, (), (depth, pierce))
BOOST_DESCRIBE_STRUCT(GetDocument::Result, (), (root))

struct DescribeNode {
    static constexpr std::string_view method = "DOM.describeNode";
    struct Result {
        boost::json::value node{};
    };
    std::optional<std::string> objectId{};
    std::optional<int> depth{};
    std::optional<bool> pierce{};
};
BOOST_DESCRIBE_STRUCT(DescribeNode, (), (objectId, depth, pierce))
BOOST_DESCRIBE_STRUCT(DescribeNode::Result, (), (node))

struct ResolveNode {
    static constexpr std::string_view method = "DOM.resolveNode";
    struct Result {
        RemoteObject object{};
    };
    std::optional<int> backendNodeId{};
    std::optional<int> executionContextId{};
    std::optional<std::string> objectGroup{};
};
BOOST_DESCRIBE_STRUCT(ResolveNode, (), (backendNodeId, executionContextId, objectGroup))
BOOST_DESCRIBE_STRUCT(ResolveNode::Result, (), (object))

struct GetFrameOwner {
    static constexpr std::string_view method = "DOM.getFrameOwner";
    struct Result {
        int backendNodeId{};
    };
    std::string frameId{};
};
BOOST_DESCRIBE_STRUCT(GetFrameOwner, (), (frameId))
BOOST_DESCRIBE_STRUCT(GetFrameOwner::Result, (), (backendNodeId))

struct SetFileInputFiles {
    static constexpr std::string_view method = "DOM.setFileInputFiles";
    using Result = Nothing;
    std::vector<std::string> files{};
    std::optional<std::string> objectId{};
};
BOOST_DESCRIBE_STRUCT(SetFileInputFiles, (), (files, objectId))

}  // namespace reprise::cdp::dom
