// A local server that speaks Anthropic's Messages API as far as Reprise uses it: it holds requests to the API's rules,
// and answers what it is told to.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/fixtures/http_server.hpp>

namespace reprise::tests {

// A message whose content is `content`.
inline boost::json::object message(boost::json::array content, const std::string& stop_reason = "tool_use") {
    return {{"id", "msg_1"},
            {"type", "message"},
            {"role", "assistant"},
            {"model", "claude-test"},
            {"content", std::move(content)},
            {"stop_reason", stop_reason},
            {"usage", {{"input_tokens", 2000}, {"output_tokens", 50}}}};
}

inline boost::json::object tool_call(boost::json::object input) {
    return {{"type", "tool_use"}, {"id", "toolu_1"}, {"name", "answer"}, {"input", std::move(input)}};
}

// The model's answer: a number or "none".
inline boost::json::object answer(boost::json::value index, const std::string& reason = "it does the same") {
    boost::json::array content;
    content.push_back(tool_call({{"index", std::move(index)}, {"reason", reason}}));
    return message(std::move(content));
}

inline fixtures::HttpResponse json_response(const boost::json::value& body, int status = 200) {
    return {.status = status, .content_type = "application/json", .body = boost::json::serialize(body)};
}

inline fixtures::HttpResponse api_error(int status, const std::string& type, const std::string& text) {
    return json_response({{"type", "error"}, {"error", {{"type", type}, {"message", text}}}}, status);
}

// Thread-safe, but for `respond`, which is set before anything is asked.
class FakeMessagesApi {
public:
    static constexpr const char* k_key = "sk-ant-test-0123456789abcdef";

    FakeMessagesApi() {
        server_.handle("POST", "/v1/messages", [this](const fixtures::HttpRequest& request) { return take(request); });
    }

    // What it answers to a request that keeps the rules; by default candidate 1.
    std::function<fixtures::HttpResponse(const boost::json::object&)> respond = [](const auto&) {
        return json_response(answer(1));
    };

    std::string base_address() const { return server_.url(""); }
    int requests() const { return server_.requests("/v1/messages"); }
    boost::json::object last() const {
        const std::lock_guard lock{mutex_};
        return last_;
    }

private:
    fixtures::HttpResponse take(const fixtures::HttpRequest& request) {
        if (request.header("x-api-key") != k_key) return api_error(401, "authentication_error", "invalid x-api-key");
        if (request.header("anthropic-version") != "2023-06-01" ||
            request.header("content-type") != "application/json") {
            return api_error(400, "invalid_request_error", "a header is missing");
        }
        boost::system::error_code error;
        const auto document = boost::json::parse(request.body, error);
        if (error || !document.is_object()) return api_error(400, "invalid_request_error", "the body is not JSON");
        const auto& body = document.get_object();
        {
            const std::lock_guard lock{mutex_};
            last_ = body;
        }
        try {
            check(body);
        } catch (const std::exception& problem) {
            return api_error(400, "invalid_request_error", problem.what());
        }
        return respond(body);
    }

    static void check(const boost::json::object& body) {
        const auto need = [](bool holds, const char* what) {
            if (!holds) throw std::runtime_error(what);
        };
        for (const auto& member : body) {
            const std::string_view name{member.key()};
            need(name == "model" || name == "max_tokens" || name == "system" || name == "messages" || name == "tools" ||
                     name == "tool_choice" || name == "temperature" || name == "thinking",
                 "an unknown member");
        }
        need(!body.at("model").as_string().empty(), "model");
        need(body.at("max_tokens").as_int64() > 0, "max_tokens");
        const auto& messages = body.at("messages").as_array();
        need(messages.size() == 1 && messages[0].at("role") == "user", "messages");
        const auto& content = messages[0].at("content").as_array();
        need(content.size() == 2 && content[0].at("type") == "image" && content[1].at("type") == "text", "content");
        const auto& source = content[0].at("source").as_object();
        need(source.at("type") == "base64" && source.at("media_type") == "image/png", "source");
        need(source.at("data").as_string().starts_with("iVBORw0KGgo"), "the picture is no PNG");
        need(!content[1].at("text").as_string().empty(), "text");
        const auto& tool = body.at("tools").as_array().at(0).as_object();
        need(tool.at("input_schema").at("type") == "object", "input_schema");
        need(body.at("tool_choice").at("type") == "tool" && body.at("tool_choice").at("name") == tool.at("name"),
             "tool_choice");
    }

    mutable std::mutex mutex_;
    boost::json::object last_{};  // guarded by mutex_
    fixtures::HttpServer server_;
};

}  // namespace reprise::tests
