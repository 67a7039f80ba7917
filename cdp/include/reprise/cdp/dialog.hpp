// JavaScript dialogs. They stop the page until they are answered, so the answer is always decided in advance.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace reprise::cdp {

enum class DialogAction { accept, dismiss };

struct DialogAnswer {
    DialogAction action{DialogAction::accept};
    std::optional<std::string> text{};  // what is typed into a prompt
};

// One that has been shown and answered.
struct Dialog {
    std::string type;  // "alert", "confirm", "prompt", "beforeunload"
    std::string message;
    std::string url;
    DialogAnswer answer{};
    bool expected{};  // answered as somebody said in advance; otherwise by the default rule
};

// What a dialog is to be answered, by its type, message and address; nothing: as if there were no rule.
using DialogRule = std::function<std::optional<DialogAnswer>(const Dialog&)>;

class DialogListener {
public:
    DialogListener() = default;
    DialogListener(const DialogListener&) = delete;
    DialogListener& operator=(const DialogListener&) = delete;
    virtual ~DialogListener() = default;
    // On the I/O thread, which must not wait. `page`: PageTarget::id(). Nothing: the default rule.
    virtual std::optional<DialogAnswer> answer_on_io_thread(const std::string& page, const Dialog& dialog) = 0;
};

}  // namespace reprise::cdp
