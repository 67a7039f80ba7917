#include <reprise/locators/storage_state.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/error.hpp>

#include "address.hpp"
#include "context_state.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

const json::value& member(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) throw Error(fmt::format("\"{}\" is missing", name));
    return *value;
}

std::string text_of(const json::object& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_string()) throw Error(fmt::format("\"{}\" is no text", name));
    return std::string(value.get_string());
}

bool flag_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::array& list_of(const json::object& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_array()) throw Error(fmt::format("\"{}\" is no list", name));
    return value.get_array();
}

const json::object& object_of(const json::value& value, const char* what) {
    if (!value.is_object()) throw Error(fmt::format("{} is no object", what));
    return value.get_object();
}

Cookie read_cookie(const json::object& object) {
    Cookie cookie{.name = text_of(object, "name"),
                  .value = text_of(object, "value"),
                  .domain = text_of(object, "domain"),
                  .path = text_of(object, "path"),
                  .http_only = flag_of(object, "httpOnly"),
                  .secure = flag_of(object, "secure")};
    if (const auto* expires = object.if_contains("expires"); expires != nullptr && expires->is_number()) {
        cookie.expires = expires->to_number<double>();
    }
    if (object.contains("sameSite")) cookie.same_site = text_of(object, "sameSite");
    if (object.contains("partitionKey")) cookie.partition_key = text_of(object, "partitionKey");
    cookie.partitioned_below_other = flag_of(object, "_crHasCrossSiteAncestor");
    return cookie;
}

OriginStorage read_origin(const json::object& object) {
    OriginStorage origin{.origin = text_of(object, "origin")};
    if (const auto* other = object.if_contains("indexedDB");
        other != nullptr && other->is_array() && !other->get_array().empty()) {
        throw Error(fmt::format("{} has \"indexedDB\", which cannot be restored", origin.origin));
    }
    for (const auto& item : list_of(object, "localStorage")) {
        const auto& entry = object_of(item, "an item of \"localStorage\"");
        origin.local_storage.push_back({text_of(entry, "name"), text_of(entry, "value")});
    }
    return origin;
}

json::object to_object(const Cookie& cookie) {
    json::object object{{"name", cookie.name},    {"value", cookie.value},     {"domain", cookie.domain},
                        {"path", cookie.path},    {"expires", cookie.expires}, {"httpOnly", cookie.http_only},
                        {"secure", cookie.secure}};
    if (!cookie.same_site.empty()) object["sameSite"] = cookie.same_site;
    if (!cookie.partition_key.empty()) {
        object["partitionKey"] = cookie.partition_key;
        object["_crHasCrossSiteAncestor"] = cookie.partitioned_below_other;
    }
    return object;
}

// A page of ours in the context, whose every address is answered by an empty document: it can be at any origin without
// a server, and runs none of its scripts. Gone without a trace at the end.
class BlankPage {
public:
    explicit BlankPage(ContextState& context) : context_{context}, page_{context.target.new_page(context_deadline())} {
        context_.add_route(page_.id(), "**", [](const Route& route) { route.fulfill({.content_type = "text/html"}); },
                           {});
    }
    BlankPage(const BlankPage&) = delete;
    BlankPage& operator=(const BlankPage&) = delete;
    ~BlankPage() {
        try {
            context_.target.take_back_page(page_);
            context_.remove_route(page_.id(), "**");
        } catch (const std::exception&) {  // the browser is gone, and the page with it
        }
    }
    void go_to(const std::string& origin) { page_.navigate(origin + "/", cdp::LoadState::load, context_deadline()); }
    json::value evaluate(const std::string& expression) {
        return page_.evaluate(page_.main_frame(), cdp::World::isolated, expression, context_deadline());
    }

private:
    ContextState& context_;
    cdp::PageTarget page_;
};

// Null: the document has no storage (sandboxed, data:).
constexpr const char* k_read_storage =
    "(() => { try { return [self.origin, Object.entries(localStorage)] } catch { return null } })()";

void keep(const json::value& read, std::vector<OriginStorage>& storage, std::vector<std::string>& known) {
    const auto* pair = read.if_array();
    if (pair == nullptr || pair->size() != 2) return;
    OriginStorage origin{.origin = std::string(pair->at(0).as_string())};
    if (std::ranges::find(known, origin.origin) != known.end()) return;
    known.push_back(origin.origin);
    for (const auto& item : pair->at(1).as_array()) {
        origin.local_storage.push_back({std::string(item.at(0).as_string()), std::string(item.at(1).as_string())});
    }
    if (!origin.local_storage.empty()) storage.push_back(std::move(origin));
}

}  // namespace

StorageState StorageState::parse(std::string_view text) {
    json::error_code error;
    const auto value = json::parse(text, error);
    if (error) throw Error(fmt::format("storage state: is not JSON: {}", error.message()));
    StorageState state;
    try {
        const auto& object = object_of(value, "it");
        for (const auto& cookie : list_of(object, "cookies")) {
            state.cookies.push_back(read_cookie(object_of(cookie, "a cookie")));
        }
        for (const auto& origin : list_of(object, "origins")) {
            state.origins.push_back(read_origin(object_of(origin, "an origin")));
        }
    } catch (const Error& problem) {
        throw Error(fmt::format("storage state: {}", problem.what()));
    }
    return state;
}

StorageState StorageState::load(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw Error(fmt::format("{}: cannot be read", path.string()));
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    try {
        return parse(text);
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", path.string(), error.what()));
    }
}

std::string StorageState::json() const {
    json::array all_cookies;
    for (const auto& cookie : cookies) all_cookies.push_back(to_object(cookie));
    json::array all_origins;
    for (const auto& origin : origins) {
        json::array items;
        for (const auto& [name, value] : origin.local_storage) {
            items.push_back(json::object{{"name", name}, {"value", value}});
        }
        all_origins.push_back(json::object{{"origin", origin.origin}, {"localStorage", std::move(items)}});
    }
    return json::serialize(json::object{{"cookies", std::move(all_cookies)}, {"origins", std::move(all_origins)}});
}

void StorageState::save(const std::filesystem::path& path) const {
    std::ofstream file{path, std::ios::binary};
    std::error_code error;
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read | perms::owner_write, error);
    file << json() << '\n';
    file.close();
    if (!file || error) throw Error(fmt::format("{}: the storage state cannot be written", path.string()));
}

void restore_local_storage(ContextState& context, const std::vector<OriginStorage>& origins) {
    std::optional<BlankPage> page;
    for (const auto& origin : origins) {
        if (origin.local_storage.empty()) continue;
        if (!page) page.emplace(context);
        page->go_to(origin.origin);
        context.restored_origins.push_back(origin.origin);
        json::array items;
        for (const auto& [name, value] : origin.local_storage) items.push_back(json::array{name, value});
        page->evaluate(
            fmt::format("{}.forEach(([name, value]) => localStorage.setItem(name, value))", json::serialize(items)));
    }
}

std::vector<OriginStorage> read_local_storage(ContextState& context) {
    std::vector<OriginStorage> storage;
    std::vector<std::string> known;
    // Main frames only: the storage of a foreign frame is one of its own.
    for (const auto& page : context.target.pages()) {
        try {
            keep(page.evaluate(page.main_frame(), cdp::World::isolated, k_read_storage, context_deadline()), storage,
                 known);
        } catch (const Error&) {  // on its way elsewhere, or gone: its origin is visited below
        }
    }
    std::optional<BlankPage> page;
    auto origins = context.target.origins();
    origins.insert(origins.end(), context.restored_origins.begin(), context.restored_origins.end());
    for (const auto& origin : origins) {
        if (std::ranges::find(known, origin) != known.end()) continue;
        if (!page) page.emplace(context);
        page->go_to(origin);
        keep(page->evaluate(k_read_storage), storage, known);
    }
    return storage;
}

}  // namespace reprise::locators
