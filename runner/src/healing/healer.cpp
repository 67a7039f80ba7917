#include "healing/healer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/locators/error.hpp>

#include "healing/recollection.hpp"
#include "recording/bundle_writer.hpp"
#include "recording/members.hpp"
#include "recording/step_reader.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using locators::Bundle;
using std::chrono::milliseconds;

// How long a page must not have changed before an element counts as not there: a slow page is not a changed one.
constexpr milliseconds k_quiet{750};
constexpr milliseconds k_quiet_with_cache{100};
constexpr milliseconds k_reserve{400};  // of a step's time, for the last look

bool look_at(const locators::Page& page, locators::CandidateList& list, const std::optional<RecordedLook>& look) {
    if (!look) return false;
    try {
        compare_looks(list, view_of(page), *look);
        return true;
    } catch (const Error&) {
        return false;  // the page is going away: the next call will say so
    } catch (const vision::PictureError&) {
        return false;
    }
}

}  // namespace

Healer::Healer(const PlannedTest& test, HealingMemory& memory)
    : test_{test},
      settings_{test.suite->settings.healing},
      memory_{memory},
      active_{settings_.mode != HealingMode::off && test.suite->settings.job.enable_healing} {}

ElementKey Healer::key_of(const Step& step, const Bundle& bundle) const {
    return memory_.key_of(test_.suite->name, step.number, bundle);
}

void Healer::begin_step() {
    attempted_ = false;
    succeeded_ = false;
    doubt_.clear();
    cache_tried_.clear();
}

Healer::Lookup Healer::lookup(const Step& step, const Bundle& bundle, int tries, milliseconds left) {
    if (!active_) return {bundle, {}, false};
    if (const auto* found = found_before(bundle)) return {found->bundle, {}, found->heal};
    Lookup lookup{bundle, {}, false};
    const auto key = key_of(step, bundle);
    remember(step, memory_.known(key), lookup.bundle);
    const bool cache_waits =
        settings_.cache_enabled && (cache_tried_.empty() || !cache_tried_.contains(identity_of(bundle)));
    const auto patience = cache_waits && tries == 0 ? k_quiet_with_cache : k_quiet;
    // The last look comes at the end of the step's time.
    lookup.options.quiet = tries <= 1 ? patience : std::max(left - k_reserve, k_quiet);
    return lookup;
}

bool Healer::has_found(const Bundle& bundle) const {
    return found_before(bundle) != nullptr;
}

const Healer::Found* Healer::found_before(const Bundle& bundle) const {
    if (found_.empty()) return nullptr;  // as on every page that has not changed: no need for an identity
    const auto found = found_.find(identity_of(bundle));
    return found == found_.end() ? nullptr : &found->second;
}

bool Healer::heal(const locators::Page& page, const Step& step, const Bundle& bundle, cdp::Deadline deadline,
                  cdp::Deadline row) {
    const auto identity = identity_of(bundle);
    if (page.target().requests_in_flight() > 0 && !deadline.passed()) return false;
    const auto key = key_of(step, bundle);
    if (settings_.cache_enabled && cache_tried_.try_emplace(identity, true).second) {
        return use_cached(page, step, bundle, key);
    }
    return match(page, step, bundle, key, deadline, row);
}

reporters::HealingLog Healer::log_of(const locators::Page& page, const Step& step, const Bundle& bundle) const {
    reporters::HealingLog log{.step_number = step.number,
                              .step_label = step.label,
                              .original_selector = selector_of(bundle),
                              .page_url = page.url(),
                              .original_bundle = json::serialize(to_canonical(bundle))};
    try {
        log.page_title = page.title();
    } catch (const Error&) {
        log.page_title.clear();  // the page is going away
    }
    return log;
}

void Healer::keep(reporters::HealingLog log, const ElementKey& key, const std::string& page, bool remembered) {
    kept_.push_back({logs_.size(), key, without_query(page), remembered});
    logs_.push_back(std::move(log));
}

bool Healer::use_cached(const locators::Page& page, const Step& step, const Bundle& bundle, const ElementKey& key) {
    const auto cached = memory_.cached(key, without_query(page.url()), settings_.cache_ttl);
    if (!cached || cached->log.confidence < settings_.confidence_threshold) return false;
    const auto healed = read_bundle(json::parse(cached->log.healed_bundle).as_object());
    const auto locator = page.get_by_bundle(healed, step.label, {.quiet = milliseconds{0}});
    try {
        locator.wait_for(locators::ElementState::attached, milliseconds{0});
    } catch (const Error&) {
        return false;  // the page has changed once more
    }
    attempted_ = true;
    auto log = log_of(page, step, bundle);
    log.method = locators::to_string(locators::HealingMethod::cached);
    log.confidence = cached->log.confidence;
    log.healed_selector = cached->log.healed_selector;
    log.element = cached->log.element;
    log.healed_bundle = cached->log.healed_bundle;
    log.applied = settings_.mode == HealingMode::autonomous;
    if (!log.applied) log.reason = "healing only suggests";
    const bool applied = log.applied;
    doubt_ = fmt::format("healing only suggests: {} (confidence {:.0f}, cached)", log.element, log.confidence);
    keep(std::move(log), key, page.url());
    if (applied) {
        found_[identity_of(bundle)] = {healed, true};
        succeeded_ = true;
    }
    return applied;
}

bool Healer::match(const locators::Page& page, const Step& step, const Bundle& bundle, const ElementKey& key,
                   cdp::Deadline deadline, cdp::Deadline row) {
    const auto* known = memory_.known(key);
    const auto target = target_of(step, bundle, known);
    const auto recorded_page = recorded_page_of(step, known);
    auto list = locators::collect_candidates(page, target, bundle.iframe_chain, deadline.plus(milliseconds{2'000}));
    auto found = locators::find_match(target, recorded_page, list.fingerprints);
    if (!found.candidate) {
        doubt_ = "it is gone: nothing on the page can be acted on";
        return heal_by_sight(page, step, bundle, key, deadline);
    }
    const auto direct = locators::direct_hit(page, list, bundle, deadline.plus(milliseconds{2'000}));
    if (look_at(page, list, recorded_look_of(test_.suite->recording, step, known, target.box))) {
        found = locators::find_match(target, recorded_page, list.fingerprints);
    }
    const auto opinion = second_opinion(page, bundle, list, target, row, found);
    deadline = deadline.plus(opinion.took);
    const auto path = locators::path_of(page, list, *found.candidate, deadline.plus(milliseconds{2'000}));
    const bool sure = found.confidence >= settings_.confidence_threshold;
    const auto healed = locators::bundle_of(list.fingerprints[*found.candidate], path);
    // What has no name and looks as ever, where it was, need only be likelier than not.
    constexpr double k_likely = 50;
    constexpr double k_as_ever = 0.9;
    const auto& looks = list.fingerprints[*found.candidate].looks;
    const bool stays =
        found.confidence >= k_likely && looks && looks->alike >= k_as_ever && is_nameless(step, known, bundle);
    if ((sure || stays) && opinion.text.empty() && direct == found.candidate) {
        // The recorded clues were right: no heal.
        if (to_learn_.erase(key.bundle) > 0) {
            auto print = list.fingerprints[*found.candidate];
            print.text_varies = !bundle.visible_text;
            learnt_.push_back({.key = key,
                               .element = {.target = std::move(print), .page = list.fingerprints},
                               .crop = crop_now(page, list, *found.candidate)});
        }
        found_[identity_of(bundle)] = {healed, false};
        return true;
    }
    attempted_ = true;
    auto log = log_of(page, step, bundle);
    log.method = locators::to_string(found.method);
    log.confidence = found.confidence;
    log.healed_selector = path_text(path);
    log.element = path.shown;
    log.healed_bundle = json::serialize(to_canonical(healed));
    for (const auto index : found.best) {
        const double share = index == found.runner_up ? found.runner_up_confidence : 0;
        log.candidates.emplace_back(describe(list.fingerprints[index]),
                                    index == *found.candidate ? found.confidence : share);
    }
    for (const auto& item : found.evidence) log.evidence.emplace_back(item.clue, item.weight);
    log.applied = sure && settings_.mode == HealingMode::autonomous;
    log.claude_request = opinion.request;
    log.claude_response = opinion.response;
    if (!opinion.png.empty()) {
        const auto name = fmt::format("model-step-{}-{}.png", log.step_number, pictures_.size() + 1);
        pictures_.emplace_back(name, opinion.png);
        log.pictures.push_back(name);
    }
    if (!opinion.text.empty()) found.doubt += (found.doubt.empty() ? "" : "; ") + opinion.text;
    if (!sure) {
        log.reason = fmt::format("confidence {:.0f} is below {}{}{}", found.confidence, settings_.confidence_threshold,
                                 found.doubt.empty() ? "" : ": ", found.doubt);
        doubt_ =
            fmt::format("it is gone: the nearest element is {} (confidence {:.0f}, needed: {}{}{})", path.shown,
                        found.confidence, settings_.confidence_threshold, found.doubt.empty() ? "" : "; ", found.doubt);
    } else if (!log.applied) {
        log.reason = "healing only suggests";
        doubt_ =
            fmt::format("healing only suggests: {} (confidence {:.0f}, {})", path.shown, found.confidence, log.method);
    }
    if (!sure && heal_by_sight(page, step, bundle, key, deadline)) return true;
    const bool applied = log.applied;
    picture(page, list, found, applied, log);
    keep(std::move(log), key, page.url());
    if (!applied) return false;
    found_[identity_of(bundle)] = {healed, true};
    succeeded_ = true;
    return true;
}

void Healer::learn(const locators::Page& page, const Step& step, const Bundle& bundle, cdp::Deadline deadline) {
    if (!active_ || has_found(bundle)) return;
    const auto key = key_of(step, bundle);
    if (!memory_.wants(key)) return;
    to_learn_.insert(key.bundle);
    try {
        const auto locator = page.get_by_bundle(bundle, step.label, {.quiet = k_quiet});
        locator.wait_for(locators::ElementState::attached, deadline.remaining());
        // What is not shown yet has no looks to learn; some elements never are.
        constexpr milliseconds k_to_appear{1'000};
        locator.wait_for(locators::ElementState::visible, std::min(k_to_appear, deadline.remaining()));
        KnownElement element;
        element.target = locator.fingerprint({.timeout = deadline.remaining()});
        element.target.text_varies = !bundle.visible_text;  // what it says is what the step asks
        auto list = locators::collect_candidates(page, element.target, bundle.iframe_chain, deadline);
        const bool typed = step.event == Event::type || step.event == Event::input || step.event == Event::change;
        auto crop = typed ? std::string() : crop_now(page, list, place_of(element.target, list));
        element.page = std::move(list.fingerprints);
        learnt_.push_back({.key = key, .element = std::move(element), .crop = std::move(crop)});
        to_learn_.erase(key.bundle);
    } catch (const Error&) {
        return;  // the step itself will tell, and match() may learn what it has made sure of
    }
}

void Healer::row_ended(bool passed) {
    if (passed) {
        for (auto& learnt : learnt_) memory_.learn(learnt.key, std::move(learnt.element), learnt.crop);
    }
    learnt_.clear();
    for (const auto& kept : kept_) {
        auto& log = logs_[kept.log];
        log.success = passed && log.applied;
        const bool suggested = !log.applied && log.confidence >= settings_.confidence_threshold;
        if (!kept.remembered || (!log.success && !suggested)) continue;
        memory_.add({.recording = kept.key.recording,
                     .recording_path = test_.suite->recording.path,
                     .bundle = kept.key.bundle,
                     .page = kept.page,
                     .log = log});
    }
}

}  // namespace reprise::runner
