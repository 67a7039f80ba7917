// What a page asks of the network, and waiting for it.
#include <reprise/locators/page.hpp>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/exact_json.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/route.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "network_text.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {

std::string describe(const cdp::NetworkRequest& request) {
    const auto end = request.response          ? fmt::format(" {}", request.response->status)
                     : request.failure.empty() ? std::string(" (no answer yet)")
                                               : fmt::format(" ({})", request.failure);
    return fmt::format("{} {}{}", request.method, request.url, end);
}

std::string asked_instead(const std::vector<cdp::NetworkRequest>& requests, std::size_t after) {
    constexpr std::size_t k_most = 5;
    std::string list;
    std::size_t count = 0;
    for (const auto& request : requests) {
        if (request.number <= after) continue;
        if (++count <= k_most) list += "\n  " + describe(request);
    }
    if (count == 0) return "; nothing was asked of the network";
    return fmt::format("; {} other request{}:{}{}", count, count == 1 ? "" : "s", list,
                       count > k_most ? fmt::format("\n  and {} more", count - k_most) : "");
}

RequestFilter requests_to(const UrlMatch& url) {
    return [url](const cdp::NetworkRequest& request) {
        const bool preflight = request.method == "OPTIONS" && !request.header("Access-Control-Request-Method").empty();
        return !preflight && url.matches(request.url);
    };
}

std::vector<cdp::NetworkRequest> Page::requests() const {
    return page_->target.requests();
}

void Page::keep_response_bodies(CallSite site) const {
    const auto text = [] { return std::string("page.keep_response_bodies()"); };
    return observed(*page_, site, text, [&] { page_->target.keep_response_bodies(page_->deadline({})); });
}

cdp::NetworkRequest Page::wait_for_network(cdp::NetworkStage stage, const std::string& shown,
                                           const RequestFilter& wanted, const std::function<void()>& action,
                                           const WaitOptions& options) const {
    const bool answer = stage == cdp::NetworkStage::answered;
    const auto call = fmt::format("page.wait_for_{}({})", answer ? "response" : "request", shown);
    if (answer) page_->target.keep_response_bodies(page_->deadline(options.timeout));
    const auto held = page_->target.hold_traffic();
    const auto after = page_->target.requests_seen();
    action();
    const auto text = [&] { return call; };
    return observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        try {
            return page_->target.wait_for_request(stage, after, wanted, deadline);
        } catch (const cdp::TimeoutError&) {
            throw cdp::TimeoutError(fmt::format("{}: no such {} within {} ms{}", call, answer ? "answer" : "request",
                                                deadline.timeout().count(),
                                                asked_instead(page_->target.requests(), after)));
        }
    });
}

cdp::NetworkRequest Page::wait_for_request(const UrlMatch& url, const std::function<void()>& action,
                                           const WaitOptions& options) const {
    const auto wanted = requests_to(url.based_on(page_->context.state_->base_url));
    return wait_for_network(cdp::NetworkStage::sent, url.shown(), wanted, action, options);
}

cdp::NetworkRequest Page::wait_for_response(const UrlMatch& url, const std::function<void()>& action,
                                            const WaitOptions& options) const {
    const auto wanted = requests_to(url.based_on(page_->context.state_->base_url));
    return wait_for_network(cdp::NetworkStage::answered, url.shown(), wanted, action, options);
}

cdp::NetworkRequest Page::wait_for_request(const RequestFilter& wanted, const std::function<void()>& action,
                                           const WaitOptions& options) const {
    return wait_for_network(cdp::NetworkStage::sent, k_some_function, wanted, action, options);
}

cdp::NetworkRequest Page::wait_for_response(const RequestFilter& wanted, const std::function<void()>& action,
                                            const WaitOptions& options) const {
    return wait_for_network(cdp::NetworkStage::answered, k_some_function, wanted, action, options);
}

cdp::NetworkRequest Page::complete(const cdp::NetworkRequest& request, const WaitOptions& options) const {
    const auto text = [&] { return fmt::format("page.complete({})", describe(request)); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.complete(request, page_->deadline(options.timeout)); });
}

std::optional<std::string> Page::post_data(const cdp::NetworkRequest& request, const WaitOptions& options) const {
    const auto text = [&] { return fmt::format("page.post_data({})", describe(request)); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.post_data(request, page_->deadline(options.timeout)); });
}

boost::json::value Page::response_json(const cdp::NetworkRequest& request, const WaitOptions& options) const {
    const auto body = response_body(request, options);
    boost::json::error_code error;
    auto value = cdp::parse_exactly(body, error);
    if (!error) return value;
    throw ActionError(fmt::format("page.response_json({}): the body is no JSON: {}: \"{}\"", describe(request),
                                  error.message(), beginning_of(body)));
}

std::string Page::response_body(const cdp::NetworkRequest& request, const WaitOptions& options) const {
    const auto text = [&] { return fmt::format("page.response_body({})", describe(request)); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.response_body(request, page_->deadline(options.timeout)); });
}

}  // namespace reprise::locators
