// One step of a recording: what the user did, to which element, and what the recorder noted about both.
//
// Plain values; thread-safe as such. The JSON behind them is described in docs/recording-format.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/bundle.hpp>

namespace reprise::runner {

enum class Event {
    click,
    dblclick,
    rightclick,
    hover,
    type,
    input,
    change,
    select,
    check,
    uncheck,
    press,
    keydown,
    scroll,
    drag,
    drop,
    upload,
    submit,
    navigate,
    back,
    forward,
    reload,
    wait,
    assert_,
    extract,
    screenshot,
    dialog,
    download,
    newtab,
    switchtab,
    closetab,
};

// The canonical name: "click", "assert", …
std::string_view to_string(Event event);
std::optional<Event> event_from_string(std::string_view name);

enum class WaitCondition { visible, hidden, attached, detached, url, load, networkidle, duration };
enum class AssertKind { visible, hidden, text, value, url, title, count, attribute, checked };
enum class TextOperator { equals, contains, matches };  // matches: ECMAScript regular expression, found anywhere
enum class ExtractFrom { text, value, attribute, url, title, count, html };

std::string_view to_string(WaitCondition condition);
std::string_view to_string(AssertKind kind);
std::string_view to_string(TextOperator op);
std::string_view to_string(ExtractFrom from);

// For `url` the step's value is the address waited for.
struct WaitDetails {
    WaitCondition condition{};
    std::chrono::milliseconds duration{};   // how long a `duration` wait lasts; 0 for the other conditions
    TextOperator op{TextOperator::equals};  // how a `url` wait compares
};

// What is expected is the step's value: for `count` a number, for `checked` "true" (when absent) or "false".
struct AssertDetails {
    AssertKind kind{};
    TextOperator op{TextOperator::equals};
    std::string attribute{};  // of an `attribute` assertion
    bool negate{};            // the assertion holds when the comparison does not
};

struct ExtractDetails {
    std::string as;  // the name under which the value is reported
    ExtractFrom from{};
    std::string attribute{};  // of an `attribute` extraction
};

// CSS px.
struct Offset {
    double x{}, y{};
};

// Scrolls the element, or the page when the step has none, to `position`; without a position, the element into view.
struct ScrollDetails {
    std::optional<Offset> position{};
};

// Where the dragged element goes: to another element, or by a distance. Neither: the `drop` step that follows says it.
struct DragDetails {
    std::optional<locators::Bundle> target{};
    std::optional<Offset> distance{};
};

struct UploadDetails {
    std::vector<std::string> files{};  // as written: relative to the recording's folder. A row's value replaces them
};

enum class DialogAction { accept, dismiss };

// The answer to the dialog that the step before opened. What it says comes from `dialog_reply`.
struct DialogDetails {
    std::string dialog_type{};  // alert, confirm, prompt, beforeunload; empty: any
    std::optional<std::string> message{};
    std::optional<DialogAction> action{};
};

struct DialogReply {
    DialogAction action{};
    std::optional<std::string> prompt_text{};
};

// The reply for `value`, the step's value in this row: with an explicit action the value is the prompt's text; else
// "accept" and "dismiss" are actions, any other value is accepted as the prompt's text, none accepts.
DialogReply dialog_reply(const DialogDetails& details, const std::optional<std::string>& value);

// The file that the step before began to download.
struct DownloadDetails {
    std::optional<std::string> suggested_filename{};
};

// The tab that opened (newtab), came to the front (switchtab) or closed (closetab).
struct TabDetails {
    std::optional<std::int64_t> tab_id{};
    std::optional<std::string> url{};
};

// Holds the alternative that belongs to the step's event; `monostate` for events without details.
using StepDetails = std::variant<std::monostate, WaitDetails, AssertDetails, ExtractDetails, ScrollDetails, DragDetails,
                                 UploadDetails, DialogDetails, DownloadDetails, TabDetails>;

struct Navigation {
    std::string type{};                // "same_page", "full_page", …: the recorder's word
    std::optional<std::string> url{};  // may hold {{column}}
};

struct Step {
    int number{};
    std::string label{};  // empty: the recorder found none
    Event event{};
    std::optional<std::string> selector{};
    std::optional<std::string> value{};  // as recorded; see variable_mapping.hpp for the value a row gives
    std::optional<double> x{}, y{};      // where the pointer was, CSS px in the viewport
    std::string page{};                  // address of the page on which the step was recorded
    std::optional<Navigation> navigation{};
    std::optional<std::int64_t> tab_id{};     // tab in which the step was recorded
    std::optional<std::int64_t> timestamp{};  // ms since 1970
    std::optional<std::chrono::milliseconds> timeout{};
    std::optional<locators::Bundle> bundle{};  // always present for events that need an element
    StepDetails details{};

    int line{}, column{};                              // where the step begins in the recording's file
    std::shared_ptr<const boost::json::value> source;  // the step as read, an object
};

// The step's `metadata`; empty object when there is none. Valid as long as the step's source.
const boost::json::object& metadata_of(const Step& step);

// `step 4 "Email"`, or `step 4 (click)` without a label: how messages name a step.
std::string name_of(const Step& step);

// The step enters text into a password field.
bool is_password_field(const Step& step);

}  // namespace reprise::runner
