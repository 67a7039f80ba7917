#include <reprise/locators/web_storage.hpp>

#include <fmt/format.h>

#include <reprise/locators/page.hpp>

#include "js_text.hpp"
#include "page_state.hpp"
#include "storage_items.hpp"

namespace reprise::locators {

JsValue WebStorage::run(const std::string& body) const {
    const auto deadline = page_->deadline({});
    const auto& target = page_->target;
    return read_remote(
        target,
        cdp::evaluate_remote(target, target.main_frame(), cdp::World::isolated,
                             fmt::format("((storage) => {})({})", body, name_), cdp::Want::value, deadline),
        deadline);
}

std::vector<StorageItem> WebStorage::items() const {
    std::vector<StorageItem> items;
    const auto held = run(fmt::format("({})(storage).map((item) => item.slice(0, 2))", k_storage_items));
    for (const auto& item : held.as<std::vector<std::vector<std::string>>>()) {
        items.push_back({item.at(0), item.at(1)});
    }
    return items;
}

std::optional<std::string> WebStorage::get(std::string_view name) const {
    return run(fmt::format("storage.getItem({})", js_text(name).text)).as<std::optional<std::string>>();
}

void WebStorage::set(std::string_view name, std::string_view value) const {
    run(fmt::format("storage.setItem({}, {})", js_text(name).text, js_text(value).text));
}

void WebStorage::remove(std::string_view name) const {
    run(fmt::format("storage.removeItem({})", js_text(name).text));
}

void WebStorage::clear() const {
    run("storage.clear()");
}

WebStorage Page::local_storage() const {
    return {page_, "localStorage"};
}

WebStorage Page::session_storage() const {
    return {page_, "sessionStorage"};
}

}  // namespace reprise::locators
