#include <reprise/cdp/exact_json.hpp>

#include <charconv>
#include <string>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace reprise::cdp {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

constexpr std::size_t k_max_depth = 4'096;  // Boost.JSON's own default of 32 is less than a deep page's tree

// What json::parse() makes of what the parser finds, but for on_double. Names and parameters are the parser's.
struct Handler {
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t count, error_code&) { return stack.push_object(count), true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t count, error_code&) { return stack.push_array(count), true; }
    bool on_key_part(string_view text, std::size_t, error_code&) { return stack.push_chars(text), true; }
    bool on_key(string_view text, std::size_t, error_code&) { return stack.push_key(text), true; }
    bool on_string_part(string_view text, std::size_t, error_code&) { return stack.push_chars(text), true; }
    bool on_string(string_view text, std::size_t, error_code&) { return stack.push_string(text), true; }
    bool on_number_part(string_view text, error_code&) { return number.append(text.data(), text.size()), true; }
    bool on_int64(std::int64_t value, string_view, error_code&) {
        number.clear();
        return stack.push_int64(value), true;
    }
    bool on_uint64(std::uint64_t value, string_view, error_code&) {
        number.clear();
        return stack.push_uint64(value), true;
    }
    bool on_double(double value, string_view text, error_code&) {
        number.append(text.data(), text.size());
        std::from_chars(number.data(), number.data() + number.size(), value);
        number.clear();
        return stack.push_double(value), true;
    }
    bool on_bool(bool value, error_code&) { return stack.push_bool(value), true; }
    bool on_null(error_code&) { return stack.push_null(), true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

    json::value_stack stack{};
    std::string number{};  // the parts of one that have come so far
};

}  // namespace

json::value parse_exactly(std::string_view text, error_code& error) {
    json::parse_options options;
    options.max_depth = k_max_depth;
    json::basic_parser<Handler> parser{options};
    parser.handler().stack.reset();
    const auto read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && read < text.size()) error = json::error::extra_data;
    if (error) return nullptr;
    return parser.handler().stack.release();
}

json::value parse_exactly(std::string_view text) {
    error_code error;
    auto value = parse_exactly(text, error);
    if (error) throw boost::system::system_error(error);
    return value;
}

}  // namespace reprise::cdp
