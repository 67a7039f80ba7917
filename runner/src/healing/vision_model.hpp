// An outside model that is asked which candidate is the recorded element, when comparison could not tell. Its answer
// is evidence for second_opinion.hpp, never a decision. Off unless the user asks for it and there is a key: pictures
// of pages leave the machine.
//
// Thread-safe: shared by the rows of a run. One question at a time; who waits for his turn waits within his deadline.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/deadline.hpp>
#include <reprise/reporters/redactor.hpp>
#include <reprise/runner/settings.hpp>

#include <reprise/reporters/http_client.hpp>
#include "healing/messages_api.hpp"

namespace reprise::runner {

struct ModelAnswer {
    enum class Kind { chosen, none, no_answer };
    Kind kind{Kind::no_answer};
    std::size_t candidate{};  // chosen: place among the question's candidates, from 0
    std::string text{};       // the model's reason, or why there is no answer
    // JSON as it is kept: without picture, key and secrets. Empty: nothing was sent.
    std::string request{}, response{};
    std::string png{};  // what was sent
};

class VisionModel {
public:
    struct Access {
        std::string key;
        std::string base_address;
    };
    // ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. Throws std::invalid_argument when there is no key or one of them cannot
    // be used; no text holds the key.
    static Access access_from_environment();

    // `secrets`: what else must not leave the machine; outlives it.
    VisionModel(const VisionModelSettings& settings, Access access, const reporters::Redactor* secrets = nullptr);

    struct Candidate {
        std::string identity;  // the same in every row
        boost::json::object shown;
    };
    struct Question {
        std::string subject;  // which recorded element, on which page
        bool only_recall{};   // nothing is sent
        boost::json::object target{};
        std::vector<Candidate> candidates{};
        std::string page_title{};
        // PNG bytes, made only when the model is really asked. Throws std::exception: there is no picture.
        std::function<std::string()> picture{};
    };
    // What was answered about a subject in this run is the answer again, as long as the candidate is still there.
    ModelAnswer ask(const Question& question, cdp::Deadline deadline);

    // The key, or what `secrets` knows.
    bool holds_secret(std::string_view text) const { return clean(text) != text; }

    // The run ends: whoever asks gets no answer, at once.
    void stop();

    struct Spent {
        int requests{};
        int tokens{};
    };
    Spent spent() const;

private:
    // One question at a time.
    class Turn {
    public:
        Turn(VisionModel& model, cdp::Deadline deadline);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        bool taken() const { return taken_; }

    private:
        VisionModel& model_;
        bool taken_;
    };
    struct Remembered {
        ModelAnswer answer;
        std::string identity{};  // of the candidate chosen
    };
    std::optional<ModelAnswer> recall(const Question& question) const;
    std::string refusal() const;
    ModelAnswer put(const Question& question, cdp::Deadline deadline);
    std::string send(const ModelQuestion& question, const std::string& png, cdp::Deadline deadline,
                     ModelAnswer& answer);
    reporters::HttpAnswer post(const std::string& body, cdp::Deadline deadline);
    bool may_try_again(const reporters::HttpAnswer& reply, cdp::Deadline deadline);
    std::string clean(std::string_view text) const;
    void clean(boost::json::value& value) const;
    void count(int tokens);

    VisionModelSettings settings_;
    const reporters::Redactor* secrets_;
    reporters::Redactor own_;  // the key
    reporters::HttpClient http_;
    // Of whose turn it is:
    RequestForm form_{};
    std::map<std::string, Remembered> remembered_;  // by subject
    std::string closed_{};                          // why no more is asked
    int silences_{};                                // in succession

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool taken_{};    // guarded by mutex_; somebody has the turn
    bool stopped_{};  // guarded by mutex_
    Spent spent_{};   // guarded by mutex_
};

}  // namespace reprise::runner
