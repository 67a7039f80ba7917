// What can go wrong between us and the browser. Error texts are part of the interface: tests assert on them.
//
// A message reads: what was called, what happened, with which number and unit, the last state seen, where to look.
#pragma once

#include <stdexcept>
#include <string>

namespace reprise {

// Where a call is written in the user's source. As the default of a parameter or of an options member it is the line of
// the call itself. Own code because clang 14 has no std::source_location with libstdc++.
struct CallSite {
    const char* file{};  // as the compiler was given it; null: not known
    int line{};
    static CallSite here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
        return {file, line};
    }
    bool known() const noexcept { return file != nullptr; }
};

// Root of what Reprise throws at run time, but for reporters and vision, whose errors are plain runtime_errors.
// `type()` is the class name, for reports.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    virtual const char* type() const noexcept { return "Error"; }
    // Where the call that failed is written; not known for what no call of a page threw.
    const CallSite& site() const noexcept { return site_; }
    void set_site(const CallSite& site) noexcept { site_ = site; }

private:
    CallSite site_;
};

// The call itself was wrong: a bad option, a method used out of turn. Not caught by the runner.
class UsageError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

namespace cdp {

// The browser could not be found or started; the text holds its exit status and last words.
class LaunchError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "LaunchError"; }
};

// The browser, the page or the connection has gone: nothing more can be asked of it.
class ConnectionClosed : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "ConnectionClosed"; }
};

// The page's process died.
class TargetCrashed : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "TargetCrashed"; }
};

// Chromium refused a command. Its own words are quoted, never mixed with ours.
class ProtocolError : public Error {
public:
    ProtocolError(std::string method, int code, std::string browser_text)
        : Error(method + ": the browser answered \"" + browser_text + "\" (code " + std::to_string(code) + ")"),
          method_{std::move(method)},
          code_{code},
          browser_text_{std::move(browser_text)} {}
    const char* type() const noexcept override { return "ProtocolError"; }
    const std::string& method() const noexcept { return method_; }
    int code() const noexcept { return code_; }
    const std::string& browser_text() const noexcept { return browser_text_; }

private:
    std::string method_;
    int code_;
    std::string browser_text_;
};

// A deadline passed.
class TimeoutError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "TimeoutError"; }
};

// A script in the page threw; the text holds the JavaScript stack.
class ScriptError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "ScriptError"; }
};

// The document that a call was bound to has been replaced or removed before the call had an effect: it may be tried
// again on the new one.
class DocumentGone : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "DocumentGone"; }
};

// A navigation failed: the address, and Chromium's reason ("net::ERR_CONNECTION_REFUSED").
class NavigationError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "NavigationError"; }
};

}  // namespace cdp
}  // namespace reprise
