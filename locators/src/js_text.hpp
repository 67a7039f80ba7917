// C++ values as JavaScript source text, and what V8 tells of values as C++ values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/remote_value.hpp>
#include <reprise/locators/js_value.hpp>

namespace reprise::locators {

// An expression whose value is `value`. Handles become the names h0, h1, ... whose ids are in `objects`. Literals only,
// but for Date, URL, Error, Map and Set, which are made by the page's own constructors.
struct JsText {
    std::string text;
    std::vector<std::string> objects;
};
// Throws ValueError: a text that is no UTF-8, an Opaque.
JsText js_text(const JsValue& value);

// What `remote` holds. Parts that V8 does not tell at once (typed arrays, errors, proxies, URLs) are asked for one by
// one. Releases remote's handle. Throws ValueError for a cycle, with the path to it.
JsValue read_remote(const cdp::ScriptHost& host, const cdp::RemoteValue& remote, cdp::Deadline deadline);
JsValue read_remote(const cdp::PageTarget& page, const cdp::RemoteValue& remote, cdp::Deadline deadline);

std::string iso_text(const JsValue::Date& date);

}  // namespace reprise::locators
