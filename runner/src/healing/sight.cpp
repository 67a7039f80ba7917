// The healer's eyes: pictures for people and for a vision model, and places that only a picture shows.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/vision/annotate.hpp>
#include <reprise/vision/search.hpp>

#include "healing/drawn_content.hpp"
#include "healing/healer.hpp"
#include "healing/recollection.hpp"
#include "recording/bundle_writer.hpp"
#include "recording/members.hpp"

namespace reprise::runner {

using locators::Bundle;
using std::chrono::milliseconds;
namespace json = boost::json;

std::optional<RecordedLook> Healer::drawn_look(const Step& step, const Bundle& bundle) {
    if (const auto* found = found_before(bundle); found != nullptr && found->drawn) {
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
    auto view = view_of(page);
    const auto seen = find_drawn(list, view, *look);
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
    const locators::BoundingBox place{.left = seen.place->middle.x - look->element.width / 2.0,
                                      .top = seen.place->middle.y - look->element.height / 2.0,
                                      .width = static_cast<double>(look->element.width),
                                      .height = static_cast<double>(look->element.height)};
    vision::annotate(view.picture, {{box_in(view, place), fmt::format("{:.0f} %", confidence),
                                     applied ? vision::Colour::green : vision::Colour::red}});
    keep_picture(vision::encode_png(view.picture), log);
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

void Healer::keep_picture(std::string png, reporters::HealingLog& log) {
    const auto name = fmt::format("heal-step-{}-{}.png", log.step_number, pictures_.size() + 1);
    pictures_.emplace_back(name, std::move(png));
    log.pictures.push_back(name);
}

void Healer::picture(const locators::Page& page, const locators::CandidateList& list, const locators::Match& match,
                     bool applied, reporters::HealingLog& log) {
    constexpr std::size_t k_most_marks = 4;
    if (list.frames.size() != 1) return;
    try {
        auto view = view_of(page);
        const auto boxes = locators::boxes_on_page(list);
        std::vector<vision::Mark> marks;
        for (std::size_t i = 0; i < std::min(match.best.size(), k_most_marks); ++i) {
            const auto colour = i > 0 ? vision::Colour::grey : applied ? vision::Colour::green : vision::Colour::red;
            marks.push_back({box_in(view, boxes[match.best[i]]),
                             i > 0 ? std::to_string(i + 1) : fmt::format("{:.0f} %", match.confidence), colour});
        }
        std::ranges::reverse(marks);  // the winner on top
        vision::annotate(view.picture, marks);
        keep_picture(vision::encode_png(view.picture), log);
    } catch (const std::exception&) {
        return;  // a picture is for people; the decision stands without it
    }
}

}  // namespace reprise::runner
