#include "supabase/answers.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;
using Kind = PortalError::Kind;

// What the three services say of an error, each in its own members.
struct Told {
    int status{};  // Storage answers 400 and gives the true status in its body
    std::string code{};
    std::string text{};
    bool is_json{};
};

std::string member(const json::object& object, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto* value = object.if_contains(name);
        if (value != nullptr && value->is_string() && !value->get_string().empty()) {
            return std::string(value->get_string());
        }
    }
    return {};
}

int number_of(const std::string& text, int otherwise) {
    int number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Told told_by(const HttpAnswer& answer, Service service) {
    Told told{.status = answer.status};
    boost::system::error_code error;
    const auto body = json::parse(answer.body, error);
    if (error || !body.is_object()) return told;
    const auto& object = body.get_object();
    told.is_json = true;
    told.text = member(object, {"message", "msg", "error_description"});
    if (service == Service::files) {
        told.status = number_of(member(object, {"statusCode"}), answer.status);
        told.code = member(object, {"code", "error"});
    } else {
        told.code = member(object, {"code", "error_code", "error"});
    }
    if (const auto details = member(object, {"details"}); !details.empty()) told.text += ": " + details;
    if (const auto hint = member(object, {"hint"}); !hint.empty()) told.text += fmt::format(" ({})", hint);
    return told;
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
    return std::ranges::find(codes, code) != codes.end();
}

bool may_pass(const Told& told) {
    constexpr int k_request_timeout = 408, k_too_early = 425, k_too_many_requests = 429, k_server_error = 500;
    // Connections that the database closes or has none left of, whatever status they come with; a schema being read.
    return told.status >= k_server_error || told.status == k_request_timeout || told.status == k_too_early ||
           told.status == k_too_many_requests || told.code.starts_with("57P0") || told.code.starts_with("08") ||
           is_one_of(told.code, {"PGRST000", "PGRST001", "PGRST002", "PGRST003", "53300", "40001", "40P01"});
}

Kind kind_of(const Told& told, Service service) {
    if (is_one_of(told.code, {"42P01", "PGRST205"})) return Kind::missing_table;
    if (is_one_of(told.code, {"42703", "PGRST204"})) return Kind::missing_column;
    if (is_one_of(told.code, {"PGRST202", "42883"})) return Kind::missing_function;
    if (told.code == "42501") return Kind::forbidden;
    if (may_pass(told)) return Kind::unavailable;
    switch (told.status) {
        case 401:
            return Kind::unauthorized;
        case 403:
            return Kind::forbidden;
        case 404: {
            const bool bucket = service == Service::files && told.text.find("ucket") != std::string::npos;
            return bucket ? Kind::missing_bucket : Kind::not_found;
        }
        case 409:
            return Kind::conflict;
        default:
            break;
    }
    if (told.code == "PGRST116") return Kind::not_found;
    if (service == Service::sign_in) return Kind::unauthorized;
    return Kind::refused;
}

std::string advice(Kind kind, const Told& told, Service service) {
    switch (kind) {
        case Kind::unauthorized:
            if (service == Service::sign_in) return "SUPABASE_EMAIL and SUPABASE_PASSWORD are not accepted";
            return told.text.find("expired") != std::string::npos
                       ? "the key has expired: set a new one (SUPABASE_SERVICE_ROLE_KEY or SUPABASE_KEY_FILE)"
                       : "the key is not accepted: check SUPABASE_SERVICE_ROLE_KEY or SUPABASE_KEY_FILE";
        case Kind::forbidden:
            return "row-level security or a missing grant refuses it: use the service role's key, or sign in as the "
                   "user whose rows these are (SUPABASE_USER_ID)";
        case Kind::missing_table:
        case Kind::missing_column:
        case Kind::missing_function:
            return "the portal's schema lacks it: apply supabase/migrations";
        case Kind::missing_bucket:
            return "make the bucket, or apply supabase/migrations, which do";
        case Kind::unreachable:
        case Kind::unavailable:
        case Kind::not_found:
        case Kind::conflict:
        case Kind::refused:
        case Kind::bad_answer:
        case Kind::stopped:
            break;
    }
    return {};
}

// The beginning of what is no JSON, on one line.
std::string beginning_of(const std::string& body) {
    constexpr std::size_t k_most = 80;
    auto text = body.substr(0, k_most);
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return body.size() > k_most ? text + "…" : text;
}

std::string page_text(const HttpAnswer& answer) {
    return fmt::format("a page ({}) in place of JSON: \"{}\"; is SUPABASE_URL the address of a Supabase project?",
                       answer.content_type.empty() ? "no content type" : answer.content_type,
                       beginning_of(answer.body));
}

}  // namespace

PortalError error_of(const HttpAnswer& answer, Service service, const std::string& what) {
    const auto told = told_by(answer, service);
    const auto kind = kind_of(told, service);
    auto text = fmt::format("{}: HTTP {}", what, told.status);
    if (!told.code.empty()) text += " " + told.code;
    if (!told.text.empty()) text += fmt::format(" \"{}\"", told.text);
    if (!told.is_json && !answer.body.empty()) text += ": " + page_text(answer);
    if (const auto what_to_do = advice(kind, told, service); !what_to_do.empty()) text += "; " + what_to_do;
    return {kind, text, told.status, told.code};
}

PortalError error_of(const HttpError& error, const std::string& what) {
    const auto kind = error.cause() == HttpError::Cause::stopped   ? Kind::stopped
                      : error.cause() == HttpError::Cause::too_big ? Kind::refused
                                                                   : Kind::unreachable;
    return {kind, fmt::format("{}: {}", what, error.what())};
}

json::value json_of(const HttpAnswer& answer, const std::string& what) {
    if (answer.body.empty()) return nullptr;
    if (answer.content_type.find("json") == std::string::npos) {
        throw PortalError(Kind::bad_answer, fmt::format("{}: {}", what, page_text(answer)), answer.status);
    }
    boost::system::error_code error;
    constexpr std::size_t k_deepest = 256;
    auto value = json::parse(answer.body, error, {}, {.max_depth = k_deepest});
    if (error) {
        throw PortalError(
            Kind::bad_answer,
            fmt::format("{}: the answer of {} bytes is no whole JSON ({})", what, answer.body.size(), error.message()),
            answer.status);
    }
    return value;
}

}  // namespace reprise::reporters::supabase
