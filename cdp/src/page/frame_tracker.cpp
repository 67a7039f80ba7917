#include "page/frame_tracker.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;

FrameTracker::FrameTracker(FrameId main, std::string session, std::string world)
    : main_{std::move(main)}, world_{std::move(world)} {
    auto& frame = get(main_);
    frame.told = true;
    frame.session = std::move(session);
    frame.info.url = "about:blank";
}

FrameTracker::Frame& FrameTracker::get(const FrameId& id) {
    const auto [found, is_new] = frames_.try_emplace(id);
    if (is_new) {
        found->second.info.id = id;
        order_.push_back(id);
    }
    return found->second;
}

bool FrameTracker::on_event(const std::string& session, std::string_view method, const json::object& params) {
    const auto frame_id = string_member(params, "frameId");
    if (method == "Page.lifecycleEvent") {
        on_lifecycle(params);
    } else if (method == "Page.domContentEventFired" || method == "Page.loadEventFired") {
        on_document_event(session, method == "Page.loadEventFired");
    } else if (method == "Page.frameAttached") {
        auto& frame = get(frame_id);
        frame.info.parent = string_member(params, "parentFrameId");
        frame.session = session;
        note_attached(frame);
    } else if (method == "Page.frameDetached") {
        // A swap moves the frame to another process: it stays, its children go; not those that it has in the new
        // process, which may have told of them already.
        if (string_member(params, "reason") == "swap") {
            remove_children(frame_id, &session);
        } else {
            remove(frame_id);
        }
    } else if (method == "Page.frameNavigated") {
        if (const auto* frame = object_member(params, "frame")) on_frame_navigated(session, *frame);
    } else if (method == "Page.navigatedWithinDocument") {
        if (const auto frame = frames_.find(frame_id); frame != frames_.end()) {
            frame->second.info.url = string_member(params, "url");
            note(FrameEvent::Kind::navigated, frame->second);
        }
        if (frame_id == main_) {
            forget_request();  // another document that is on its way still comes
            ++moves_;
        }
    } else if (method == "Page.frameRequestedNavigation") {
        if (frame_id == main_ && string_member(params, "disposition") == "currentTab" &&
            navigation_ == Navigation::none) {
            navigation_ = Navigation::requested;
            asked_in_load_ = loading_;
        }
    } else if (method == "Page.frameStartedNavigating") {
        const auto type = string_member(params, "navigationType");
        if (type != "sameDocument" && type != "historySameDocument" && frames_.contains(frame_id)) {
            auto& frame = get(frame_id);
            frame.started_loader = string_member(params, "loaderId");
            frame.started_url = string_member(params, "url");
            if (frame_id == main_) {
                navigation_ = Navigation::started;
                keep_order(frame.started_loader);
            }
        }
    } else if (method == "Page.frameStartedLoading") {
        if (frame_id == main_) loading_ = true;
    } else if (method == "Page.frameStoppedLoading") {
        if (frame_id == main_) on_stopped_loading();
    } else if (method == "Runtime.executionContextCreated") {
        if (const auto* context = object_member(params, "context")) on_context_created(session, *context);
    } else if (method == "Runtime.executionContextDestroyed") {
        drop_context(session, static_cast<int>(number_member(params, "executionContextId")));
    } else if (method == "Runtime.executionContextsCleared") {
        drop_context(session, std::nullopt);
    } else {
        return false;
    }
    return true;
}

void FrameTracker::note(FrameEvent::Kind kind, const Frame& frame) {
    if (notes_events_) events_.push_back({kind, frame.info});
}

void FrameTracker::note_attached(Frame& frame) {
    if (!std::exchange(frame.told, true)) note(FrameEvent::Kind::attached, frame);
}

void FrameTracker::note_document(Frame& frame) {
    if (frame.told_loader == frame.info.loader) return;
    frame.told_loader = frame.info.loader;
    note_attached(frame);
    note(FrameEvent::Kind::navigated, frame);
}

// The frame's document has been parsed, or has loaded.
void FrameTracker::progress(Frame& frame, bool loaded) {
    const bool is_main = frame.info.id == main_;
    if (is_main) note_document(frame);  // nobody asked for the first document of another frame
    if (!std::exchange(frame.dom_content_loaded, true) && is_main) note(FrameEvent::Kind::dom_content_loaded, frame);
    if (loaded && !std::exchange(frame.loaded, true) && is_main) note(FrameEvent::Kind::load, frame);
}

// What stops may be the document that was there when another one was asked for.
void FrameTracker::on_stopped_loading() {
    loading_ = false;
    const bool of_the_one_before = navigation_ == Navigation::requested && std::exchange(asked_in_load_, false);
    if (!of_the_one_before) navigation_ = Navigation::none;
}

void FrameTracker::keep_order(const std::string& loader) {
    constexpr std::size_t k_most_begun = 32;
    if (std::ranges::find(begun_, loader) != begun_.end()) return;
    begun_.push_back(loader);
    if (begun_.size() > k_most_begun) begun_.pop_front();
}

bool FrameTracker::superseded(const std::string& loader) const {
    const auto ours = std::ranges::find(begun_, loader);
    if (ours == begun_.end()) return true;  // long ago
    return std::find(std::next(ours), begun_.end(), frames_.at(main_).info.loader) != begun_.end();
}

// A new document is told twice: by the lifecycle's "init", and by Page.frameNavigated, which knows more but is not sent
// for a navigation that overtakes the enabling of the page domain in a renderer that is still starting.
void FrameTracker::replace_document(Frame& frame, const std::string& loader) {
    if (frame.info.loader == loader) return;
    commit(frame, loader);
    remove_children(frame.info.id);
}

void FrameTracker::commit(Frame& frame, const std::string& loader) {
    // One that began earlier: the page of an error comes while the next navigation is on its way already.
    const bool another_to_come = !frame.started_loader.empty() && frame.started_loader != loader &&
                                 frame.started_loader != frame.info.loader &&
                                 std::ranges::find(begun_, loader) != begun_.end();
    frame.info.loader = loader;
    if (frame.started_loader == loader) frame.info.url = frame.started_url;
    frame.lifecycle_loader = loader;
    frame.dom_content_loaded = frame.loaded = false;
    if (frame.info.id == main_) {
        if (!another_to_come) navigation_ = Navigation::none;
        keep_order(loader);
        ++commits_;
    }
}

void FrameTracker::on_frame_navigated(const std::string& session, const json::object& navigated) {
    auto& frame = get(string_member(navigated, "id"));
    frame.session = session;
    if (auto parent = string_member(navigated, "parentId"); !parent.empty()) frame.info.parent = std::move(parent);
    replace_document(frame, string_member(navigated, "loaderId"));
    frame.info.url = string_member(navigated, "url") + string_member(navigated, "urlFragment");
    frame.info.name = string_member(navigated, "name");
    note_document(frame);
    if (auto origin = string_member(navigated, "securityOrigin"); origin.starts_with("http")) {
        origins_.insert(std::move(origin));
    }
}

void FrameTracker::adopt(const std::string& session, const json::object& tree) {
    if (const auto* told = object_member(tree, "frame")) {
        auto& frame = get(string_member(*told, "id"));
        const auto loader = string_member(*told, "loaderId");
        const bool is_newer = !frame.info.loader.empty() && frame.info.loader != loader;
        frame.told = true;  // was there before anybody could listen
        if (!is_newer) frame.told_loader = loader;
        if (frame.session.empty()) frame.session = session;
        if (frame.info.parent.empty()) frame.info.parent = string_member(*told, "parentId");
        if (frame.info.loader.empty()) frame.info.loader = frame.lifecycle_loader = loader;
        // Of a frame in another process the address is known, from its target, but not this.
        if (!is_newer && frame.info.name.empty()) frame.info.name = string_member(*told, "name");
        if (!is_newer && (frame.info.url.empty() || frame.info.url == "about:blank")) {
            frame.info.url = string_member(*told, "url") + string_member(*told, "urlFragment");
            if (auto origin = string_member(*told, "securityOrigin"); origin.starts_with("http")) {
                origins_.insert(std::move(origin));
            }
        }
    }
    const auto* children = tree.if_contains("childFrames");
    if (children == nullptr || !children->is_array()) return;
    for (const auto& child : children->get_array()) {
        if (child.is_object()) adopt(session, child.get_object());
    }
}

void FrameTracker::on_lifecycle(const json::object& params) {
    const auto id = string_member(params, "frameId");
    if (!frames_.contains(id)) return;
    auto& frame = get(id);
    const auto name = string_member(params, "name");
    const auto loader = string_member(params, "loaderId");
    if (name == "init" || loader == frame.started_loader) {
        replace_document(frame, loader);
    } else if (frame.info.loader.empty()) {
        // Was there before anybody listened, and so may its children have been: those of other processes can answer
        // before it does.
        commit(frame, loader);
    }
    if (loader != frame.lifecycle_loader) return;
    if (name == "DOMContentLoaded" || name == "load") progress(frame, name == "load");
}

// Told without frame and loader: of the session's own document. Only the main frame's is asked for.
void FrameTracker::on_document_event(const std::string& session, bool loaded) {
    auto& frame = get(main_);
    if (frame.session == session) progress(frame, loaded);
}

void FrameTracker::on_context_created(const std::string& session, const json::object& context) {
    const auto* data = object_member(context, "auxData");
    if (data == nullptr) return;
    const auto frame_id = string_member(*data, "frameId");
    if (frame_id.empty()) return;
    auto& frame = get(frame_id);
    // During a swap the old process may still announce contexts: the frame's own session decides.
    if (!frame.session.empty() && frame.session != session) return;
    Context entry{session, string_member(context, "uniqueId"), static_cast<int>(number_member(context, "id"))};
    if (bool_member(*data, "isDefault")) {
        frame.page_context = std::move(entry);
    } else if (string_member(context, "name") == world_) {
        frame.isolated_context = std::move(entry);
    }
}

void FrameTracker::drop_context(const std::string& session, std::optional<int> id) {
    const auto drop = [&](std::optional<Context>& context) {
        if (context && context->session == session && (!id || context->id == *id)) context.reset();
    };
    for (auto& [key, frame] : frames_) {
        drop(frame.page_context);
        drop(frame.isolated_context);
    }
}

void FrameTracker::attach_remote(const FrameId& id, const FrameId& parent, const std::string& session,
                                 const std::string& url) {
    auto& frame = get(id);
    if (frame.info.parent.empty() && id != main_) frame.info.parent = parent;
    frame.session = session;
    frame.info.url = url;
    frame.page_context.reset();
    frame.isolated_context.reset();
}

void FrameTracker::detach_session(const std::string& session) {
    drop_context(session, std::nullopt);
    for (auto& [id, frame] : frames_) {
        if (frame.session == session && id != main_) frame.session.clear();
    }
}

void FrameTracker::remove(const FrameId& id) {
    remove_children(id);
    if (id == main_) return;
    if (const auto frame = frames_.find(id); frame != frames_.end() && frame->second.told) {
        note(FrameEvent::Kind::detached, frame->second);
    }
    frames_.erase(id);
    std::erase(order_, id);
}

void FrameTracker::remove_children(const FrameId& id, const std::string* session) {
    std::vector<FrameId> children;
    for (const auto& [key, frame] : frames_) {
        if (frame.info.parent == id && (session == nullptr || frame.session == *session)) children.push_back(key);
    }
    for (const auto& child : children) remove(child);
}

std::vector<FrameInfo> FrameTracker::frames() const {
    // As they were told of; but of an adopted page those within frames may be told first.
    std::vector<FrameInfo> result;
    std::set<FrameId> listed;
    std::size_t before = 0;
    do {
        before = result.size();
        for (const auto& id : order_) {
            const auto& info = frames_.at(id).info;
            const bool parent_is_due = frames_.contains(info.parent) && !listed.contains(info.parent);
            if (!parent_is_due && listed.insert(id).second) result.push_back(info);
        }
    } while (result.size() > before && result.size() < order_.size());
    return result;
}

std::optional<FrameInfo> FrameTracker::frame(const FrameId& id) const {
    const auto found = frames_.find(id);
    return found == frames_.end() ? std::nullopt : std::optional{found->second.info};
}

std::optional<FrameTracker::Context> FrameTracker::context(const FrameId& id, World world) const {
    const auto found = frames_.find(id);
    if (found == frames_.end()) return std::nullopt;
    return world == World::page ? found->second.page_context : found->second.isolated_context;
}

std::string FrameTracker::session_of(const FrameId& id) const {
    const auto found = frames_.find(id);
    return found == frames_.end() ? std::string() : found->second.session;
}

bool FrameTracker::reached(const FrameId& id, LoadState state) const {
    const auto found = frames_.find(id);
    if (found == frames_.end()) return false;
    const auto& frame = found->second;
    switch (state) {
        case LoadState::commit:
            return !frame.info.loader.empty();
        case LoadState::dom_content_loaded:
            return frame.dom_content_loaded;
        default:
            return frame.loaded;
    }
}

}  // namespace reprise::cdp
