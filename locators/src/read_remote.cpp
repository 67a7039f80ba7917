// From V8's deep serialization to values. Scripts that are sent to the page here use syntax only: whatever the page has
// put in place of Array.prototype's or JSON's functions is not called.
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/runtime.hpp>

#include "element_call.hpp"
#include "js_text.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

constexpr int k_most_values = 5'000'000;
constexpr int k_most_detours = 64;  // proxies within each other, each asked for by itself

// Days since 1970, by the civil calendar.
double days_from_civil(int year, int month, int day) {
    const double shifted = year - (month <= 2 ? 1 : 0);
    const double era = std::floor(shifted / 400);
    const double of_era = shifted - era * 400;
    const double of_year = std::floor((153.0 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    return era * 146097 + of_era * 365 + std::floor(of_era / 4) - std::floor(of_era / 100) + of_year - 719468;
}

// "1970-01-01T00:00:00.005Z", "+275760-09-13T...", "Invalid Date".
JsValue::Date read_date(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &year, &month, &day, &hour, &minute, &second, &ms) != 7) {
        return {std::numeric_limits<double>::quiet_NaN()};
    }
    return {days_from_civil(year, month, day) * 86'400'000.0 + hour * 3'600'000.0 + minute * 60'000.0 +
            second * 1'000.0 + ms};
}

double read_number(const json::value& value) {
    if (value.is_number()) return value.to_number<double>();
    const auto text = value.is_string() ? std::string(value.get_string()) : std::string();
    if (text == "-0") return -0.0;
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    return std::numeric_limits<double>::quiet_NaN();
}

std::string text_of(const json::value* value) {
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The numbers of a typed array as "1,2,-0,": indexed reads of one are the language's own.
constexpr const char* k_numbers =
    "function() { let s = ''; for (let i = 0; i in this; ++i) { const v = this[i];"
    " s += (v === 0 && typeof v === 'number' && 1 / v < 0 ? '-0' : v) + ','; } return s; }";
constexpr const char* k_own_members = "function() { return { __proto__: null, ...this }; }";
constexpr const char* k_error =
    "function() { return { __proto__: null, name: this.name, message: this.message, stack: this.stack }; }";
constexpr const char* k_url = "function() { return this.href; }";
constexpr const char* k_own_form =
    "function() { return typeof this.toJSON === 'function' ? this.toJSON() : undefined; }";

class Reader {
public:
    Reader(const cdp::ScriptHost& host, cdp::Deadline deadline) : host_{host}, deadline_{deadline} {}
    ~Reader() {
        for (const auto& handle : handles_) cdp::release_remote(handle);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    JsValue read_all(const cdp::RemoteValue& remote, const std::string& path) {
        Root root{remote.handle, {}, {}, {}};
        if (remote.handle) handles_.push_back(*remote.handle);
        std::swap(root, root_);
        auto value = read(remote.value, path);
        std::swap(root, root_);
        return value;
    }

private:
    // The way from a root to a part of it.
    struct Step {
        enum class Kind { member, map_key, map_value } kind;
        std::string accessor;  // ["name"], [3]
        std::size_t index{};   // of an entry
    };
    struct Root {
        std::optional<cdp::RemoteHandle> handle;
        std::vector<Step> way;
        struct Told {
            JsValue value{};
            int parts{};
        };
        std::map<std::int64_t, Told> told{};        // by weakLocalObjectReference
        std::map<std::int64_t, std::string> paths;  // of those that are being read
    };

    template <class Body>
    auto within(Step step, const Body& body) {
        root_.way.push_back(std::move(step));
        auto value = body();
        root_.way.pop_back();
        return value;
    }

    JsValue read(const json::value& value, const std::string& path) {
        if (++values_ > k_most_values) {
            throw ValueError(fmt::format("{}: the value has more than {} parts", path, k_most_values));
        }
        const auto* object = value.if_object();
        if (object == nullptr) return {};
        const auto type = text_of(object->if_contains("type"));
        const auto* held = object->if_contains("value");
        const auto* reference = object->if_contains("weakLocalObjectReference");
        if (reference == nullptr) return read_as(type, held, path);
        const auto id = reference->to_number<std::int64_t>();
        if (const auto known = root_.told.find(id); known != root_.told.end()) {
            // Each copy counts whole: a page may say much with little.
            values_ += known->second.parts;
            if (values_ > k_most_values) {
                throw ValueError(fmt::format("{}: the value has more than {} parts", path, k_most_values));
            }
            return known->second.value;
        }
        if (const auto open = root_.paths.find(id); open != root_.paths.end()) {
            throw ValueError(fmt::format("{} is {} again: a cycle has no value; take a handle", path, open->second));
        }
        root_.paths[id] = path;
        const int before = values_;
        auto read_value = read_as(type, held, path);
        root_.paths.erase(id);
        root_.told[id] = {read_value, values_ - before + 1};
        return read_value;
    }

    JsValue read_as(const std::string& type, const json::value* held, const std::string& path) {
        if (type == "undefined") return {};
        if (type == "null") return nullptr;
        if (type == "string") return text_of(held);
        if (type == "number" && held != nullptr) return read_number(*held);
        if (type == "boolean") return held != nullptr && held->is_bool() && held->get_bool();
        if (type == "bigint") return JsValue::BigInt{text_of(held)};
        if (type == "date") return read_date(text_of(held));
        if (type == "regexp" && held != nullptr && held->is_object()) {
            const auto& parts = held->get_object();
            return JsValue::RegExp{text_of(parts.if_contains("pattern")), text_of(parts.if_contains("flags"))};
        }
        if (held != nullptr && held->is_array()) {
            const auto& list = held->get_array();
            if (type == "array") return read_array(list, path);
            if (type == "object") return read_object(list, path);
            if (type == "map") return read_map(list, path);
            if (type == "set") return read_set(list, path);
        }
        return read_untold(type, path);
    }

    JsValue read_array(const json::array& list, const std::string& path) {
        JsValue::Array values;
        values.reserve(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto index = fmt::format("[{}]", i);
            values.push_back(within({Step::Kind::member, index}, [&] { return read(list[i], path + index); }));
        }
        return values;
    }
    JsValue read_object(const json::array& list, const std::string& path) {
        JsValue::Object members;
        members.reserve(list.size());
        for (const auto& entry : list) {
            const auto& pair = entry.as_array();
            const auto name = text_of(&pair.at(0));
            members.push_back({name, within({Step::Kind::member, fmt::format("[{}]", json_text(name))},
                                            [&] { return read(pair.at(1), js_detail::member_path(path, name)); })});
        }
        return members;
    }
    JsValue read_map(const json::array& list, const std::string& path) {
        JsValue::Map map;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto& pair = list[i].as_array();
            // A key that is a text is told as such.
            JsValue key =
                pair.at(0).is_string() ? JsValue{text_of(&pair.at(0))} : within({Step::Kind::map_key, "", i}, [&] {
                    return read(pair.at(0), fmt::format("key {} of {}", i, path));
                });
            const auto entry_path = fmt::format("{}[{}]", path, key.shown(40));
            map.entries.emplace_back(
                std::move(key), within({Step::Kind::map_value, "", i}, [&] { return read(pair.at(1), entry_path); }));
        }
        return map;
    }
    JsValue read_set(const json::array& list, const std::string& path) {
        JsValue::Set set;
        for (std::size_t i = 0; i < list.size(); ++i) {
            set.values.push_back(within({Step::Kind::map_value, "", i},
                                        [&] { return read(list[i], fmt::format("{} (value {})", path, i)); }));
        }
        return set;
    }

    // What V8 names and does not tell.
    JsValue read_untold(const std::string& type, const std::string& path) {
        static const std::set<std::string> k_asked{"typedarray", "arraybuffer", "error", "proxy", "platformobject"};
        if (!k_asked.contains(type) || !root_.handle) return opaque(type);
        auto part = locate();
        if (!part.handle) return opaque(type);
        const auto& handle = *part.handle;
        if (part.subtype == "typedarray") return numbers(handle, part.class_name);
        if (part.subtype == "arraybuffer") return bytes(handle);
        if (part.subtype == "error") return error(handle);
        if (part.subtype == "proxy") return proxy(handle, part.description, path);
        if (part.class_name == "URL") {
            return JsValue::Url{text_of(call(handle, k_url).value.as_object().if_contains("value"))};
        }
        if (type != "platformobject") return opaque(type);
        const auto own = call(handle, k_own_form);
        if (own.type == "undefined") return JsValue::Opaque{"a " + part.class_name};
        return detour(path, [&] { return read_all(own, path); });
    }

    static JsValue opaque(const std::string& type) {
        const bool vowel = std::string_view("aeiou").find(type.front()) != std::string_view::npos;
        return JsValue::Opaque{(vowel ? "an " : "a ") + type};
    }

    template <class Body>
    JsValue detour(const std::string& path, const Body& body) {
        if (++detours_ > k_most_detours) {
            throw ValueError(
                fmt::format("{}: proxies within each other more than {} deep, or a cycle through one; take a handle",
                            path, k_most_detours));
        }
        auto value = body();
        --detours_;
        return value;
    }

    cdp::RemoteValue call(const cdp::RemoteHandle& self, std::string_view function, cdp::Want want = cdp::Want::value) {
        auto value = cdp::call_remote_on(host_, self, function, {}, want, deadline_);
        if (want == cdp::Want::handle && value.handle) handles_.push_back(*value.handle);
        return value;
    }

    // The part of the root that is being read.
    cdp::RemoteValue locate() {
        auto from = *root_.handle;
        std::string accessor;
        for (const auto& step : root_.way) {
            if (step.kind == Step::Kind::member) {
                accessor += step.accessor;
                continue;
            }
            const auto map = accessor.empty() ? from : go(from, accessor).handle.value_or(from);
            from = internal(map, "[[Entries]]").value_or(map);
            accessor = fmt::format("[{}].{}", step.index, step.kind == Step::Kind::map_key ? "key" : "value");
        }
        return go(from, accessor);
    }
    cdp::RemoteValue go(const cdp::RemoteHandle& from, const std::string& accessor) {
        return call(from, fmt::format("function() {{ return this{}; }}", accessor), cdp::Want::handle);
    }
    std::optional<cdp::RemoteHandle> internal(const cdp::RemoteHandle& of, std::string_view name) {
        const auto answer =
            of.session.send(cdp::runtime::GetProperties{.objectId = of.object_id, .ownProperties = true}, deadline_);
        std::optional<cdp::RemoteHandle> found;
        const auto keep = [&](const auto& property, bool wanted) {
            if (!property.value || !property.value->objectId) return;
            handles_.push_back({*property.value->objectId, of.session});
            if (wanted) found = handles_.back();
        };
        for (const auto& property : answer.result) keep(property, false);
        if (answer.internalProperties) {
            for (const auto& property : *answer.internalProperties) keep(property, property.name == name);
        }
        return found;
    }

    JsValue numbers(const cdp::RemoteHandle& handle, const std::string& class_name) {
        const auto answer = call(handle, k_numbers);
        const auto list = text_of(answer.value.as_object().if_contains("value"));
        const bool big = class_name.starts_with("Big");
        JsValue::Array values;
        for (std::size_t at = 0; at < list.size();) {
            const auto end = list.find(',', at);
            const auto text = list.substr(at, end - at);
            at = end + 1;
            if (big) {
                values.emplace_back(JsValue::BigInt{text});
            } else if (text == "NaN" || text.ends_with("Infinity")) {
                values.emplace_back(read_number(json::string(text)));
            } else {
                double value = 0;  // as far as it goes: the least of all are no error
                std::from_chars(text.data(), text.data() + text.size(), value);
                values.emplace_back(value);
            }
        }
        return values;
    }
    JsValue bytes(const cdp::RemoteHandle& handle) {
        const auto view = internal(handle, "[[Uint8Array]]");
        return view ? numbers(*view, "Uint8Array") : JsValue{JsValue::Opaque{"an ArrayBuffer"}};
    }
    JsValue error(const cdp::RemoteHandle& handle) {
        const auto answer = read_all(call(handle, k_error), "the error");
        const auto text = [&](std::string_view name) {
            const auto* value = answer.contains(name) ? answer.at(name).get_if<std::string>() : nullptr;
            return value != nullptr ? *value : std::string();
        };
        return JsValue::ErrorObject{text("name"), text("message"), text("stack")};
    }
    // Read through its traps, as the page's own scripts would. An array behind it is known by V8's word for it.
    JsValue proxy(const cdp::RemoteHandle& handle, const std::string& description, const std::string& path) {
        return detour(path, [&]() -> JsValue {
            auto copy = read_all(call(handle, k_own_members), path);
            if (description != "Proxy(Array)") return copy;
            JsValue::Array values;
            for (const auto& [name, value] : *copy.get_if<JsValue::Object>()) {
                if (name.empty() || name.find_first_not_of("0123456789") != std::string::npos) continue;
                if (name.size() > 7) throw ValueError(fmt::format("{}: an array with the index {}", path, name));
                values.resize(std::max(values.size(), static_cast<std::size_t>(std::stoul(name)) + 1));
                values[std::stoul(name)] = value;
            }
            return values;
        });
    }

    const cdp::ScriptHost& host_;
    const cdp::Deadline deadline_;
    std::vector<cdp::RemoteHandle> handles_;  // released at the end
    Root root_;
    int values_{};
    int detours_{};
};

}  // namespace

JsValue read_remote(const cdp::PageTarget& page, const cdp::RemoteValue& remote, cdp::Deadline deadline) {
    return read_remote(page.script_host(), remote, deadline);
}

JsValue read_remote(const cdp::ScriptHost& host, const cdp::RemoteValue& remote, cdp::Deadline deadline) {
    return Reader{host, deadline}.read_all(remote, "the value");
}

}  // namespace reprise::locators
