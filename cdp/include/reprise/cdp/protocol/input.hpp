// Input: what a person does with mouse and keyboard. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::input {

enum class MouseEventType { mousePressed, mouseReleased, mouseMoved, mouseWheel };
BOOST_DESCRIBE_ENUM(MouseEventType, mousePressed, mouseReleased, mouseMoved, mouseWheel)

enum class MouseButton { none, left, middle, right };
BOOST_DESCRIBE_ENUM(MouseButton, none, left, middle, right)

enum class DragEventType { dragEnter, dragOver, drop, dragCancel };
BOOST_DESCRIBE_ENUM(DragEventType, dragEnter, dragOver, drop, dragCancel)

struct DispatchMouseEvent {
    static constexpr std::string_view method = "Input.dispatchMouseEvent";
    using Result = Nothing;
    MouseEventType type{};
    double x{};
    double y{};
    std::optional<int> modifiers{};
    std::optional<MouseButton> button{};
    std::optional<int> buttons{};
    std::optional<int> clickCount{};
    std::optional<double> deltaX{};
    std::optional<double> deltaY{};
};
BOOST_DESCRIBE_STRUCT(DispatchMouseEvent, (), (type, x, y, modifiers, button, buttons, clickCount, deltaX, deltaY))

struct DispatchKeyEvent {
    static constexpr std::string_view method = "Input.dispatchKeyEvent";
    using Result = Nothing;
    std::string type{};
    std::optional<int> modifiers{};
    std::optional<std::string> text{};
    std::optional<std::string> unmodifiedText{};
    std::optional<std::string> key{};
    std::optional<std::string> code{};
    std::optional<int> windowsVirtualKeyCode{};
    std::optional<int> location{};
    std::optional<bool> autoRepeat{};
    std::optional<bool> isKeypad{};
    std::optional<std::vector<std::string>> commands{};
};
BOOST_DESCRIBE_STRUCT(DispatchKeyEvent, (),
                      (type, modifiers, text, unmodifiedText, key, code, windowsVirtualKeyCode, location, autoRepeat,
                       isKeypad, commands))

struct TouchPoint {
    double x{};
    double y{};
};
BOOST_DESCRIBE_STRUCT(TouchPoint, (), (x, y))

struct DispatchTouchEvent {
    static constexpr std::string_view method = "Input.dispatchTouchEvent";
    using Result = Nothing;
    std::string type{};  // "touchStart", "touchMove", "touchEnd", "touchCancel"
    std::vector<TouchPoint> touchPoints{};
    std::optional<int> modifiers{};
};
BOOST_DESCRIBE_STRUCT(DispatchTouchEvent, (), (type, touchPoints, modifiers))

struct InsertText {
    static constexpr std::string_view method = "Input.insertText";
    using Result = Nothing;
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(InsertText, (), (text))

struct ImeSetComposition {
    static constexpr std::string_view method = "Input.imeSetComposition";
    using Result = Nothing;
    std::string text{};
    int selectionStart{};
    int selectionEnd{};
};
BOOST_DESCRIBE_STRUCT(ImeSetComposition, (), (text, selectionStart, selectionEnd))

struct SetInterceptDrags {
    static constexpr std::string_view method = "Input.setInterceptDrags";
    using Result = Nothing;
    bool enabled{};
};
BOOST_DESCRIBE_STRUCT(SetInterceptDrags, (), (enabled))

struct DispatchDragEvent {
    static constexpr std::string_view method = "Input.dispatchDragEvent";
    using Result = Nothing;
    DragEventType type{};
    double x{};
    double y{};
    boost::json::value data{};
    std::optional<int> modifiers{};
};
BOOST_DESCRIBE_STRUCT(DispatchDragEvent, (), (type, x, y, data, modifiers))

}  // namespace reprise::cdp::input
