// Functions that are told what happens to a page, or to all pages of a context, as it happens.
//
//     std::vector<std::string> errors;
//     auto listening = page.listen({.page_error = [&](const cdp::PageError& error) {
//         errors.push_back(error.message);
//     }});
//     page.get_by_role(Role::button, {.name = "Pay"}).click();
//     listening.stop();  // before `errors` is read: until then it is written by the listening's own thread
//     EXPECT_THAT(errors, IsEmpty());
//
// What has happened is kept as well (Page::console_messages(), page_errors(), requests(), dialogs()) and can be waited
// for (Page::wait_for_...): most tests need nothing of this. Like Playwright's page.on(...), except that one object
// holds all functions, and its end takes them back.
//
// Thread contract: each Listening has a thread of its own, which runs its functions one after the other, in the order
// of the events, beside the test: what they write may be read after stop(), or under a lock. They must not call into
// the page or context that they listen to; the page that `popup` is given is theirs alone. What they throw is thrown as
// RouteError by the next call on a page of the context, and so is it when more than 10,000 events wait for them: those
// beyond are not told. A Listening is a handle of its context, as a page is: it keeps the context open.
#pragma once

#include <functional>
#include <memory>

#include <reprise/cdp/console.hpp>
#include <reprise/cdp/dialog.hpp>
#include <reprise/cdp/download.hpp>
#include <reprise/cdp/frame_tree.hpp>
#include <reprise/cdp/network.hpp>
#include <reprise/cdp/web_socket.hpp>

namespace reprise::locators {

class ListeningState;
class Page;
class Worker;

// Any of these; what is left out is not told. Events of frames and dedicated workers are the page's.
struct Listener {
    std::function<void(const cdp::ConsoleMessage&)> console{};
    std::function<void(const cdp::PageError&)> page_error{};  // what nothing in the page caught
    // A request of the network, or one hop of it, as far as it has come: sent; answered, by its headers; ended.
    std::function<void(const cdp::NetworkRequest&)> request{};
    std::function<void(const cdp::NetworkRequest&)> response{};
    std::function<void(const cdp::NetworkRequest&)> request_finished{};
    std::function<void(const cdp::NetworkRequest&)> request_failed{};
    // Has been answered, by Page::wait_for_dialog() or the rule: see Page::answer_dialogs().
    std::function<void(const cdp::Dialog&)> dialog{};
    std::function<void(const cdp::Download&)> download{};           // begins
    std::function<void(const cdp::WebSocketRecord&)> web_socket{};  // is being opened
    std::function<void(const Worker&)> worker{};                    // has begun
    // Frames that come, go, and show another document or the same one at another address; the page's main frame
    // (FrameInfo::parent is empty) only does the last. FrameInfo is as it was then.
    std::function<void(const cdp::FrameInfo&)> frame_attached{};
    std::function<void(const cdp::FrameInfo&)> frame_navigated{};
    std::function<void(const cdp::FrameInfo&)> frame_detached{};
    // How far a document that the page has gone to has come: parsed; loaded. Page::set_content() tells nothing.
    std::function<void(const cdp::FrameInfo&)> dom_content_loaded{};
    std::function<void(const cdp::FrameInfo&)> load{};
    // That the page has opened; of a context: any new page.
    std::function<void(const Page&)> popup{};
    std::function<void(const Page&)> close{};  // has gone; also after `crash`
    std::function<void(const Page&)> crash{};
};

// Listens as long as it lives. Movable; one thread at a time.
class [[nodiscard]] Listening {
public:
    explicit Listening(std::shared_ptr<ListeningState> state) noexcept : state_{std::move(state)} {}
    Listening(Listening&&) noexcept = default;
    Listening& operator=(Listening&& other) noexcept;
    ~Listening();  // as stop(); what it throws is thrown by the next call on a page of the context

    // What has happened until now is handed to the functions; then they are let go, and none of them runs any more.
    // Throws TimeoutError when that takes more than 5 s: the rest is not told; a function that does not come back
    // within 5 s more is left alone with its thread. Called by one of them, it returns at once, and nothing more is
    // told.
    void stop();

private:
    std::shared_ptr<ListeningState> state_;
};

}  // namespace reprise::locators
