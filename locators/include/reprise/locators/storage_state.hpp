// What a context remembers: cookies, the local storage of the origins it has visited and, when asked for, their
// IndexedDB. Saved after a log-in, and given to later contexts, it spares them the log-in.
//
//     context.storage_state().save("ada.json");
//     auto context = new_context(browser, {.storage_state = StorageState::load("ada.json")});
//
// The file is Playwright's: {"cookies": [...], "origins": [{"origin": ..., "localStorage": [...], "indexedDB":
// [...]}]}. It holds secrets.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>

#include <reprise/locators/selector.hpp>

namespace reprise::locators {

struct Cookie {
    std::string name{};
    std::string value{};
    std::string domain{};  // "shop.example": this host; ".shop.example": those below it, too
    std::string path{"/"};
    double expires{-1};  // seconds since 1970; -1: with the context
    bool http_only{};
    bool secure{};
    std::string same_site{};  // "Strict", "Lax", "None"; empty: not named
    // Of a partitioned cookie (CHIPS): the site of the page that it belongs to, "https://shop.example"; empty: of none.
    std::string partition_key{};
    bool partitioned_below_other{};  // a site of another name was between the page and the frame
};

// Which cookies: all that is named must agree, texts exactly, expressions anywhere (flag "i" only).
struct CookieFilter {
    using Match = std::variant<std::string, Regex>;
    std::optional<Match> name{};
    std::optional<Match> domain{};
    std::optional<Match> path{};
};

struct StorageItem {
    std::string name{};
    std::string value{};
};

struct OriginStorage {
    std::string origin{};  // "https://shop.example"
    std::vector<StorageItem> local_storage{};
    // Databases, as in the file: name, version, stores with keyPath (or keyPathArray), autoIncrement, indexes and
    // records. Values that JSON has no form for are in Playwright's ({"d": date}, {"bi": bigint}, {"ta": ...}, ...).
    boost::json::array indexed_db{};
};

struct StorageStateOptions {
    // Like Playwright's `indexedDB`, except that nothing is left out or changed in silence: what cannot be held (a
    // Blob, a CryptoKey, ...) is an error that names database, store and key; that Map, Set and DataView are held,
    // which Playwright does not read; and that NaN, -0 and null stay what they are. Of a typed array only the part is
    // held that it shows, and what a store numbers next begins after the greatest number that is held.
    bool indexed_db{};
};

struct StorageState {
    std::vector<Cookie> cookies{};
    std::vector<OriginStorage> origins{};

    // Throws Error: the file, and what is wrong with it.
    static StorageState load(const std::filesystem::path& path);
    static StorageState parse(std::string_view text);
    std::string json() const;
    // Readable by its owner only. Throws Error.
    void save(const std::filesystem::path& path) const;
};

}  // namespace reprise::locators
