#include "har/recorder.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/locators/error.hpp>

#include "har/entry_json.hpp"

namespace reprise::locators {
namespace {

namespace json = boost::json;
constexpr double k_most_body_bytes = 512.0 * (1 << 20);  // of a recording: further ones are left out
constexpr std::chrono::seconds k_patience{5};

std::string name_of(const std::string& bytes, const std::string& mime_type) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    ::EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, ::EVP_sha1(), nullptr);
    std::string name;
    for (unsigned i = 0; i < size; ++i) name += fmt::format("{:02x}", digest[i]);
    return name + ending_of(mime_type);
}

}  // namespace

HarRecorder::HarRecorder(std::filesystem::path file, HarOptions options, std::string browser)
    : file_{std::move(file)},
      options_{std::move(options)},
      content_{options_.content.value_or(is_zip(file_) ? HarContent::attach : HarContent::embed)},
      browser_{std::move(browser)},
      call_{fmt::format("context.record_har(\"{}\")", file_.string())} {}

void HarRecorder::on_network_on_io_thread(const std::string& page, const cdp::Session& session, cdp::NetworkStage stage,
                                          const cdp::NetworkRequest& request) {
    if (!request.url.starts_with("http") || !is_wanted(request.url)) return;
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    const std::pair key{page, request.number};
    if (stage == cdp::NetworkStage::sent) {
        places_[key] = entries_.size();
        entries_.push_back({.page = page, .request = request});
        auto& entry = entries_.back();
        // Large bodies are not told with the request, and forgotten with its page.
        if (request.has_post_data && !request.post_data) {
            entry.post_data = session.post(cdp::network::GetRequestPostData{.requestId = request.id});
        }
        return;
    }
    const auto place = places_.find(key);
    if (place == places_.end()) return;
    auto& entry = entries_.at(place->second);
    auto post_data = std::move(entry.request.post_data);
    entry.request = request;
    if (!entry.request.post_data) entry.request.post_data = std::move(post_data);
    if (stage == cdp::NetworkStage::ended) ask_for_bodies(entry, session);
    if (stage != cdp::NetworkStage::complete) return;
    places_.erase(place);
    changed_.notify_all();
}

bool HarRecorder::is_wanted(const std::string& url) {
    if (!options_.url) return true;
    try {
        return options_.url->matches(url);
    } catch (const std::exception& error) {  // an expression that is too costly for an address
        const std::lock_guard lock{mutex_};
        if (problem_.empty()) problem_ = fmt::format("{} is not in the recording: {}", url, error.what());
        return false;
    }
}

// At once: the browser forgets them with the document.
void HarRecorder::ask_for_bodies(Entry& entry, const cdp::Session& session) {
    const auto& request = entry.request;
    const bool has_body = request.response && request.finished && !request.redirected_to;
    if (!keeps_bodies() || !has_body) return;
    if (body_bytes_ > k_most_body_bytes) {
        entry.body_left_out = true;
        return;
    }
    body_bytes_ += request.decoded_bytes;
    entry.body = session.post(cdp::network::GetResponseBody{.requestId = request.id});
}

void HarRecorder::stop() {
    const auto deadline = cdp::Deadline::after(k_patience);
    std::string problem;
    {
        std::unique_lock lock{mutex_};
        if (stopped_) return;
        // Those that have not ended are written as far as they have come.
        const auto known = [this] {
            for (const auto& [key, place] : places_) {
                if (entries_[place].request.ended()) return false;
            }
            return true;
        };
        changed_.wait_until(lock, deadline.at(), known);
        stopped_ = true;
        problem = problem_;
    }
    write_archive(call_, file_, archive(deadline));
    if (!problem.empty()) throw ActionError(fmt::format("{}: {}", call_, problem));
}

boost::json::object HarRecorder::content_of(Entry& entry, HarArchive& archive, cdp::Deadline deadline) const {
    const auto& request = entry.request;
    json::object content{
        {"size", options_.mode == HarMode::minimal ? -1 : static_cast<std::int64_t>(request.decoded_bytes)},
        {"mimeType", request.response ? mime_type_of(*request.response) : "x-unknown"}};
    const auto missing = [&](const std::string& why) {
        // Else a replay would answer with nothing.
        if (request.decoded_bytes > 0) content[k_body_missing] = why;
        return content;
    };
    if (entry.body_left_out)
        return missing(fmt::format("more than {} MB in all", static_cast<std::size_t>(k_most_body_bytes) >> 20U));
    if (!entry.body) return content;
    cdp::network::GetResponseBody::Result body;
    try {
        body = cdp::decode_answer<cdp::network::GetResponseBody>(entry.body->get(deadline));
    } catch (const Error& error) {
        return missing(error.what());
    }
    auto bytes = body.base64Encoded ? cdp::decode_base64(body.body) : body.body;
    if (options_.mode == HarMode::full) content["size"] = bytes.size();
    if (content_ == HarContent::attach) {
        const auto name = name_of(bytes, request.response->mime_type);
        content["_file"] = name;
        archive.bodies.try_emplace(name, std::move(bytes));
    } else {
        content["text"] = std::move(body.body);
        if (body.base64Encoded) content["encoding"] = "base64";
    }
    return content;
}

HarArchive HarRecorder::archive(cdp::Deadline deadline) {
    HarArchive archive;
    json::array entries;
    json::array pages;
    std::map<std::string, std::string> page_ids;
    for (auto& entry : entries_) {  // nothing is added any more
        const auto [page, is_new] = page_ids.try_emplace(entry.page, fmt::format("page_{}", page_ids.size() + 1));
        if (is_new) {
            pages.push_back(json::object{{"startedDateTime", iso_time(entry.request.time)},
                                         {"id", page->second},
                                         {"title", entry.request.url},
                                         {"pageTimings", json::object{{"onContentLoad", -1}, {"onLoad", -1}}}});
        }
        if (entry.post_data) {
            try {
                auto told = cdp::decode_answer<cdp::network::GetRequestPostData>(entry.post_data->get(deadline));
                entry.request.post_data = told.base64Encoded ? cdp::decode_base64(told.postData) : told.postData;
            } catch (const Error&) {  // the page has gone: it is written without
            }
        }
        auto written = entry_json(entry.request, options_.mode);
        written["pageref"] = page->second;
        written["response"].as_object()["content"] = content_of(entry, archive, deadline);
        entries.push_back(std::move(written));
    }
    const auto [name, version] = browser_name(browser_);
    json::object log{{"version", "1.2"},
                     {"creator", json::object{{"name", "Reprise"}, {"version", "1.0"}}},
                     {"browser", json::object{{"name", name}, {"version", version}}},
                     {"pages", std::move(pages)},
                     {"entries", std::move(entries)}};
    archive.har = json::serialize(json::object{{"log", std::move(log)}});
    return archive;
}

void HarRecording::stop() const {
    recorder_->stop();
}

}  // namespace reprise::locators
