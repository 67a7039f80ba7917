#include "engine/step_runner.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>

namespace reprise::runner {
namespace {

using locators::ActionOptions;
using locators::Page;

locators::PageOptions page_options(const PlannedTest& test) {
    return {.timeout = test.suite->settings.replay.wait_timeout,
            .expect_timeout = test.suite->settings.replay.wait_timeout};
}

bool presses_something(std::optional<Event> event) {
    return event == Event::click || event == Event::dblclick || event == Event::press || event == Event::keydown ||
           event == Event::submit;
}

std::string loader_of(const Page& page) {
    const auto frame = page.target().frame(page.target().main_frame());
    return frame ? frame->loader : std::string();
}

// What such a step is about is learnt once the step has held: until then it may look as it did before.
bool only_looks(Event event) {
    return event == Event::assert_ || event == Event::extract || event == Event::wait;
}

}  // namespace

reporters::Attachment AttachmentFolder::save(const std::string& name, const std::string& content_type,
                                             const std::string& bytes) const {
    const auto path = relative + prefix + name;
    std::error_code error;
    std::filesystem::create_directories((output / path).parent_path(), error);
    std::ofstream file{output / path, std::ios::binary};
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw Error(fmt::format("cannot write {}", (output / path).string()));
    return {.name = name, .content_type = content_type, .path = path};
}

reporters::Attachment AttachmentFolder::take(const std::string& name, const std::string& content_type,
                                             const std::filesystem::path& file) const {
    const auto path = relative + prefix + name;
    std::filesystem::create_directories((output / path).parent_path());
    std::filesystem::rename(file, output / path);
    return {.name = name, .content_type = content_type, .path = path};
}

StepRunner::StepRunner(const PlannedTest& test, locators::Context context, Page page, const BaseUrl& base_url,
                       AttachmentFolder attachments, cdp::Deadline row_deadline, HealingMemory& memory)
    : test_{test},
      recording_{test.suite->recording},
      replay_{test.suite->settings.replay},
      job_{test.suite->settings.job},
      context_{std::move(context)},
      current_{std::move(page)},
      base_url_{base_url},
      folder_{std::move(attachments)},
      row_deadline_{row_deadline},
      healer_{test, memory},
      step_deadline_{row_deadline} {}

void StepRunner::open_starting_page() {
    if (test_.plan.starting_url.empty()) return;
    current_.navigate(base_url_.apply(test_.plan.starting_url), {.timeout = row_deadline_.remaining()});
}

std::chrono::milliseconds StepRunner::step_timeout(const Step& step) const {
    return std::min(step.timeout.value_or(replay_.wait_timeout), step_deadline_.remaining());
}

void StepRunner::run(std::size_t index, reporters::StepResult& result) {
    const auto& step = recording_.steps[index];
    if (replay_.slow_motion_delay.count() > 0) current_.target().pause(replay_.slow_motion_delay, row_deadline_);
    select_tab(step);
    // A dialog stops the page until it is answered: the answer that the next step holds is given now.
    if (index + 1 < recording_.steps.size() && recording_.steps[index + 1].event == Event::dialog) {
        const auto& next = recording_.steps[index + 1];
        const auto reply = dialog_reply(std::get<DialogDetails>(next.details), test_.plan.steps[index + 1].value);
        current_.target().answer_next_dialog(
            {.action = reply.action == DialogAction::accept ? cdp::DialogAction::accept : cdp::DialogAction::dismiss,
             .text = reply.prompt_text});
    }
    auto document = loader_of(current_);
    auto url = current_.url();
    const auto patience = step.timeout.value_or(replay_.wait_timeout);
    const auto begin_time = [&] { step_deadline_ = row_deadline_.no_later_than(patience); };
    begin_time();
    healer_.begin_step();
    heal_tries_ = 0;
    // Before input was dispatched a step may be tried again; after it, never.
    for (int attempt = 0;; ++attempt) {
        try {
            healed_ = false;
            looked_for_.clear();
            act(index, result);
            if (heal_tries_ == 0 && only_looks(step.event)) {
                for (const auto& bundle : looked_for_) healer_.learn(current_, step, bundle, step_deadline_);
            }
            break;
        } catch (const locators::ElementAbsent& absent) {
            --attempt;
            if (heal(step, absent, ++heal_tries_)) begin_time();
            continue;
        } catch (const locators::ActionError& error) {
            const bool again = !error.dispatched() && attempt < replay_.retry_attempts &&
                               dynamic_cast<const locators::StrictnessError*>(&error) != nullptr;
            if (!again) throw;
        } catch (const locators::TimeoutError& timeout) {
            throw locators::TimeoutError(with_doubt(timeout));  // the last look ends so when the page never rests
        } catch (const locators::AssertionError& failed) {
            throw locators::AssertionError(with_doubt(failed));  // and so for what is asserted
        } catch (const cdp::DocumentGone&) {
            if (attempt >= replay_.retry_attempts) throw;
        }
        const auto& backoff = replay_.retry_backoff;
        if (!backoff.empty()) {
            const auto index = std::min<std::size_t>(static_cast<std::size_t>(attempt), backoff.size() - 1);
            current_.target().pause(backoff[index], row_deadline_);
        }
        begin_time();
    }
    result.healing_attempted = healer_.attempted();
    result.healing_success = healer_.succeeded();
    document_before_ = std::move(document);
    url_before_ = std::move(url);
    previous_event_ = step.event;
}

void StepRunner::act(std::size_t index, reporters::StepResult& result) {
    const auto& step = recording_.steps[index];
    const auto& plan = test_.plan.steps[index];
    const auto timeout = step_timeout(step);
    switch (step.event) {
        case Event::click:
            return click(step, plan, result);
        case Event::dblclick:
            return found(target(step, result).double_click({.timeout = timeout}), result);
        case Event::rightclick:
            return found(target(step, result).click({.button = locators::MouseButton::right, .timeout = timeout}),
                         result);
        case Event::hover:
            return found(target(step, result).hover({.timeout = timeout}), result);
        case Event::type:
        case Event::input:
        case Event::change:
            return set_value(step, plan, result);
        case Event::select:
            return found(
                target(step, result).select({{.value_or_label = plan.value.value_or("")}}, {.timeout = timeout}),
                result);
        case Event::check:
        case Event::uncheck:
            return found(plan.checked.value_or(step.event == Event::check)
                             ? target(step, result).check({.timeout = timeout})
                             : target(step, result).uncheck({.timeout = timeout}),
                         result);
        case Event::press:
        case Event::keydown:
            return press(step, plan, result);
        case Event::scroll:
            return scroll(step, result);
        case Event::drag:
            return drag(index, result);
        case Event::drop:
            result.message = "done with the drag before it";
            return;
        case Event::upload:
            return upload(step, plan, result);
        case Event::submit:
            return submit(step, result);
        case Event::navigate:
            return navigate(step, plan, result);
        case Event::back:
        case Event::forward:
        case Event::reload:
            return step_history(step);
        case Event::wait:
            return wait(step, plan, result);
        case Event::assert_:
            return assert_step(step, plan, result);
        case Event::extract:
            return extract(step, result);
        case Event::screenshot:
            attachments.push_back(
                folder_.save(fmt::format("step-{}.png", step.number), "image/png", current_.screenshot()));
            return;
        case Event::dialog:
            return check_dialog(step, result);
        case Event::download:
            return keep_download(step, result);
        case Event::newtab:
            return new_tab(step, plan);
        case Event::switchtab:
            return;  // select_tab() has done it
        case Event::closetab:
            return close_tab(step);
    }
}

locators::Locator StepRunner::by_bundle(const Step& step, const locators::Bundle& bundle, Heals heals) {
    if (heals == Heals::no || !healer_.active()) return current_.get_by_bundle(bundle, step.label);
    looked_for_.push_back(bundle);
    if (heal_tries_ == 0 && !only_looks(step.event)) healer_.learn(current_, step, bundle, step_deadline_);
    auto lookup = healer_.lookup(step, bundle, heal_tries_, step_deadline_.remaining());
    healed_ = healed_ || lookup.healed;
    return current_.get_by_bundle(lookup.bundle, step.label, lookup.options);
}

// True: look again with a full step's time. False: look again for what is left of it. Throws when there is no more
// hope.
bool StepRunner::heal(const Step& step, const locators::ElementAbsent& absent, int tries) {
    // A drag looks for two elements, and the error does not say which is absent: the first that has not been found yet
    // is made sure of, then the other.
    const auto unknown =
        std::ranges::find_if(looked_for_, [&](const auto& bundle) { return !healer_.has_found(bundle); });
    const bool healed =
        unknown != looked_for_.end() && healer_.heal(current_, step, *unknown, step_deadline_, row_deadline_);
    // The time of a step is for the page; what a vision model took of it is given back.
    const auto later = step_deadline_.plus(healer_.take_waited());
    if (healed) return true;
    step_deadline_ = later.at() < row_deadline_.at() ? later : row_deadline_;
    constexpr std::chrono::milliseconds k_worth_a_look{450};
    const bool over = tries > test_.suite->settings.healing.max_attempts_per_step + 1;
    if (!over && step_deadline_.remaining() > k_worth_a_look) return false;
    throw locators::ElementAbsent(with_doubt(absent));
}

// What healing had against what it found, if that is still the last word on an element of this step.
std::string StepRunner::with_doubt(const Error& error) const {
    const bool found_all =
        std::ranges::all_of(looked_for_, [&](const auto& bundle) { return healer_.has_found(bundle); });
    if (healer_.doubt().empty() || found_all) return error.what();
    return fmt::format("{}\n  healing  {}", error.what(), healer_.doubt());
}

// What an assertion compares is no clue to which element it is about.
locators::Locator StepRunner::target(const Step& step, reporters::StepResult& result, bool about_text, Heals heals) {
    if (step.bundle) {
        auto bundle = *step.bundle;
        if (about_text) bundle.visible_text.reset();
        return by_bundle(step, bundle, heals);
    }
    if (step.selector) {
        result.strategy = "selector";
        return current_.locator(*step.selector);
    }
    return current_.locator("html");
}

void StepRunner::found(const locators::ActionResult& action, reporters::StepResult& result) const {
    if (action.bundle) {
        result.strategy = action.bundle->strategy;
        result.message = fmt::format("Element found by {} ({} of {} clues agree)", action.bundle->strategy,
                                     action.bundle->agreed, action.bundle->known);
        if (healed_) {
            result.strategy = "healed";
            result.message = fmt::format("Element healed: {}", action.element);
        }
    }
    if (action.already_done)
        result.message += result.message.empty() ? "already in that state" : ", already in that state";
}

void StepRunner::click(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    if (step.bundle && !plan.checked) {
        if (const auto look = healer_.drawn_look(step, *step.bundle)) return click_drawn(step, *look, result);
    }
    const auto timeout = step_timeout(step);
    const auto element = target(step, result);
    if (plan.checked) {
        return found(*plan.checked ? element.check({.timeout = timeout}) : element.uncheck({.timeout = timeout}),
                     result);
    }
    found(element.click({.timeout = timeout}), result);
}

void StepRunner::set_value(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    const auto timeout = step_timeout(step);
    const auto element = target(step, result);
    const auto tag = step.bundle ? step.bundle->tag.value_or("") : "";
    const auto type = step.bundle ? step.bundle->input_type.value_or("") : "";
    const auto value = plan.value.value_or("");
    if (tag == "select") return found(element.select({{.value_or_label = value}}, {.timeout = timeout}), result);
    if (type == "checkbox" || type == "radio") {
        const bool wanted = plan.checked.value_or(value != "false" && value != "off" && value != "0" && !value.empty());
        return found(wanted ? element.check({.timeout = timeout}) : element.uncheck({.timeout = timeout}), result);
    }
    if (type == "file") return upload(step, plan, result);
    found(element.fill(value, {.timeout = timeout, .secret = plan.secret}), result);
    if (step.event == Event::change) element.blur({.timeout = timeout});
}

void StepRunner::press(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    const auto chord = plan.value.value_or("Enter");
    if (!step.bundle && !step.selector) return current_.press(chord);
    found(target(step, result).press(chord, {.timeout = step_timeout(step)}), result);
}

void StepRunner::scroll(const Step& step, reporters::StepResult& result) {
    const auto& details = std::get<ScrollDetails>(step.details);
    const bool element = step.bundle || step.selector;
    if (!element) {
        const auto position = details.position.value_or(Offset{});
        return current_.scroll_to({position.x, position.y});
    }
    const ActionOptions options{.timeout = step_timeout(step)};
    found(details.position ? target(step, result).scroll_to({details.position->x, details.position->y}, options)
                           : target(step, result).scroll_into_view(options),
          result);
}

void StepRunner::drag(std::size_t index, reporters::StepResult& result) {
    const auto& step = recording_.steps[index];
    const auto& details = std::get<DragDetails>(step.details);
    const locators::DragOptions options{.timeout = step_timeout(step)};
    const auto element = target(step, result);
    if (details.target) return found(element.drag_to(by_bundle(step, *details.target, Heals::yes), options), result);
    if (details.distance) return found(element.drag_by({details.distance->x, details.distance->y}, options), result);
    if (index + 1 < recording_.steps.size() && recording_.steps[index + 1].event == Event::drop) {
        const auto& drop = recording_.steps[index + 1];
        return found(element.drag_to(target(drop, result), options), result);
    }
    throw locators::ActionError(name_of(step) + ": the drag names no target, and no drop step follows");
}

void StepRunner::upload(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    std::vector<std::string> files;
    if (const auto* details = std::get_if<UploadDetails>(&step.details)) files = details->files;
    if (plan.value && !plan.value->empty()) files = {*plan.value};
    const auto folder = std::filesystem::path(recording_.path).parent_path();
    for (auto& file : files) {
        const auto path = std::filesystem::absolute(folder / file);
        if (!std::filesystem::is_regular_file(path)) {
            throw locators::ActionError(fmt::format("{}: there is no file {}", name_of(step), path.string()));
        }
        file = path.string();
    }
    found(target(step, result).set_files(files, {.timeout = step_timeout(step)}), result);
}

void StepRunner::submit(const Step& step, reporters::StepResult& result) {
    // Recorders note the submit event that a click on the button brings about, too: once is enough.
    const bool pressed = presses_something(previous_event_);
    const bool left = pressed && !document_before_.empty() && loader_of(current_) != document_before_;
    if (!left) {
        const auto done = target(step, result).submit({.timeout = step_timeout(step), .once = pressed});
        found(done, result);
        if (!done.already_done) return;
    }
    result.message = "the step before has submitted the form";
}

void StepRunner::navigate(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    const auto wanted = base_url_.apply(plan.url.value_or(plan.value.value_or(test_.plan.starting_url)));
    // Recorders note the navigation that a click brings about, too.
    if (presses_something(previous_event_) && loader_of(current_) != document_before_ && current_.url() == wanted) {
        result.message = "the step before has led there";
        return;
    }
    current_.navigate(wanted, {.timeout = step.timeout.value_or(row_deadline_.remaining())});
}

void StepRunner::step_history(const Step& step) {
    const locators::NavigateOptions options{.timeout = step.timeout.value_or(row_deadline_.remaining())};
    if (step.event == Event::reload) {
        current_.reload(options);
        return;
    }
    const bool moved = step.event == Event::back ? current_.go_back(options) : current_.go_forward(options);
    if (!moved) throw locators::ActionError(name_of(step) + ": the history has no page in that direction");
}

void StepRunner::select_tab(const Step& step) {
    std::optional<std::int64_t> wanted = step.tab_id;
    if (const auto* tab = std::get_if<TabDetails>(&step.details); tab != nullptr && tab->tab_id) wanted = tab->tab_id;
    if (!wanted || step.event == Event::newtab || step.event == Event::closetab) return;
    if (const auto known = tabs_.find(*wanted); known != tabs_.end()) {
        if (!(known->second.target() == current_.target())) {
            current_ = known->second;
            dialogs_seen_ = current_.target().dialogs().size();
            if (current_.target().alive()) current_.target().bring_to_front(row_deadline_);
        }
        return;
    }
    if (tabs_.empty()) {
        tabs_.emplace(*wanted, current_);  // the first tab that is named is the one we began in
        return;
    }
    // A tab that no step has opened by name: the page did.
    const auto page = context_.target().wait_for_page(pages_known_, row_deadline_.no_later_than(step_timeout(step)));
    ++pages_known_;
    current_ = Page{context_, page, page_options(test_)};
    dialogs_seen_ = 0;
    tabs_.emplace(*wanted, current_);
}

void StepRunner::new_tab(const Step& step, const StepPlan& plan) {
    const auto& details = std::get<TabDetails>(step.details);
    const auto url = plan.url ? plan.url : details.url;
    // Opened by the page in the step before, or else by the user.
    const auto patience = url ? Milliseconds{500} : step_timeout(step);
    try {
        current_ = Page{context_, context_.target().wait_for_page(pages_known_, row_deadline_.no_later_than(patience)),
                        page_options(test_)};
    } catch (const cdp::TimeoutError&) {
        if (!url) throw;
        current_ = Page::open(context_, page_options(test_));
        current_.navigate(base_url_.apply(*url), {.timeout = row_deadline_.remaining()});
    }
    ++pages_known_;
    dialogs_seen_ = 0;
    if (details.tab_id) tabs_.insert_or_assign(*details.tab_id, current_);
}

void StepRunner::close_tab(const Step& step) {
    const auto& details = std::get<TabDetails>(step.details);
    auto closing = current_;
    if (details.tab_id) {
        if (const auto known = tabs_.find(*details.tab_id); known != tabs_.end()) closing = known->second;
    }
    closing.target().close();
    for (auto& page : context_.target().pages()) {
        if (!(page == closing.target())) current_ = Page{context_, page, page_options(test_)};
    }
}

}  // namespace reprise::runner
