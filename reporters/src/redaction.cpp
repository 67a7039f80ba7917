#include "redaction.hpp"

#include <reprise/reporters/redactor.hpp>

namespace reprise::reporters {
namespace {

void scrub(const Redactor& redactor, std::string& text) {
    text = redactor.redact(text);
}

void scrub(const Redactor& redactor, std::vector<std::string>& texts) {
    for (auto& text : texts) scrub(redactor, text);
}

void scrub(const Redactor& redactor, StringMap& map) {
    for (auto& [key, value] : map) {
        scrub(redactor, key);
        scrub(redactor, value);
    }
}

}  // namespace

TestCase redacted(const Redactor& redactor, TestCase test) {
    scrub(redactor, test.recording_name);
    scrub(redactor, test.row_data);
    scrub(redactor, test.tags);
    return test;
}

StepResult redacted(const Redactor& redactor, StepResult step) {
    for (std::string* text : {&step.label, &step.event, &step.strategy, &step.message, &step.error}) {
        scrub(redactor, *text);
    }
    return step;
}

AttemptResult redacted(const Redactor& redactor, AttemptResult attempt) {
    for (auto& step : attempt.steps) step = redacted(redactor, std::move(step));
    if (attempt.failure) {
        scrub(redactor, attempt.failure->type);
        scrub(redactor, attempt.failure->message);
        scrub(redactor, attempt.failure->step_label);
    }
    for (auto& attachment : attempt.attachments) {
        scrub(redactor, attachment.name);
        scrub(redactor, attachment.content_type);
    }
    scrub(redactor, attempt.extracted_data);
    scrub(redactor, attempt.notes);
    for (auto& log : attempt.healing) {
        for (auto* text : {&log.step_label, &log.original_selector, &log.healed_selector, &log.element, &log.page_url,
                           &log.page_title, &log.reason, &log.original_bundle, &log.healed_bundle, &log.claude_request,
                           &log.claude_response}) {
            scrub(redactor, *text);
        }
        for (auto& candidate : log.candidates) scrub(redactor, candidate.first);
    }
    return attempt;
}

TestResult redacted(const Redactor& redactor, TestResult result) {
    result.test = redacted(redactor, std::move(result.test));
    for (auto& attempt : result.attempts) attempt = redacted(redactor, std::move(attempt));
    scrub(redactor, result.skip_reason);
    return result;
}

RunInfo redacted(const Redactor& redactor, RunInfo info) {
    scrub(redactor, info.browser);
    scrub(redactor, info.environment);
    return info;
}

}  // namespace reprise::reporters
