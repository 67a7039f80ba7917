// Steps that look instead of act: wait, assert, extract, dialog, download.
#include <charconv>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>

#include "engine/step_runner.hpp"
#include "history/file_bytes.hpp"

namespace reprise::runner {
namespace {

using locators::Expectation;
using locators::Expected;

void compare_text(Expectation& expectation, TextOperator op, const std::optional<std::string>& wanted) {
    expectation.text = wanted.value_or("");
    expectation.contains = op == TextOperator::contains;
    expectation.regex = op == TextOperator::matches;
}

}  // namespace

void StepRunner::wait(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    const auto& details = std::get<WaitDetails>(step.details);
    const auto timeout = step_timeout(step);
    const auto deadline = cdp::Deadline::after(timeout);
    using locators::ElementState;
    switch (details.condition) {
        case WaitCondition::duration:
            current_.target().pause(details.duration, row_deadline_);
            return;
        case WaitCondition::load:
            current_.target().wait_for_load_state(cdp::LoadState::load, deadline);
            return;
        case WaitCondition::networkidle:
            current_.target().wait_for_load_state(cdp::LoadState::network_idle, deadline);
            return;
        case WaitCondition::url: {
            Expectation expectation{.kind = Expected::url, .timeout = timeout};
            const auto wanted = plan.value ? plan.value : plan.url;
            compare_text(
                expectation, details.op,
                wanted && details.op == TextOperator::equals ? std::optional{base_url_.apply(*wanted)} : wanted);
            return current_.expect(expectation);
        }
        case WaitCondition::visible:
            return found(target(step, result).wait_for(ElementState::visible, timeout), result);
        case WaitCondition::hidden:
            return found(target(step, result, false, Heals::no).wait_for(ElementState::hidden, timeout), result);
        case WaitCondition::attached:
            return found(target(step, result).wait_for(ElementState::attached, timeout), result);
        case WaitCondition::detached:
            return found(target(step, result, false, Heals::no).wait_for(ElementState::detached, timeout), result);
    }
}

void StepRunner::assert_step(const Step& step, const StepPlan& plan, reporters::StepResult& result) {
    const auto& details = std::get<AssertDetails>(step.details);
    Expectation expectation{.negate = details.negate, .timeout = step_timeout(step)};
    // Where absence is asked for, or would do, nothing is healed: what is gone is what is wanted.
    const bool absence = details.kind == AssertKind::hidden || details.negate;
    const auto on_element = [&](bool about_text) {
        found(target(step, result, about_text, absence ? Heals::no : Heals::yes).expect(expectation), result);
    };
    switch (details.kind) {
        case AssertKind::visible:
            expectation.kind = Expected::visible;
            return on_element(false);
        case AssertKind::hidden:
            expectation.kind = Expected::hidden;
            return on_element(false);
        case AssertKind::text:
            expectation.kind = Expected::text;
            compare_text(expectation, details.op, plan.value);
            return on_element(true);
        case AssertKind::value:
            expectation.kind = Expected::value;
            compare_text(expectation, details.op, plan.value);
            return on_element(false);
        case AssertKind::attribute:
            expectation.kind = Expected::attribute;
            expectation.attribute = details.attribute;
            if (plan.value) compare_text(expectation, details.op, plan.value);
            return on_element(false);
        case AssertKind::checked: {
            const auto wanted = plan.value.value_or("true");
            expectation.kind = wanted == "false" ? Expected::unchecked : Expected::checked;
            return on_element(false);
        }
        case AssertKind::count: {
            int count = 0;
            const auto text = plan.value.value_or("");
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
            if (parsed.ec != std::errc{}) {
                throw locators::AssertionError(
                    fmt::format("{}: the expected count \"{}\" is no number", name_of(step), text));
            }
            expectation.kind = Expected::count;
            expectation.count = count;
            // Counting is about all elements that a selector matches, not about the one that a bundle describes.
            const auto selector = step.selector                       ? step.selector
                                  : step.bundle && step.bundle->css   ? step.bundle->css
                                  : step.bundle && step.bundle->xpath ? std::optional{"xpath=" + *step.bundle->xpath}
                                                                      : std::nullopt;
            if (!selector)
                throw locators::AssertionError(name_of(step) + ": a count needs a selector, a css or an xpath");
            current_.locator(*selector).expect(expectation);
            return;
        }
        case AssertKind::url:
            expectation.kind = Expected::url;
            compare_text(expectation, details.op,
                         plan.value && details.op == TextOperator::equals ? std::optional{base_url_.apply(*plan.value)}
                                                                          : plan.value);
            return current_.expect(expectation);
        case AssertKind::title:
            expectation.kind = Expected::title;
            compare_text(expectation, details.op, plan.value);
            return current_.expect(expectation);
    }
}

void StepRunner::extract(const Step& step, reporters::StepResult& result) {
    const auto& details = std::get<ExtractDetails>(step.details);
    const locators::ActionOptions options{.timeout = step_timeout(step)};
    const auto element = [&] {
        auto locator = target(step, result, true);
        found(locator.wait_for(locators::ElementState::attached, options.timeout), result);
        return locator;
    };
    std::string value;
    switch (details.from) {
        case ExtractFrom::text:
            value = element().inner_text(options);
            break;
        case ExtractFrom::value:
            value = element().input_value(options);
            break;
        case ExtractFrom::html:
            value = element().inner_html(options);
            break;
        case ExtractFrom::url:
            value = current_.url();
            break;
        case ExtractFrom::title:
            value = current_.title();
            break;
        case ExtractFrom::count: {
            const auto selector = step.selector.value_or(step.bundle ? step.bundle->css.value_or("") : "");
            value = std::to_string(current_.locator(selector).count());
            break;
        }
        case ExtractFrom::attribute: {
            const auto attribute = element().attribute(details.attribute, options);
            if (!attribute) {
                throw locators::AssertionError(
                    fmt::format("{}: the element has no attribute \"{}\"", name_of(step), details.attribute));
            }
            value = *attribute;
            break;
        }
    }
    extracted.emplace_back(details.as, value);
}

void StepRunner::check_dialog(const Step& step, reporters::StepResult& result) {
    const auto& details = std::get<DialogDetails>(step.details);
    current_.target().wait_for_dialogs(dialogs_seen_ + 1, cdp::Deadline::after(step_timeout(step)));
    const auto shown = current_.target().dialogs().at(dialogs_seen_++);
    if (!details.dialog_type.empty() && details.dialog_type != shown.type) {
        throw locators::AssertionError(fmt::format("{}: expected a dialog of type \"{}\", received \"{}\" (\"{}\")",
                                                   name_of(step), details.dialog_type, shown.type, shown.message));
    }
    if (details.message && *details.message != shown.message) {
        throw locators::AssertionError(fmt::format("{}: expected the dialog to say \"{}\", received \"{}\"",
                                                   name_of(step), *details.message, shown.message));
    }
    result.message = fmt::format("{} \"{}\" was {}", shown.type, shown.message,
                                 shown.answer.action == cdp::DialogAction::accept ? "accepted" : "dismissed");
}

void StepRunner::keep_download(const Step& step, reporters::StepResult& result) {
    const auto& details = std::get<DownloadDetails>(step.details);
    const auto deadline = cdp::Deadline::after(step_timeout(step));
    const auto& context = context_.target();
    context.wait_for_downloads_begun(downloads_seen_ + 1, deadline);
    const auto download = context.wait_for_download_end(context.downloads().at(downloads_seen_++).guid, deadline);
    if (download.state != cdp::Download::State::completed) {
        throw locators::AssertionError(
            fmt::format("{}: the download of {} was cancelled", name_of(step), download.url));
    }
    if (details.suggested_filename && *details.suggested_filename != download.suggested_filename) {
        throw locators::AssertionError(fmt::format("{}: expected a file named \"{}\", received \"{}\"", name_of(step),
                                                   *details.suggested_filename, download.suggested_filename));
    }
    attachments.push_back(folder_.save(fmt::format("step-{}-download.bin", step.number), "application/octet-stream",
                                       file_bytes(download.file).value_or("")));
    result.message = fmt::format("{} bytes of {}", download.received_bytes, download.suggested_filename);
}

}  // namespace reprise::runner
