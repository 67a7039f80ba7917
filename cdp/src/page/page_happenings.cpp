// What happens to a page: dialogs, the console, messages of the page script, drags, file choosers.
#include <reprise/cdp/page_target.hpp>

#include <utility>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/cdp/protocol/input.hpp>
#include <reprise/cdp/protocol/page.hpp>

#include "page/page_core.hpp"
#include "page/script_run.hpp"

namespace reprise::cdp {
namespace json = boost::json;

std::uint64_t PageTarget::answer_next_dialog(DialogAnswer answer) const {
    return core_->read([&] {
        core_->next_answers.emplace(++core_->answers_given, std::move(answer));
        return core_->answers_given;
    });
}

void PageTarget::take_back_answer(std::uint64_t number) const {
    core_->read([&] { core_->next_answers.erase(number); });
}

std::vector<Dialog> PageTarget::dialogs() const {
    return core_->read([this] { return core_->dialogs; });
}

void PageTarget::wait_for_dialogs(std::size_t count, Deadline deadline) const {
    core_->wait(deadline, "no dialog was shown", [&] { return core_->dialogs.size() >= count; });
}

std::vector<ConsoleMessage> PageTarget::console_messages() const {
    return core_->read([this] { return core_->console.messages(); });
}

std::vector<PageError> PageTarget::page_errors() const {
    return core_->read([this] { return core_->console.errors(); });
}

std::string PageTarget::wait_for_message(std::string_view token, Deadline deadline) const {
    std::string message;
    core_->wait(deadline, "the page script sent no message", [&] {
        const auto found = core_->messages.find(token);
        if (found == core_->messages.end()) return false;
        message = std::move(found->second);
        core_->messages.erase(found);
        return true;
    });
    return message;
}

std::optional<std::string> PageTarget::take_message(std::string_view token) const {
    return core_->read([&]() -> std::optional<std::string> {
        const auto found = core_->messages.find(token);
        if (found == core_->messages.end()) return std::nullopt;
        auto message = std::move(found->second);
        core_->messages.erase(found);
        return message;
    });
}

void PageTarget::intercept_drags(Deadline deadline) const {
    session().send(input::SetInterceptDrags{.enabled = true}, deadline);
    core_->read([this] { core_->drag_data.reset(); });
}

std::map<std::string, std::string> PageTarget::style_sheets() const {
    return core_->read([this] { return core_->style_sheets; });
}

void PageTarget::forget_style_sheets() const {
    core_->read([this] { core_->style_sheets.clear(); });
}

std::optional<json::value> PageTarget::take_drag_data(Deadline deadline) const {
    session().send(page::Enable{}, deadline);  // flush: the event comes before the answer
    return core_->read([this] { return std::exchange(core_->drag_data, std::nullopt); });
}

void PageTarget::intercept_file_choosers(bool on, Deadline deadline) const {
    core_->await_set_up(deadline);
    core_->intercept_file_choosers(on, deadline);
}

std::vector<FileChooserOpened> PageTarget::file_choosers() const {
    return core_->read([this] { return core_->file_choosers; });
}

FileChooserOpened PageTarget::wait_for_file_chooser(std::size_t count, Deadline deadline) const {
    core_->wait(deadline, "no file chooser was opened", [&] { return core_->file_choosers.size() > count; });
    return core_->read([&] { return core_->file_choosers[count]; });
}

RemoteHandle PageTarget::node(const FrameId& frame, int backend_node, Deadline deadline) const {
    const auto context = context_of(*core_, frame, World::isolated, deadline);
    const auto session = core_->session(context.session);
    try {
        const auto resolved =
            session.send(dom::ResolveNode{.backendNodeId = backend_node, .executionContextId = context.id}, deadline);
        return RemoteHandle{resolved.object.objectId.value_or(""), session};
    } catch (const ProtocolError&) {
        throw DocumentGone("the node has gone with its document");
    }
}

}  // namespace reprise::cdp
