// What is known of a page's frames at one moment.
#pragma once

#include <string>

namespace reprise::cdp {

using FrameId = std::string;  // Chromium's own; stays the same when a frame changes process

struct FrameInfo {
    FrameId id;
    FrameId parent;      // empty: the main frame
    std::string loader;  // changes with each document; empty until the first is known
    std::string url;
    std::string name;
};

// What has happened to a frame, and how it was known then.
struct FrameEvent {
    enum class Kind {
        attached,
        navigated,           // shows another document, or the same one at another address
        dom_content_loaded,  // of the main frame only, as `load`
        load,
        detached,
    };
    Kind kind{};
    FrameInfo frame{};
};

// How far a document has come. Each state includes those before it.
enum class LoadState {
    commit,              // the response has begun and the old document is gone
    dom_content_loaded,  // parsed
    load,                // with its pictures and styles
    network_idle,        // and no request in flight for 500 ms
};

// In which JavaScript world a script runs.
enum class World {
    page,      // the page's own: sees its variables, and may be deceived by it
    isolated,  // ours: same DOM, own built-ins, invisible to the page
};

}  // namespace reprise::cdp
