// The part of Anthropic's Messages API that a question about candidates needs: what is posted, and how strictly the
// answer is read. Pure functions; nothing is sent here.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace reprise::runner {

// What is asked: which of the numbered boxes in the picture is the recorded element.
struct ModelQuestion {
    boost::json::object target{};                   // what is known of the recorded element
    std::vector<boost::json::object> candidates{};  // in the order of their numbers, from 1
    std::string page_title{};
};

// Members that some models refuse; which, they say themselves.
struct RequestForm {
    bool temperature{true};
    bool thinking{true};
};

// `png`: bytes.
boost::json::object messages_request(const ModelQuestion& question, std::string_view png, const std::string& model,
                                     RequestForm form);

// As it is kept: the picture's hash and size in its stead.
boost::json::object without_picture(boost::json::object request, std::string_view png);

struct ModelChoice {
    std::optional<std::size_t> candidate{};  // from 0; nullopt: none of them
    std::string reason{};                    // the model's words
    int tokens{};                            // read and written; 0: not told
};

// The answer is not what was asked for; the text says how.
class BadReply : public std::runtime_error {
public:
    BadReply(const std::string& what, int tokens) : std::runtime_error(what), tokens_{tokens} {}
    int tokens() const noexcept { return tokens_; }  // were paid all the same

private:
    int tokens_;
};

// Throws BadReply for everything but exactly one call of the tool with an index that was offered, or "none".
ModelChoice read_reply(std::string_view body, std::size_t candidates);

// "invalid_request_error: `temperature` is deprecated for this model." of an error body; empty: it says nothing.
std::string error_text(std::string_view body);

}  // namespace reprise::runner
