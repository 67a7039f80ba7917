// JavaScript dialogs. They stop the page until they are answered, so the answer is always decided in advance.
#pragma once

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
    bool expected{};  // answered as answer_next_dialog() said; otherwise by the default rule
};

}  // namespace reprise::cdp
