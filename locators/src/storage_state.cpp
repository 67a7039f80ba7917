#include <reprise/locators/storage_state.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/exact_json.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/storage.hpp>
#include <reprise/locators/error.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "element_call.hpp"
#include "indexed_db_script.hpp"
#include "storage_items.hpp"

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

// Their form only; what is in records is judged when it is restored.
json::array read_databases(const json::array& databases) {
    for (const auto& each : databases) {
        const auto& database = object_of(each, "a database of \"indexedDB\"");
        const auto name = text_of(database, "name");
        try {
            const auto& version = member(database, "version");
            if (!version.is_int64() || version.get_int64() < 1) throw Error("\"version\" is no number of a version");
            for (const auto& store : list_of(database, "stores")) {
                const auto& members = object_of(store, "a store");
                text_of(members, "name");
                for (const auto* list : {"indexes", "records"}) {
                    for (const auto& item : list_of(members, list)) object_of(item, list);
                }
            }
        } catch (const Error& error) {
            throw Error(fmt::format("IndexedDB \"{}\": {}", name, error.what()));
        }
    }
    return databases;
}

OriginStorage read_origin(const json::object& object) {
    OriginStorage origin{.origin = text_of(object, "origin")};
    try {
        if (object.contains("indexedDB")) origin.indexed_db = read_databases(list_of(object, "indexedDB"));
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", origin.origin, error.what()));
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
    explicit BlankPage(ContextState& context)
        : context_{context}, page_{context.target.new_unseen_page(context_deadline())} {
        context_.add_route(page_.id(), "**", [](const Route& route) { route.fulfill({.content_type = "text/html"}); },
                           {});
        // A service worker would answer before the route, with scripts of its own.
        page_.session().send(cdp::network::SetBypassServiceWorker{.bypass = true}, context_deadline());
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
    // By the browser, which closes databases that are open.
    void forget(const std::string& origin) {
        page_.session().send(
            cdp::storage::ClearDataForOrigin{.origin = origin, .storageTypes = "local_storage,indexeddb"},
            context_deadline());
    }
    json::value evaluate(const std::string& expression) {
        return page_.evaluate(page_.main_frame(), cdp::World::isolated, expression, context_deadline());
    }

private:
    ContextState& context_;
    cdp::PageTarget page_;
};

// Null: the document has no storage (sandboxed, data:).
std::string read_script(const StorageStateOptions& options) {
    return fmt::format(
        "(async () => {{ let items; try {{ items = ({})(localStorage) }} catch {{ return null }} return "
        "[self.origin, items, {}] }})()",
        k_storage_items, options.indexed_db ? fmt::format("await {}.read()", indexed_db_script) : "null");
}

// Throws ActionError for a database that cannot be held.
void keep(const json::value& read, std::vector<OriginStorage>& storage, std::vector<std::string>& known) {
    const auto* pair = read.if_array();
    if (pair == nullptr || pair->size() != 3) return;
    OriginStorage origin{.origin = std::string(pair->at(0).as_string())};
    if (std::ranges::find(known, origin.origin) != known.end()) return;
    known.push_back(origin.origin);
    for (const auto& item : pair->at(1).as_array()) {
        if (!item.at(2).as_bool()) {
            throw ActionError(
                fmt::format("context.storage_state(): {}: the item \"{}\" of the local storage is no well-formed text "
                            "(half of a pair of surrogates), which a state cannot hold",
                            origin.origin, std::string_view(item.at(0).as_string())));
        }
        origin.local_storage.push_back({std::string(item.at(0).as_string()), std::string(item.at(1).as_string())});
    }
    if (const auto* databases = pair->at(2).if_object()) {
        if (const auto* error = databases->if_contains("error")) {
            throw ActionError(
                fmt::format("context.storage_state(): {}: {}", origin.origin, std::string_view(error->as_string())));
        }
        origin.indexed_db = cdp::parse_exactly(databases->at("text").as_string()).as_array();
    }
    if (!origin.local_storage.empty() || !origin.indexed_db.empty()) storage.push_back(std::move(origin));
}

// Those that its pages have shown, or that were restored.
std::vector<std::string> known_origins(const ContextState& context) {
    auto origins = context.target.origins();
    origins.insert(origins.end(), context.restored_origins.begin(), context.restored_origins.end());
    return origins;
}

}  // namespace

StorageState StorageState::parse(std::string_view text) {
    json::value value;
    try {
        value = cdp::parse_exactly(text);
    } catch (const boost::system::system_error& error) {
        throw Error(fmt::format("storage state: is not JSON: {}", error.code().message()));
    }
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
        json::object all{{"origin", origin.origin}, {"localStorage", std::move(items)}};
        if (!origin.indexed_db.empty()) all["indexedDB"] = origin.indexed_db;
        all_origins.push_back(std::move(all));
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

void restore_storage(ContextState& context, const std::vector<OriginStorage>& origins, std::string_view call) {
    std::optional<BlankPage> page;
    for (const auto& origin : origins) {
        if (origin.local_storage.empty() && origin.indexed_db.empty()) continue;
        if (!page) page.emplace(context);
        page->go_to(origin.origin);
        context.restored_origins.push_back(origin.origin);
        json::array items;
        for (const auto& [name, value] : origin.local_storage) items.push_back(json::array{name, value});
        page->evaluate(
            fmt::format("{}.forEach(([name, value]) => localStorage.setItem(name, value))", json::serialize(items)));
        if (origin.indexed_db.empty()) continue;
        const auto wrong = page->evaluate(
            fmt::format("{}.restore({})", indexed_db_script, json_text(json::serialize(origin.indexed_db))));
        if (const auto* text = wrong.if_string(); text != nullptr && !text->empty()) {
            throw ActionError(fmt::format("{}: {}: {}", call, origin.origin, std::string_view(*text)));
        }
    }
}

void forget_storage(ContextState& context) {
    const auto origins = known_origins(context);
    if (origins.empty()) return;
    BlankPage page{context};
    for (const auto& origin : origins) page.forget(origin);
    context.restored_origins.clear();
}

std::vector<OriginStorage> read_storage(ContextState& context, const StorageStateOptions& options) {
    const auto script = read_script(options);
    std::vector<OriginStorage> storage;
    std::vector<std::string> known;
    // Main frames only: the storage of a foreign frame is one of its own.
    for (const auto& page : context.target.pages()) {
        try {
            keep(page.evaluate(page.main_frame(), cdp::World::isolated, script, context_deadline()), storage, known);
        } catch (const ActionError&) {
            throw;
        } catch (const Error&) {  // on its way elsewhere, or gone: its origin is visited below
        }
    }
    std::optional<BlankPage> page;
    for (const auto& origin : known_origins(context)) {
        if (std::ranges::find(known, origin) != known.end()) continue;
        if (!page) page.emplace(context);
        page->go_to(origin);
        keep(page->evaluate(script), storage, known);
    }
    return storage;
}

}  // namespace reprise::locators
