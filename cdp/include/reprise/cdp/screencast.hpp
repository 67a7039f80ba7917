// Pictures that the browser takes of a page as it changes: between Page.startScreencast and Page.stopScreencast.
#pragma once

#include <string>

namespace reprise::cdp {

class Session;

struct ScreencastFrame {
    std::string data{};  // of a picture file, in base64
    int number{};        // for Page.screencastFrameAck: with three frames unanswered the browser leaves out all others
    double time_s{};     // since 1970, by the browser's clock; 0: not told
};

// Told of the screencasts of a context's pages.
class ScreencastListener {
public:
    ScreencastListener() = default;
    ScreencastListener(const ScreencastListener&) = delete;
    ScreencastListener& operator=(const ScreencastListener&) = delete;
    virtual ~ScreencastListener() = default;
    // On the I/O thread, which must not wait: posting commands is fine. `page`: PageTarget::id().
    virtual void on_frame_on_io_thread(const Session& session, const std::string& page, ScreencastFrame frame) = 0;
    // The page was closed, has crashed, or is out of reach with its browser.
    virtual void on_page_end_on_io_thread(const std::string& page) = 0;
};

}  // namespace reprise::cdp
