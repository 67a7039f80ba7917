// Requests of a context's pages that are held until they are answered.
//
// A listener is told of each; the answer is a command of protocol/fetch.hpp on the request's session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <reprise/cdp/session.hpp>

namespace reprise::cdp {

// Which requests are held. Patterns are Chromium's: `*` any text, `?` any one character, `\\` before either of them
// takes it literally. What matches none is never held.
struct InterceptionRules {
    struct Held {
        std::vector<std::string> patterns{};
        // The cache is off: else what the renderer still has in memory is not asked for, and so not held.
        bool past_cache{};
    };
    Held all{};                           // pages
    std::map<std::string, Held> pages{};  // further ones, by PageTarget::id()
    bool credentials{};                   // a server's question for credentials is handed over, too
};

struct PausedRequest {
    Session session;   // answer here
    std::string id;    // `requestId` of the answer
    std::string page;  // PageTarget::id(), of frames in other processes, too
    std::string url;   // without the fragment
    std::string method{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::optional<std::string> body{};
    std::string frame{};       // FrameId; its own navigation's, too
    std::string network_id{};  // for Network.getRequestPostData
    bool body_left_out{};      // there is one, and it was too large to be sent along
    // Of its page's workers: of a request of theirs, one of these sessions knows the body that was left out.
    std::vector<Session> workers{};
    std::string resource_type{};  // "Document", "XHR", "Preflight", ...
    // The server has answered, and what it said is held: of a request that was continued with interceptResponse.
    struct Answer {
        int status{};
        std::string status_text{};
        std::vector<std::pair<std::string, std::string>> headers{};
        std::string failure{};  // Chromium's reason, "ConnectionRefused": there is no answer
    };
    std::optional<Answer> answer{};
};

class RequestListener {
public:
    RequestListener() = default;
    RequestListener(const RequestListener&) = delete;
    RequestListener& operator=(const RequestListener&) = delete;
    virtual ~RequestListener() = default;
    // On the I/O thread, which must not wait: posting commands is fine, waiting for their answers is not.
    virtual void on_request_on_io_thread(PausedRequest request) = 0;
    // Only with InterceptionRules::credentials; to be answered by Fetch.continueWithAuth.
    enum class Asking { server, proxy };
    virtual void on_credentials_on_io_thread(const Session& session, const std::string& id, Asking asking) = 0;
    // Requests that will be held no more: this one (PausedRequest::network_id), which its page gave up or which failed,
    // those of a document that was replaced in its frame, or removed with it, or all of a session that has ended.
    virtual void on_loss_on_io_thread(const std::string& network_id) = 0;
    virtual void on_document_gone_on_io_thread(const std::string& frame) = 0;
    virtual void on_end_on_io_thread(const std::string& session) = 0;
};

}  // namespace reprise::cdp
