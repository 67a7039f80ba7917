// What happens to the pages of a context, told as it happens.
#pragma once

#include <string>
#include <variant>

#include <reprise/cdp/console.hpp>
#include <reprise/cdp/dialog.hpp>
#include <reprise/cdp/download.hpp>
#include <reprise/cdp/frame_tree.hpp>
#include <reprise/cdp/network.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/web_socket.hpp>
#include <reprise/cdp/worker_target.hpp>

namespace reprise::cdp {

struct PageOpened {
    PageTarget page;
};

struct PageEnded {
    PageTarget page;
    bool crashed{};
};

struct WorkerStarted {
    PageTarget page;
    WorkerTarget worker;
};

// Dialogs have been answered; downloads have begun; WebSockets are being opened.
using PageEvent = std::variant<PageOpened, PageEnded, ConsoleMessage, PageError, Dialog, Download, WebSocketRecord,
                               WorkerStarted, FrameEvent>;

// Told of a context's pages from BrowserContext::observe() on, as long as it lives.
class PageListener {
public:
    PageListener() = default;
    PageListener(const PageListener&) = delete;
    PageListener& operator=(const PageListener&) = delete;
    virtual ~PageListener() = default;
    // On the I/O thread, which must not wait: posting commands is fine, waiting for their answers is not. `page`:
    // PageTarget::id(), empty for service workers; `session`: that of the request.
    virtual void on_network_on_io_thread(const std::string& page, const Session& session, NetworkStage stage,
                                         const NetworkRequest& request) = 0;
    // On the I/O thread, which must not wait. `page`: of a download, the one that opened a window for nothing else.
    virtual void on_page_event_on_io_thread(const std::string& page, const PageEvent& event) {
        static_cast<void>(page), static_cast<void>(event);
    }
    // Nothing more comes: the context was closed, or the browser has ended. On any thread, at most once.
    virtual void on_end(const std::string& cause) { static_cast<void>(cause); }
};

}  // namespace reprise::cdp
