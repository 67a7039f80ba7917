#include "element_call.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/locators/error.hpp>

namespace reprise::locators {
namespace json = boost::json;
namespace {

// How much longer than the page script itself we wait for its answer: it ends its waits on time, unless the page keeps
// its main thread busy.
constexpr Milliseconds k_page_margin{800};
constexpr Milliseconds k_one_look{5'000};  // since the call began, where a look is owed
constexpr std::size_t k_most_log_lines = 30;
constexpr std::string_view k_usual_test_ids = "data-testid";  // those of the page script

}  // namespace

double number_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string string_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_true(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string checks(std::string_view list) {
    return fmt::format(R"(,"checks":[{}])", list);
}

std::string json_text(std::string_view text) {
    return json::serialize(json::string(text));
}

void release(const cdp::RemoteHandle& handle) {
    handle.session.post_raw("Runtime.releaseObject", fmt::format(R"({{"objectId":{}}})", json_text(handle.object_id)));
}

ElementCall::ElementCall(const Scope& scope, std::string_view call, cdp::Deadline deadline)
    : page_{scope.page_},
      links_{scope.links_},
      root_{scope.frame_.empty() ? page_->target.main_frame() : scope.frame_},
      text_{text_of(scope, call)},
      place_{scope.place_},
      deadline_{deadline},
      start_{cdp::Deadline::Clock::now()} {
    page_->throw_route_errors();
}

ElementCall::~ElementCall() {
    if (armed_) above_.push_back(last_frame_);
    for (auto& frame : above_) {
        auto& left = page_->left_watches;
        if (std::ranges::find(left, frame) == left.end()) left.push_back(std::move(frame));
    }
}

cdp::Deadline ElementCall::answer_by() const {
    const auto usual = deadline_.plus(k_page_margin);
    if (!patient_) return usual;
    const auto longest = cdp::Deadline::after(k_one_look - Milliseconds{elapsed_ms()});
    return longest.at() > usual.at() ? longest : usual;
}

long ElementCall::elapsed_ms() const {
    return std::chrono::duration_cast<Milliseconds>(cdp::Deadline::Clock::now() - start_).count();
}

void ElementCall::note(std::string_view text) {
    if (log_.size() < k_most_log_lines) log_.push_back({.ms = elapsed_ms(), .text = std::string(text)});
}

void ElementCall::keep_log(const json::object& answer) {
    const auto* log = answer.if_contains("log");
    if (log == nullptr || !log->is_array()) return;
    for (const auto& entry : log->get_array()) {
        if (!entry.is_object() || log_.size() >= k_most_log_lines) continue;
        const auto& line = entry.get_object();
        log_.push_back({.ms = std::lround(number_of(line, "ms")),
                        .text = string_of(line, "text"),
                        .count = static_cast<long>(number_of(line, "count"))});
    }
}

void ElementCall::keep_surroundings(const json::object& answer) {
    const auto* lines = answer.if_contains("around");
    if (lines == nullptr || !lines->is_array()) return;
    around_.clear();
    for (const auto& line : lines->get_array()) {
        if (line.is_string()) around_.emplace_back(line.get_string());
    }
}

std::string ElementCall::explain(std::string_view headline) const {
    std::string text = fmt::format("{}: {}", text_, headline);
    for (const auto& line : log_) {
        text += fmt::format("\n  {:<8} {}", fmt::format("{} ms", line.ms), line.text);
        if (line.count > 1) text += fmt::format(" (checked {} times)", line.count);
    }
    text += "\n  page     " + page_->target.url();
    for (std::size_t i = 0; i < around_.size(); ++i) text += (i == 0 ? "\n  aria     " : "\n           ") + around_[i];
    return text;
}

ElementCall::Place ElementCall::enter_frames(bool wait) {
    Place place{root_, "["};
    for (const auto& link : links_) {
        if (!link.part.empty()) {
            if (place.chain.size() > 1) place.chain += ',';
            place.chain += link.part;
            continue;
        }
        place.chain += ']';
        auto answer = run_knowing_roots(place, "act", R"("action":"hold")", wait);
        if (!is_true(answer, "ok")) {
            place.refusal = std::move(answer);
            return place;
        }
        const auto owner = held(place.frame);
        const auto inner = page_->target.content_frame(owner, answer_by());
        release(owner);
        if (!inner) throw ActionError(explain("the element found is no frame"));
        place = {*inner, "["};
    }
    place.chain += ']';
    return place;
}

json::object ElementCall::run_knowing_roots(const Place& place, std::string_view function, std::string_view arguments,
                                            bool wait) {
    auto answer = run(place, function, arguments, wait);
    if (string_of(answer, "error") != "closed_roots") return answer;
    roots_known_.push_back(place.frame);
    page_->target.for_each_closed_shadow_root(place.frame, "function(host, root) { reprise.adopt(host, root); }",
                                              answer_by());
    return run(place, function, arguments, wait);
}

json::object ElementCall::run(const Place& place, std::string_view function, std::string_view arguments, bool wait) {
    const bool roots_known = std::ranges::find(roots_known_, place.frame) != roots_known_.end();
    const bool handled = page_->wants_handlers() && (function == "act" || function == "expect");
    const auto patience_ms = !wait ? 0 : (handled ? patience(place.frame) : deadline_.remaining()).count();
    auto expression =
        fmt::format("reprise.{}({{chain:{},timeout_ms:{},report_closed:{}{}{}{}", function, place.chain, patience_ms,
                    !roots_known, handled ? handlers_json(place.frame) : "", arguments.empty() ? "" : ",", arguments);
    // For the locators that errors suggest.
    const auto& test_ids = page_->options.test_id_attribute;
    if (test_ids != k_usual_test_ids) expression += ",test_id_attribute:" + json_text(test_ids);
    expression += "})";
    auto answer = page_->target.evaluate(place.frame, cdp::World::isolated, expression, answer_by());
    return answer.is_object() ? std::move(answer.get_object()) : json::object{};
}

bool ElementCall::waits_on(const json::object& answer) const {
    if (deadline_.passed() || sees_all_handlers(last_frame_)) return false;
    const auto* pass = answer.if_contains("pass");
    return string_of(answer, "error") == "timeout" || (pass != nullptr && pass->is_bool() && !pass->get_bool());
}

json::object ElementCall::ask(std::string_view function, std::string_view arguments) {
    const bool wait = function != "query";
    while (true) {
        try {
            if (wait) handle_other_frames();
            auto place = enter_frames(wait && frames_wanted_);
            last_frame_ = place.frame;
            if (!frames_wanted_ && place.refusal && string_of(*place.refusal, "error") == "timeout") {
                return {{"ok", true}, {"pass", true}, {"received", "no frame"}};
            }
            auto answer =
                place.refusal ? std::move(*place.refusal) : run_knowing_roots(place, function, arguments, wait);
            keep_log(answer);
            if (const auto* handler = answer.if_contains("handler")) {
                run_handler(handler->to_number<std::size_t>());
                continue;
            }
            // Other frames are looked into between the parts of a long wait.
            if (page_->wants_handlers() && wait && waits_on(answer)) continue;
            keep_surroundings(answer);
            return answer;
        } catch (const cdp::DocumentGone& gone) {
            note(fmt::format("{} - trying again", gone.what()));
            roots_known_.clear();
            if (deadline_.passed()) throw TimeoutError(explain(gone.what()));
        } catch (const cdp::TimeoutError& error) {
            throw TimeoutError(
                explain(fmt::format("the page does not answer, its main thread is busy ({})", error.what())));
        } catch (const cdp::ScriptError& error) {
            throw ActionError(explain(error.what()));
        } catch (const cdp::ConnectionClosed& error) {
            throw cdp::ConnectionClosed(explain(error.what()));
        } catch (const cdp::TargetCrashed& error) {
            throw cdp::TargetCrashed(explain(error.what()));
        }
    }
}

cdp::FrameId ElementCall::enter() {
    while (true) {
        try {
            auto place = enter_frames(true);
            if (!place.refusal) return place.frame;
            keep_log(*place.refusal);
            fail(*place.refusal);
        } catch (const cdp::DocumentGone& gone) {
            note(fmt::format("{} - trying again", gone.what()));
            roots_known_.clear();
            if (deadline_.passed()) throw TimeoutError(explain(gone.what()));
        }
    }
}

json::object ElementCall::demand(std::string_view function, std::string_view arguments) {
    auto answer = ask(function, arguments);
    if (!is_true(answer, "ok")) fail(answer);
    return answer;
}

json::object ElementCall::arm(std::string_view arguments) {
    armed_ = true;  // before the answer: a page that is too busy for it may do so later
    return demand("act", arguments);
}

json::object ElementCall::ask_frame(const cdp::FrameId& frame, std::string_view function, std::string_view arguments) {
    try {
        return run({frame, "[]"}, function, arguments, true);
    } catch (const cdp::DocumentGone&) {
        return {};
    }
}

json::object ElementCall::ask_again(std::string_view function, std::string_view arguments) {
    return ask_frame(last_frame_, function, arguments);
}

std::vector<json::object> ElementCall::ask_above(std::string_view function, std::string_view arguments) {
    std::vector<json::object> answers;
    for (const auto& frame : above_) answers.push_back(ask_frame(frame, function, arguments));
    above_.clear();
    return answers;
}

cdp::RemoteHandle ElementCall::held(const cdp::FrameId& frame) const {
    try {
        return page_->target.evaluate_handle(frame, cdp::World::isolated, "reprise.held()", answer_by());
    } catch (const cdp::ScriptError&) {
        throw cdp::DocumentGone("the document was replaced");  // the next one holds nothing
    }
}

cdp::RemoteHandle ElementCall::hold(std::string_view arguments) {
    while (true) {
        demand("act", arguments);
        try {
            return held(last_frame_);
        } catch (const cdp::DocumentGone& gone) {
            note(fmt::format("{} - trying again", gone.what()));
            if (deadline_.passed()) throw TimeoutError(explain(gone.what()));
        }
    }
}

void ElementCall::dispatch(const std::function<void()>& send) const {
    const auto begin = std::chrono::steady_clock::now();
    try {
        send();
    } catch (const cdp::TimeoutError& error) {
        // A moment when time was up while the element was still sought; long when the page hangs.
        const auto waited = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
        throw TimeoutError(explain(fmt::format(
            "the page has not answered to the input within the {} ms that were left, or goes to an address that does "
            "not ({})",
            waited.count(), error.what())));
    } catch (const cdp::ConnectionClosed& error) {
        throw cdp::ConnectionClosed(explain(error.what()));
    } catch (const cdp::TargetCrashed& error) {
        throw cdp::TargetCrashed(explain(error.what()));
    }
}

std::optional<Spot> ElementCall::to_page(Point point, const Through& through, std::string& blocker) {
    auto& target = page_->target;
    Spot spot;
    double zoom = 1;  // of the page, as fingers do; frames of other processes do not know of it
    for (auto frame = last_frame_; frame != target.main_frame();) {
        const auto info = target.frame(frame);
        const auto session = target.session_of(frame);
        const auto above = info ? target.session_of(info->parent) : std::nullopt;
        if (!session || !above) throw cdp::DocumentGone("the frame was removed");
        if (!spot.in_frame && session->id() != above->id()) spot.in_frame = {frame, *session, point};
        const bool armed = !through.token.empty() && (through.arms == Through::all || !spot.in_frame);
        const bool known = std::ranges::find(above_, info->parent) != above_.end();
        if (armed && !known) above_.push_back(info->parent);  // before it is armed by the call
        const auto owner = target.frame_owner(frame, answer_by());
        const auto answer = target.call_with(owner, "(point, frame) => reprise.through_frame(point, frame)",
                                             fmt::format(R"({{"x":{},"y":{},"token":"{}","no_scroll":{}}})", point.x,
                                                         point.y, armed ? through.token : "", through.no_scroll),
                                             answer_by());
        release(owner);
        frame = info->parent;
        const auto* object = answer.if_object();
        if (object != nullptr && is_true(*object, "gone")) throw cdp::DocumentGone("the frame was removed");
        if (object == nullptr || !is_true(*object, "hit")) {
            blocker = object == nullptr ? "the frame's owner" : string_of(*object, "blocker");
            return std::nullopt;
        }
        point = {number_of(*object, "x"), number_of(*object, "y")};
        zoom = number_of(*object, "zoom");
    }
    // A late answer tells why the frame was not to be reached; but nothing is sent there any more.
    if (last_frame_ != target.main_frame() && deadline_.passed()) {
        throw cdp::TimeoutError("the place of the frame was told when the time was up");
    }
    spot.in_page = point;
    if (spot.in_frame && zoom > 0)
        spot.in_frame->point = {spot.in_frame->point.x / zoom, spot.in_frame->point.y / zoom};
    return spot;
}

// A line for each, with the call that finds exactly this one.
std::string ElementCall::list_candidates(const json::array& candidates, double matches) const {
    std::string text;
    for (const auto& candidate : candidates) {
        if (!candidate.is_object()) continue;
        const auto& one = candidate.get_object();
        text += "\n    " + string_of(one, "shown");
        if (const auto call = string_of(one, "call"); !call.empty()) text += fmt::format(" - {}.{}", place_, call);
    }
    const auto left = matches - static_cast<double>(candidates.size());
    if (left > 0) text += fmt::format("\n    and {:.0f} more", left);
    return text;
}

void ElementCall::fail(const json::object& answer) const {
    const auto error = string_of(answer, "error");
    auto headline = string_of(answer, "message");
    if (headline.empty()) headline = "the page script gave no answer";
    if (const auto* candidates = answer.if_contains("candidates"); candidates != nullptr && candidates->is_array()) {
        headline += list_candidates(candidates->get_array(), number_of(answer, "matches"));
    }
    if (error == "timeout") {
        throw TimeoutError(explain(fmt::format("{} after {} ms", headline, deadline_.timeout().count())));
    }
    if (error == "absent" || error == "unsure") throw ElementAbsent(explain(headline));
    if (error == "not_unique") throw StrictnessError(explain(headline));
    throw ActionError(explain(headline), is_true(answer, "dispatched") ? ActionError::Phase::after_dispatch
                                                                       : ActionError::Phase::before_dispatch);
}

void ElementCall::fail_after_dispatch(std::string_view what) const {
    throw ActionError(explain(what), ActionError::Phase::after_dispatch);
}

ActionResult to_result(const json::object& answer) {
    ActionResult result{.element = string_of(answer, "element"), .already_done = is_true(answer, "done")};
    if (const auto* value = answer.if_contains("bundle"); value != nullptr && value->is_object()) {
        const auto& bundle = value->get_object();
        BundleMatch match{.strategy = string_of(bundle, "strategy"),
                          .score = number_of(bundle, "score"),
                          .runner_up = number_of(bundle, "runner_up"),
                          .known = static_cast<int>(number_of(bundle, "known")),
                          .selector = string_of(bundle, "selector")};
        if (const auto* agreed = bundle.if_contains("agreed"); agreed != nullptr && agreed->is_array()) {
            match.agreed = static_cast<int>(agreed->get_array().size());
        }
        result.bundle = std::move(match);
    }
    if (const auto* selected = answer.if_contains("selected"); selected != nullptr && selected->is_array()) {
        for (const auto& value : selected->get_array()) {
            if (value.is_string()) result.selected.emplace_back(value.get_string());
        }
    }
    return result;
}

}  // namespace reprise::locators
