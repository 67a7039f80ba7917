#include "healing/second_opinion.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <reprise/cdp/error.hpp>

#include "healing/question_picture.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using locators::Fingerprint;

constexpr double k_percent = 100;

double moved(double local, double by) {
    constexpr double k_least = 1e-6;
    const double p = std::clamp(local / k_percent, k_least, 1 - k_least);
    return k_percent / (1 + std::exp(-(std::log(p / (1 - p)) + by)));
}

std::string clipped(const std::string& text, std::size_t most) {
    if (text.size() <= most) return text;
    constexpr unsigned k_continuation = 0x80;
    constexpr unsigned k_mask = 0xc0;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & k_mask) == k_continuation) --most;
    return text.substr(0, most) + "...";
}

// What a person would look at; no addresses' queries, no data attributes: they hold ids of users and sessions.
json::object shown(const Fingerprint& print) {
    constexpr std::size_t k_most = 120;
    const std::array<std::pair<const char*, const std::string&>, 14> texts{{{"tag", print.tag},
                                                                            {"type", print.type},
                                                                            {"role", print.role},
                                                                            {"id", print.id},
                                                                            {"name", print.name},
                                                                            {"class", print.class_name},
                                                                            {"aria_label", print.aria_label},
                                                                            {"title", print.title},
                                                                            {"alt", print.alt},
                                                                            {"placeholder", print.placeholder},
                                                                            {"label", print.label},
                                                                            {"icon", print.icon},
                                                                            {"heading_before", print.heading},
                                                                            {"texts_nearby", print.near}}};
    json::object members;
    for (const auto& [name, text] : texts) {
        if (!text.empty()) members[name] = clipped(text, k_most);
    }
    if (!print.text.empty() && !print.text_varies) members["text"] = clipped(print.text, k_most);
    const auto path = print.href.substr(0, print.href.find_first_of("?#"));
    if (!path.empty()) members["href"] = clipped(path, k_most);
    if (print.box.width > 0) {
        members["box"] = {std::lround(print.box.left), std::lround(print.box.top), std::lround(print.box.width),
                          std::lround(print.box.height)};
    }
    return members;
}

// What a candidate is called in all rows.
std::string identity_of(const Fingerprint& print) {
    return fmt::format("{} {} {} {}", print.tag, print.shadow, print.xpath,
                       print.label.empty() ? print.text : print.label);
}

// `place` in `best`; true: that is enough.
bool choose(locators::Match& match, std::size_t place, int threshold) {
    const double confidence = confidence_when_chosen(match.best_confidence[place]);
    if (confidence < threshold) return false;
    match.confidence = confidence;
    if (place > 0) {
        // The evidence told of another one.
        match.evidence.clear();
        match.runner_up = match.candidate;
        match.runner_up_confidence = std::min(match.confidence, match.best_confidence[0]);
        std::rotate(match.best.begin(), match.best.begin() + static_cast<std::ptrdiff_t>(place),
                    match.best.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        std::rotate(match.best_confidence.begin(), match.best_confidence.begin() + static_cast<std::ptrdiff_t>(place),
                    match.best_confidence.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        match.candidate = match.best.front();
        match.doubt.clear();
    }
    match.evidence.push_back({"chosen_by_vision_model", k_word_of_model});
    match.method = locators::HealingMethod::vision_model;
    return true;
}

}  // namespace

double confidence_when_chosen(double local) {
    return std::min(k_most_with_model, moved(local, k_word_of_model));
}

double confidence_when_none(double local) {
    return moved(local, -k_word_of_model);
}

Opinion consult(VisionModel& model, const locators::Page& page, const locators::CandidateList& list,
                const Fingerprint& target, const OpinionRequest& about, cdp::Deadline deadline,
                locators::Match& match) {
    Opinion opinion;
    const bool matters = std::ranges::any_of(match.best_confidence, [&](double local) {
        return local > 0 && confidence_when_chosen(local) >= about.threshold;
    });
    if (!matters) return opinion;
    std::vector<std::size_t> places;  // in `best`, of what is offered
    std::vector<std::size_t> offered;
    VisionModel::Question question{.subject = about.subject, .only_recall = about.only_recall, .target = shown(target)};
    for (std::size_t place = 0; place < match.best.size(); ++place) {
        if (match.best_confidence[place] <= 0) continue;
        const auto& print = list.fingerprints[match.best[place]];
        places.push_back(place);
        offered.push_back(match.best[place]);
        question.candidates.push_back({identity_of(print), shown(print)});
    }
    const auto start = cdp::Deadline::Clock::now();
    try {
        question.page_title = page.title();
    } catch (const Error&) {
        question.page_title.clear();  // the page is going away
    }
    question.picture = [&] {
        return question_picture(
            page, list, offered, [&](std::string_view text) { return model.holds_secret(text); }, deadline);
    };
    auto answer = model.ask(question, deadline);
    opinion.took = std::chrono::duration_cast<std::chrono::milliseconds>(cdp::Deadline::Clock::now() - start);
    switch (answer.kind) {
        case ModelAnswer::Kind::chosen:
            opinion.text = fmt::format("the vision model chose {}: {}",
                                       describe(list.fingerprints[offered[answer.candidate]]), answer.text);
            if (!choose(match, places[answer.candidate], about.threshold))
                opinion.text += " (too little else speaks for it)";
            break;
        case ModelAnswer::Kind::none:
            opinion.text = fmt::format("the vision model says it is none of the {}: {}", offered.size(), answer.text);
            match.confidence = confidence_when_none(match.confidence);
            break;
        case ModelAnswer::Kind::no_answer:
            opinion.text = fmt::format("the vision model gave no answer: {}", answer.text);
            break;
    }
    opinion.request = std::move(answer.request);
    opinion.response = std::move(answer.response);
    opinion.png = std::move(answer.png);
    return opinion;
}

}  // namespace reprise::runner
