#include "healing/vision_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using reporters::HttpAnswer;
using reporters::HttpError;
using std::chrono::milliseconds;

constexpr const char* k_default_model = "claude-sonnet-4-6";
constexpr const char* k_default_address = "https://api.anthropic.com";
constexpr const char* k_api_version = "2023-06-01";
constexpr int k_unknown_tokens = 5'000;  // taken for a question whose answer does not say what it cost
constexpr int k_most_silences = 3;
constexpr milliseconds k_least_time{500};  // below it no answer can be hoped for
constexpr milliseconds k_pause{200};       // before the one repetition, when the server names none

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string messages_address(std::string base) {
    while (base.ends_with('/')) base.pop_back();
    return base + "/v1/messages";
}

std::vector<std::string> headers(const std::string& key) {
    return {"x-api-key: " + key, std::string("anthropic-version: ") + k_api_version, "content-type: application/json",
            "accept: application/json"};
}

bool is_json(const std::string& content_type) {
    return content_type.starts_with("application/json");
}

// No other question will fare better: the key or the model's name is wrong.
bool is_final(int status) {
    return status == 401 || status == 403 || status == 404;
}

// Leaves out what the model says it does not know; true: there was something to leave out.
bool simplify(RequestForm& form, const HttpAnswer& reply, const std::string& told) {
    if (reply.status != 400) return false;
    bool changed = false;
    const auto drop = [&](bool& member, const char* name) {
        if (!member || told.find(name) == std::string::npos) return;
        member = false;
        changed = true;
    };
    drop(form.temperature, "temperature");
    drop(form.thinking, "thinking");
    return changed;
}

}  // namespace

VisionModel::Access VisionModel::access_from_environment() {
    Access access{variable("ANTHROPIC_API_KEY"), variable("ANTHROPIC_BASE_URL")};
    if (access.base_address.empty()) access.base_address = k_default_address;
    if (access.key.empty()) throw std::invalid_argument("a vision model needs a key: ANTHROPIC_API_KEY is not set");
    const bool printable =
        std::ranges::all_of(access.key, [](unsigned char c) { return c > ' ' && c < 0x7f; });  // a header of its own
    if (!printable || access.key.size() < reporters::Redactor::k_shortest_secret) {
        throw std::invalid_argument("ANTHROPIC_API_KEY is no key: it is too short, or holds blanks");
    }
    if (const auto problem = reporters::problem_of_base_address(access.base_address); !problem.empty()) {
        throw std::invalid_argument(fmt::format("ANTHROPIC_BASE_URL {}", problem));
    }
    return access;
}

VisionModel::VisionModel(const VisionModelSettings& settings, Access access, const reporters::Redactor* secrets)
    : settings_{settings}, secrets_{secrets}, http_{messages_address(access.base_address), headers(access.key)} {
    if (settings_.model.empty() || settings_.model == "on") settings_.model = k_default_model;
    own_.add(access.key);
}

std::string VisionModel::clean(std::string_view text) const {
    auto cleaned = own_.redact(text);
    return secrets_ != nullptr ? secrets_->redact(cleaned) : cleaned;
}

void VisionModel::clean(json::value& value) const {
    if (auto* text = value.if_string()) {
        *text = clean(std::string_view{*text});
    } else if (auto* list = value.if_array()) {
        for (auto& item : *list) clean(item);
    } else if (auto* members = value.if_object()) {
        for (auto& member : *members) clean(member.value());
    }
}

VisionModel::Turn::Turn(VisionModel& model, cdp::Deadline deadline) : model_{model} {
    std::unique_lock lock{model.mutex_};
    model.changed_.wait_until(lock, deadline.at(), [&] { return !model.taken_ || model.stopped_; });
    taken_ = !model.taken_ && !model.stopped_;
    model.taken_ = model.taken_ || taken_;
}

VisionModel::Turn::~Turn() {
    if (!taken_) return;
    const std::lock_guard lock{model_.mutex_};
    model_.taken_ = false;
    model_.changed_.notify_all();
}

void VisionModel::stop() {
    http_.stop();
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_all();
}

VisionModel::Spent VisionModel::spent() const {
    const std::lock_guard lock{mutex_};
    return spent_;
}

void VisionModel::count(int tokens) {
    const std::lock_guard lock{mutex_};
    spent_.tokens += tokens;
}

std::optional<ModelAnswer> VisionModel::recall(const Question& question) const {
    const auto found = remembered_.find(question.subject);
    if (found == remembered_.end()) return std::nullopt;
    auto answer = found->second.answer;
    if (answer.kind != ModelAnswer::Kind::chosen) return answer;
    const auto place = std::ranges::find(question.candidates, found->second.identity, &Candidate::identity);
    if (place == question.candidates.end()) return std::nullopt;
    answer.candidate = static_cast<std::size_t>(place - question.candidates.begin());
    return answer;
}

// Why nothing more may be asked; empty: it may.
std::string VisionModel::refusal() const {
    if (!closed_.empty()) return closed_;
    const auto used = spent();
    if (used.requests >= settings_.max_requests) {
        return fmt::format("the run's {} questions are used up", settings_.max_requests);
    }
    if (used.tokens >= settings_.max_tokens) {
        return fmt::format("the run's {} tokens are used up", settings_.max_tokens);
    }
    return {};
}

ModelAnswer VisionModel::ask(const Question& question, cdp::Deadline deadline) {
    const Turn turn{*this, deadline};
    if (!turn.taken()) return {.text = "it was busy with another row until the time was over"};
    if (auto known = recall(question)) return *std::move(known);
    if (question.only_recall) return {.text = "it was asked about other candidates in this row"};
    if (auto reason = refusal(); !reason.empty()) return {.text = std::move(reason)};
    if (deadline.remaining() < k_least_time) return {.text = "there was no time left for a question"};
    auto answer = put(question, deadline.no_later_than(settings_.timeout));
    answer.text = clean(answer.text);
    if (answer.request.empty()) return answer;  // it was not asked
    auto& kept = remembered_[question.subject];
    kept.answer = answer;
    kept.answer.png.clear();
    if (answer.kind == ModelAnswer::Kind::chosen) kept.identity = question.candidates[answer.candidate].identity;
    return answer;
}

ModelAnswer VisionModel::put(const Question& question, cdp::Deadline deadline) {
    ModelAnswer answer;
    ModelQuestion sent{.target = question.target, .page_title = clean(question.page_title)};
    json::value target = question.target;
    clean(target);
    sent.target = std::move(target.get_object());
    for (const auto& candidate : question.candidates) {
        json::value shown = candidate.shown;
        clean(shown);
        sent.candidates.push_back(std::move(shown.get_object()));
    }
    std::string body;
    try {
        answer.png = question.picture();
        body = send(sent, answer.png, deadline, answer);
        silences_ = 0;
        const auto choice = read_reply(body, sent.candidates.size());
        count(choice.tokens > 0 ? choice.tokens : k_unknown_tokens);
        answer.kind = choice.candidate ? ModelAnswer::Kind::chosen : ModelAnswer::Kind::none;
        answer.candidate = choice.candidate.value_or(0);
        answer.text = choice.reason;
    } catch (const BadReply& bad) {
        count(bad.tokens() > 0 ? bad.tokens() : k_unknown_tokens);
        answer.text = bad.what();
    } catch (const HttpError& error) {
        answer.text = error.what();
        if (answer.response.empty()) answer.response = json::serialize(json::object{{"error", clean(error.what())}});
        if (error.cause() == HttpError::Cause::stopped) closed_ = error.what();
        if (++silences_ >= k_most_silences && closed_.empty()) {
            closed_ = fmt::format("it gave no answer {} times in succession", silences_);
        }
    } catch (const std::exception& error) {
        answer.text = error.what();
    }
    return answer;
}

// The body of a good answer. Throws HttpError, BadReply.
std::string VisionModel::send(const ModelQuestion& question, const std::string& png, cdp::Deadline deadline,
                              ModelAnswer& answer) {
    const auto keep = [&](const HttpAnswer& reply) {
        boost::system::error_code error;
        json::value body = json::parse(reply.body, error);
        constexpr std::size_t k_most_kept = 2'000;
        if (error) body = json::string(reply.body.substr(0, k_most_kept));
        clean(body);
        answer.response = json::serialize(json::object{{"status", reply.status}, {"body", std::move(body)}});
    };
    for (bool again = false;; again = true) {
        const auto request = messages_request(question, png, settings_.model, form_);
        answer.request = clean(json::serialize(without_picture(request, png)));
        const auto reply = post(json::serialize(request), deadline);
        keep(reply);
        if (reply.status == 200) {
            if (!is_json(reply.content_type)) throw BadReply("its answer is not JSON", 0);
            return reply.body;
        }
        const auto told = error_text(reply.body);
        const auto problem = fmt::format("it answered with HTTP {}{}{}", reply.status, told.empty() ? "" : ": ", told);
        if (is_final(reply.status)) closed_ = clean(problem);
        const bool hope = simplify(form_, reply, told) || (!again && may_try_again(reply, deadline));
        if (again || !hope || !refusal().empty()) throw HttpError(HttpError::Cause::unreachable, problem);
    }
}

HttpAnswer VisionModel::post(const std::string& body, cdp::Deadline deadline) {
    {
        const std::lock_guard lock{mutex_};
        ++spent_.requests;
    }
    return http_.send({.body = body}, deadline.remaining());
}

// Waits as long as the server wishes, if that is in time.
bool VisionModel::may_try_again(const HttpAnswer& reply, cdp::Deadline deadline) {
    if (reply.status != 429 && reply.status < 500) return false;
    const milliseconds pause = reply.retry_after ? milliseconds{*reply.retry_after} : k_pause;
    if (pause + k_least_time > deadline.remaining()) return false;
    std::unique_lock lock{mutex_};
    return !changed_.wait_for(lock, pause, [&] { return stopped_; });
}

}  // namespace reprise::runner
