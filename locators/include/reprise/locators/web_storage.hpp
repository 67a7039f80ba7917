// The local or session storage of a page's main document.
//
//     page.local_storage().set("theme", "dark");
//
// Thread contract: as of its page. Errors: what the page would get: cdp::ScriptError where a document has no storage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/locators/storage_state.hpp>

namespace reprise::locators {

class JsValue;
class PageState;

class WebStorage {
public:
    WebStorage(std::shared_ptr<PageState> page, std::string name) : page_{std::move(page)}, name_{std::move(name)} {}

    std::vector<StorageItem> items() const;
    std::optional<std::string> get(std::string_view name) const;
    void set(std::string_view name, std::string_view value) const;
    void remove(std::string_view name) const;
    void clear() const;

private:
    JsValue run(const std::string& body) const;

    std::shared_ptr<PageState> page_;
    std::string name_;  // "localStorage"
};

}  // namespace reprise::locators
