#include "healing/healer.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/vision/annotate.hpp>
#include <reprise/vision/search.hpp>

#include "healing/drawn_content.hpp"
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

// What stays the same when two steps are about one element, whatever state each found it in.
std::string identity_of(const Bundle& bundle) {
    auto same = bundle;
    same.visible_text.reset();
    same.bounding.reset();
    same.near.reset();
    same.icon.reset();
    same.known_as.reset();
    same.class_name.reset();
    return hash_of(same);
}

// The recorded clue that names the element best.
std::string selector_of(const Bundle& bundle) {
    for (const auto& [name, value] : bundle.data_attrs) {
        if (name == "data-testid") return fmt::format("[data-testid=\"{}\"]", value);
    }
    if (bundle.id) return "#" + *bundle.id;
    if (bundle.css) return *bundle.css;
    if (bundle.xpath) return *bundle.xpath;
    if (bundle.name) return fmt::format("[name=\"{}\"]", *bundle.name);
    return bundle.tag.value_or("*");
}

std::string without_query(const std::string& url) {
    return url.substr(0, url.find_first_of("?#"));
}

std::string path_text(const locators::CandidatePath& path) {
    std::string text;
    for (const auto& frame : path.frames) text += frame.css + " >> ";
    for (const auto& host : path.shadow) text += host + " >> ";
    return text + path.css;
}

// All that the recording and earlier runs know of the element.
locators::Fingerprint target_of(const Step& step, const Bundle& bundle, const KnownElement* known) {
    if (known != nullptr) return known->target;
    auto target = locators::fingerprint_of(bundle);
    if (!bundle.visible_text) {
        target.text_varies = true;
        if (step.bundle) target.text = step.bundle->visible_text.value_or("");
    }
    const auto& metadata = metadata_of(step);
    for (const auto* name : {"fingerprint", "extra"}) {
        if (const auto* extra = object_member(metadata, name)) locators::add_members(target, *extra);
    }
    return target;
}

// What an element has to be like to be beyond doubt.
void remember(const Step& step, const KnownElement* known, Bundle& bundle) {
    if (known == nullptr && object_member(metadata_of(step), "fingerprint") == nullptr &&
        object_member(metadata_of(step), "extra") == nullptr) {
        return;
    }
    const auto target = target_of(step, bundle, known);
    const auto set = [](std::optional<std::string>& member, std::string text) {
        if (!text.empty()) member = std::move(text);
    };
    set(bundle.near, target.near);
    set(bundle.icon, target.icon);
    std::string names;
    for (const auto* name : {&target.aria_label, &target.label, &target.alt, &target.title, &target.placeholder,
                             &target.text, &target.accessible_name}) {
        if (!name->empty()) names += *name + " ";
    }
    // A text that differs from visit to visit names nothing; that there is none does not differ.
    if (names.empty() || !target.text_varies) bundle.known_as = std::move(names);
}

std::vector<locators::Fingerprint> recorded_page_of(const Step& step, const KnownElement* known) {
    if (known != nullptr) return known->page;
    std::vector<locators::Fingerprint> page;
    if (const auto* snapshot = array_member(metadata_of(step), "snapshot")) {
        for (const auto& print : *snapshot) {
            if (print.is_object()) page.push_back(locators::fingerprint_from(print.get_object()));
        }
    }
    return page;
}

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return file ? std::move(bytes).str() : std::string();
}

// Of the picture that the recording brings along, beside its own file and nowhere else; empty: none.
std::filesystem::path crop_path(const Recording& recording, const Step& step) {
    const auto given = text_member(metadata_of(step), "crop");
    if (!given || given->empty()) return {};
    const auto path = std::filesystem::path{*given}.lexically_normal();
    if (path.is_absolute() || *path.begin() == "..") return {};
    return std::filesystem::path{recording.path}.parent_path() / path;
}

// Looks are a clue among others: without a picture, or with a broken one, the comparison does without.
std::optional<RecordedLook> recorded_look_of(const Recording& recording, const Step& step, const KnownElement* known,
                                             const locators::BoundingBox& box) {
    const auto path =
        known != nullptr && !known->crop.empty() ? std::filesystem::path{known->crop} : crop_path(recording, step);
    if (path.empty()) return std::nullopt;
    try {
        return recorded_look(file_bytes(path), box);
    } catch (const vision::PictureError&) {
        return std::nullopt;
    }
}

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

std::optional<std::size_t> place_of(const locators::Fingerprint& print, const locators::CandidateList& list) {
    for (std::size_t i = 0; i < list.fingerprints.size(); ++i) {
        const auto& other = list.fingerprints[i];
        if (other.xpath == print.xpath && other.shadow == print.shadow) return i;
    }
    return std::nullopt;
}

// What a user types in shows in a picture of the field, and what is kept never holds that.
bool may_show_what_was_typed(const locators::Fingerprint& print) {
    constexpr std::array<std::string_view, 7> k_pressed{"button",   "submit", "reset", "image",
                                                        "checkbox", "radio",  "range"};
    if (print.tag == "input") return std::ranges::find(k_pressed, print.type) == k_pressed.end();
    return print.tag == "textarea" || print.tag == "select" || print.role == "textbox" || print.role == "combobox" ||
           print.role == "searchbox" || print.role == "spinbutton";
}

// PNG of a candidate as it looks now, padded; empty when it cannot be had.
std::string crop_now(const locators::Page& page, const locators::CandidateList& list,
                     std::optional<std::size_t> candidate) {
    if (!candidate || may_show_what_was_typed(list.fingerprints[*candidate])) return {};
    try {
        const auto crop = crop_of(view_of(page), locators::boxes_on_page(list).at(*candidate));
        return crop.empty() ? std::string() : vision::encode_png(crop);
    } catch (const Error&) {
        return {};
    } catch (const vision::PictureError&) {
        return {};
    }
}

}  // namespace

Healer::Healer(const PlannedTest& test, HealingMemory& memory)
    : test_{test},
      settings_{test.suite->settings.healing},
      memory_{memory},
      active_{settings_.mode != HealingMode::off && test.suite->settings.job.enable_healing} {}

ElementKey Healer::key_of(const Step& step, const Bundle& bundle) const {
    return {test_.suite->name, step.number, hash_of(bundle)};
}

void Healer::begin_step() {
    attempted_ = false;
    succeeded_ = false;
    doubt_.clear();
    cache_tried_.clear();
}

Healer::Lookup Healer::lookup(const Step& step, const Bundle& bundle, int tries, milliseconds left) {
    if (!active_) return {bundle, {}, false};
    if (const auto found = found_.find(identity_of(bundle)); found != found_.end()) {
        return {found->second.bundle, {}, found->second.heal};
    }
    Lookup lookup{bundle, {}, false};
    const auto key = key_of(step, bundle);
    remember(step, memory_.known(key), lookup.bundle);
    const bool cache_waits = settings_.cache_enabled && !cache_tried_.contains(identity_of(bundle));
    const auto patience = cache_waits && tries == 0 ? k_quiet_with_cache : k_quiet;
    // The last look comes at the end of the step's time.
    lookup.options.quiet = tries <= 1 ? patience : std::max(left - k_reserve, k_quiet);
    return lookup;
}

bool Healer::has_found(const Bundle& bundle) const {
    return found_.contains(identity_of(bundle));
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
    if (sure && opinion.text.empty() && direct == found.candidate) {
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

std::optional<RecordedLook> Healer::drawn_look(const Step& step, const Bundle& bundle) {
    const auto found = found_.find(identity_of(bundle));
    if (found != found_.end() && found->second.drawn) {
        return recorded_look_of(test_.suite->recording, step, memory_.known(key_of(step, bundle)),
                                bundle.bounding.value_or(locators::BoundingBox{}));
    }
    // What a run has learnt of a canvas shows all of it; only the recording can mean a part.
    if (!draws_itself(bundle.tag.value_or(""))) return std::nullopt;
    const auto box = bundle.bounding.value_or(locators::BoundingBox{});
    auto look = recorded_look_of(test_.suite->recording, step, nullptr, box);
    if (const auto given = text_member(metadata_of(step), "crop"); given && !look) {
        throw locators::ActionError(
            fmt::format("{}: its picture \"{}\" is no PNG beside the recording, and only it tells where to press",
                        step.label, *given));
    }
    constexpr double k_part = 0.9;
    const bool whole =
        look && box.width > 0 && look->crop.width >= k_part * box.width && look->crop.height >= k_part * box.height;
    return whole ? std::nullopt : std::move(look);
}

bool Healer::heal_by_sight(const locators::Page& page, const Step& step, const Bundle& bundle, const ElementKey& key,
                           cdp::Deadline deadline) {
    if (step.event != Event::click) return false;
    const auto look = recorded_look_of(test_.suite->recording, step, memory_.known(key),
                                       bundle.bounding.value_or(locators::BoundingBox{}));
    if (!look) return false;
    const auto list = locators::collect_candidates(page, {.tag = "canvas"}, bundle.iframe_chain, deadline);
    if (std::ranges::none_of(list.fingerprints, [](const auto& print) { return draws_itself(print.tag); }))
        return false;
    const auto seen = find_drawn(list, view_of(page), *look);
    if (!seen.place) {
        doubt_ += "; " + seen.doubt;
        return false;
    }
    // Set by hand: what is as alike as a search demands is as sure as a heal has to be.
    constexpr double k_least = 80;
    constexpr double k_most = 95;
    const double least = vision::SearchOptions{}.least_likeness;
    const double confidence = k_least + (k_most - k_least) * (seen.place->likeness - least) / (1 - least);
    const auto path = locators::path_of(page, list, seen.place->canvas, deadline);
    auto log = log_of(page, step, bundle);
    log.method = locators::to_string(locators::HealingMethod::vision);
    log.confidence = confidence;
    log.healed_selector = path_text(path);
    log.element = fmt::format("{} at ({:.0f}, {:.0f})", path.shown, seen.place->position.x, seen.place->position.y);
    const auto healed = locators::bundle_of(list.fingerprints[seen.place->canvas], path);
    log.healed_bundle = json::serialize(to_canonical(healed));
    log.evidence.emplace_back("looks", seen.place->likeness);
    log.applied = confidence >= settings_.confidence_threshold && settings_.mode == HealingMode::autonomous;
    if (!log.applied) log.reason = "healing only suggests, or wants more confidence";
    doubt_ = fmt::format("{}: {} (confidence {:.0f}, vision)", log.reason, log.element, confidence);
    const bool applied = log.applied;
    attempted_ = true;
    // A place is looked for anew each time: a bundle cannot hold it.
    keep(std::move(log), key, page.url(), false);
    if (!applied) return false;
    found_[identity_of(bundle)] = {.bundle = healed, .heal = true, .drawn = true};
    succeeded_ = true;
    return true;
}

Opinion Healer::second_opinion(const locators::Page& page, const Bundle& bundle, const locators::CandidateList& list,
                               const locators::Fingerprint& target, cdp::Deadline row, locators::Match& match) {
    constexpr milliseconds k_to_end{2'000};  // of the row's time: to tell what happened
    if (memory_.model() == nullptr || match.confidence >= settings_.confidence_threshold) return {};
    const auto subject = fmt::format("{}\n{}\n{}", test_.suite->name, identity_of(bundle), without_query(page.url()));
    auto opinion = consult(
        *memory_.model(), page, list, target,
        {.subject = subject, .threshold = settings_.confidence_threshold, .only_recall = asked_.contains(subject)},
        row.plus(-k_to_end), match);
    if (!opinion.request.empty()) asked_.insert(subject);
    waited_ += opinion.took;
    return opinion;
}

void Healer::picture(const locators::Page& page, const locators::CandidateList& list, const locators::Match& match,
                     bool applied, reporters::HealingLog& log) {
    constexpr std::size_t k_most_marks = 4;
    if (list.frames.size() != 1) return;
    try {
        const auto scroll = page.evaluate("[scrollX, scrollY]");
        double left = -scroll.at(0).to_number<double>();
        double top = -scroll.at(1).to_number<double>();
        for (const auto& step : list.frames.front().chain) {
            left += step.left;
            top += step.top;
        }
        std::vector<vision::Mark> marks;
        for (std::size_t i = 0; i < std::min(match.best.size(), k_most_marks); ++i) {
            const auto& box = list.fingerprints[match.best[i]].box;
            const auto colour = i > 0 ? vision::Colour::grey : applied ? vision::Colour::green : vision::Colour::red;
            marks.push_back({{static_cast<int>(box.left + left), static_cast<int>(box.top + top),
                              static_cast<int>(box.width), static_cast<int>(box.height)},
                             i > 0 ? std::to_string(i + 1) : fmt::format("{:.0f} %", match.confidence),
                             colour});
        }
        std::ranges::reverse(marks);  // the winner on top
        auto shot = vision::decode_png(page.screenshot());
        vision::annotate(shot, marks);
        const auto name = fmt::format("heal-step-{}-{}.png", log.step_number, pictures_.size() + 1);
        pictures_.emplace_back(name, vision::encode_png(shot));
        log.pictures.push_back(name);
    } catch (const std::exception&) {
        return;  // a picture is for people; the decision stands without it
    }
}

void Healer::learn(const locators::Page& page, const Step& step, const Bundle& bundle, cdp::Deadline deadline) {
    if (!active_ || found_.contains(identity_of(bundle))) return;
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
