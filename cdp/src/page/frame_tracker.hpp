// Follows a page's frames, documents, script contexts and navigations from the browser's events. Sans-I/O: events in,
// facts out. One thread at a time (PageCore holds the lock).
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/frame_tree.hpp>

namespace reprise::cdp {

class FrameTracker {
public:
    // `world`: name of the isolated world.
    FrameTracker(FrameId main, std::string session, std::string world);

    // True when the event was one of frames, contexts or navigations.
    bool on_event(const std::string& session, std::string_view method, const boost::json::object& params);
    // An out-of-process frame was attached: it lives on `session` from now on.
    void attach_remote(const FrameId& id, const FrameId& parent, const std::string& session, const std::string& url);
    void detach_session(const std::string& session);
    // Page.getFrameTree's answer. What events have told since goes before it.
    void adopt(const std::string& session, const boost::json::object& tree);

    struct Context {
        std::string session;
        std::string unique_id;
        int id{};
    };
    const FrameId& main() const noexcept { return main_; }
    std::vector<FrameInfo> frames() const;
    std::optional<FrameInfo> frame(const FrameId& id) const;
    std::optional<Context> context(const FrameId& id, World world) const;
    std::string session_of(const FrameId& id) const;  // empty: the frame has gone
    // Whether the frame's current document has reached `state` (network_idle counts as load here).
    bool reached(const FrameId& id, LoadState state) const;

    // Main frame: has a replacement of the document been asked for (by the page or by us) and not ended?
    enum class Navigation { none, requested, started };
    Navigation navigation() const noexcept { return navigation_; }
    // A request that never began is no longer waited for.
    void forget_request() noexcept {
        if (navigation_ == Navigation::requested) navigation_ = Navigation::none;
    }
    // Whether the main frame's document belongs to a navigation that began after that of `loader`, which took its
    // place. A document of an earlier one may still come, or finish to load, while `loader` is on its way.
    bool superseded(const std::string& loader) const;
    // Grows with each committed document of the main frame.
    unsigned commits() const noexcept { return commits_; }
    // Grows with each change of the main frame's address within its document.
    unsigned moves() const noexcept { return moves_; }
    // What has happened since it was last taken; nothing while nobody wants to know.
    void note_events(bool wanted) noexcept { notes_events_ = wanted; }
    std::vector<FrameEvent> take_events() { return std::exchange(events_, {}); }
    // Of web documents that any frame has shown.
    const std::set<std::string>& origins() const noexcept { return origins_; }

private:
    struct Frame {
        FrameInfo info;
        std::string session;
        std::string lifecycle_loader;
        std::string started_loader, started_url;  // the navigation under way
        bool dom_content_loaded{};
        bool loaded{};
        bool told{};              // as attached
        std::string told_loader;  // of the last document told of
        std::optional<Context> page_context;
        std::optional<Context> isolated_context;
    };
    void note(FrameEvent::Kind kind, const Frame& frame);
    void note_attached(Frame& frame);
    void note_document(Frame& frame);
    void progress(Frame& frame, bool loaded);
    void replace_document(Frame& frame, const std::string& loader);
    void commit(Frame& frame, const std::string& loader);
    void keep_order(const std::string& loader);
    void on_frame_navigated(const std::string& session, const boost::json::object& navigated);
    void on_lifecycle(const boost::json::object& params);
    void on_document_event(const std::string& session, bool loaded);
    void on_context_created(const std::string& session, const boost::json::object& context);
    void drop_context(const std::string& session, std::optional<int> id);
    void remove(const FrameId& id);
    // `session`: only those that live there; null: all.
    void remove_children(const FrameId& id, const std::string* session = nullptr);
    void on_stopped_loading();
    Frame& get(const FrameId& id);

    FrameId main_;
    std::string world_;
    std::map<FrameId, Frame> frames_;
    std::vector<FrameId> order_;
    Navigation navigation_{Navigation::none};
    bool loading_{};                 // the main frame
    bool asked_in_load_{};           // the request came while the document before it was still loading
    std::deque<std::string> begun_;  // loaders of the main frame, as they began; the last k_most_begun
    unsigned commits_{};
    unsigned moves_{};
    std::set<std::string> origins_;
    bool notes_events_{};
    std::vector<FrameEvent> events_;
};

}  // namespace reprise::cdp
