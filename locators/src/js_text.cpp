#include "js_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "held_object.hpp"

namespace reprise::locators {
namespace {

// The length of the UTF-8 sequence at `at`; 0: there is none. Lone surrogates, as WTF-8 writes them, count.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = byte(at);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return 0;
    }
    if (first == 0xE0 && byte(at + 1) < 0xA0) return 0;
    if (first == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (first == 0xF4 && byte(at + 1) > 0x8F) return 0;
    return length;
}

class Writer {
public:
    JsText take() && { return std::move(out_); }

    void write(const JsValue& value, const std::string& path) {
        auto& text = out_.text;
        if (value.is_undefined()) {
            text += "(void 0)";
        } else if (value.is_null()) {
            text += "null";
        } else if (const auto* flag = value.get_if<bool>()) {
            text += *flag ? "true" : "false";
        } else if (const auto* number = value.get_if<double>()) {
            write_number(*number);
        } else if (const auto* string = value.get_if<std::string>()) {
            write_string(*string, path);
        } else if (const auto* big = value.get_if<JsValue::BigInt>()) {
            write_big_int(*big, path);
        } else if (const auto* date = value.get_if<JsValue::Date>()) {
            text += "(new Date(";
            write_number(date->ms);
            text += "))";
        } else if (const auto* array = value.get_if<JsValue::Array>()) {
            write_list(*array, path);
        } else if (const auto* object = value.get_if<JsValue::Object>()) {
            write_object(*object, path);
        } else if (const auto* held = value.held()) {
            write_handle(**held);
        } else {
            write_built(value, path);
        }
    }

private:
    void write_number(double value) {
        if (std::isnan(value)) {
            out_.text += "(0/0)";
        } else if (std::isinf(value)) {
            out_.text += value > 0 ? "(1/0)" : "(-1/0)";
        } else {
            out_.text += fmt::format("({})", value);
        }
    }
    void write_string(std::string_view value, const std::string& path) {
        auto& text = out_.text;
        text += '"';
        for (std::size_t at = 0; at < value.size();) {
            const auto length = sequence_length(value, at);
            if (length == 0) throw ValueError(fmt::format("{} is not UTF-8 at byte {}", path, at));
            const auto first = static_cast<unsigned char>(value[at]);
            const auto second = length > 1 ? static_cast<unsigned char>(value[at + 1]) : 0U;
            if (first == 0xED && second >= 0xA0) {
                const auto third = static_cast<unsigned char>(value[at + 2]);
                text += fmt::format("\\u{:04x}", 0xD000U | (second & 0x3FU) << 6U | (third & 0x3FU));
            } else if (first < 0x20 || first == 0x7F) {
                text += fmt::format("\\u{:04x}", first);
            } else if (first == '"' || first == '\\') {
                text += {'\\', value[at]};
            } else {
                text += value.substr(at, length);
            }
            at += length;
        }
        text += '"';
    }
    void write_big_int(const JsValue::BigInt& big, const std::string& path) {
        const auto digits = big.digits.substr(big.digits.starts_with('-') ? 1 : 0);
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
            throw ValueError(fmt::format("{} is the BigInt \"{}\", which is no whole number", path, big.digits));
        }
        const auto first = digits.find_first_not_of('0');
        const auto significant = first == std::string::npos ? "0" : digits.substr(first);
        out_.text += fmt::format("({}{}n)", big.digits.starts_with('-') ? "-" : "", significant);
    }
    void write_list(const JsValue::Array& values, const std::string& path) {
        out_.text += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out_.text += ',';
            write(values[i], fmt::format("{}[{}]", path, i));
        }
        out_.text += ']';
    }
    void write_object(const JsValue::Object& members, const std::string& path) {
        out_.text += "({";
        bool first = true;
        for (const auto& [name, value] : members) {
            if (!std::exchange(first, false)) out_.text += ',';
            out_.text += '[';  // computed: "__proto__" is a name like any other
            write_string(name, path);
            out_.text += "]:";
            write(value, js_detail::member_path(path, name));
        }
        out_.text += "})";
    }
    void write_handle(const HeldObject& held) {
        if (!held.remote.handle) return write(held.primitive, "");
        out_.text += fmt::format("h{}", out_.objects.size());
        out_.objects.push_back(held.remote.handle->object_id);
    }
    void write_built(const JsValue& value, const std::string& path) {
        auto& text = out_.text;
        if (const auto* regexp = value.get_if<JsValue::RegExp>()) {
            text += "(new RegExp(";
            write_string(regexp->pattern, path);
            text += ',';
            write_string(regexp->flags, path);
            text += "))";
        } else if (const auto* url = value.get_if<JsValue::Url>()) {
            text += "(new URL(";
            write_string(url->href, path);
            text += "))";
        } else if (const auto* error = value.get_if<JsValue::ErrorObject>()) {
            text += "((e,n)=>(e.name===n||(e.name=n),e))(new Error(";
            write_string(error->message, path);
            text += "),";
            write_string(error->name.empty() ? "Error" : error->name, path);
            text += ')';
        } else if (const auto* map = value.get_if<JsValue::Map>()) {
            text += "(new Map([";
            for (const auto& [key, entry] : map->entries) {
                text += '[';
                write(key, path + " (a key)");
                text += ',';
                write(entry, fmt::format("{}[{}]", path, key.shown(40)));
                text += "],";
            }
            text += "]))";
        } else if (const auto* set = value.get_if<JsValue::Set>()) {
            text += "(new Set(";
            write_list(set->values, path);
            text += "))";
        } else {
            throw ValueError(fmt::format("{} is {}, which cannot be given to a page", path, value.kind()));
        }
    }

    JsText out_;
};

}  // namespace

JsText js_text(const JsValue& value) {
    Writer writer;
    writer.write(value, "argument");
    return std::move(writer).take();
}

}  // namespace reprise::locators
