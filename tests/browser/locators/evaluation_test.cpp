// Values of scripts, both ways, in the documents of real pages.
#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/js_handle.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Evaluation : public BrowserPage {
protected:
    // A page whose addresses at a.test are answered with these.
    Page open_served(std::map<std::string, std::pair<std::string, std::string>> files) {
        const auto page = open_page();
        page.route("http://a.test/**", [files](const Route& route) {
            const auto found = files.find(route.request().url.substr(13));
            if (found == files.end()) return route.fulfill({.status = 404});
            route.fulfill({.content_type = found->second.first, .body = found->second.second});
        });
        return page;
    }
    static std::string shown(const Page& page, const std::string& expression) {
        return page.evaluate_value(expression).shown(1'000);
    }
};

TEST_F(Evaluation, GivesCppTypesOfValues) {
    const auto page = open("<p>x</p>");
    EXPECT_TRUE(page.evaluate_as<bool>("1 < 2"));
    EXPECT_EQ(page.evaluate_as<int>("6 * 7"), 42);
    EXPECT_EQ(page.evaluate_as<std::int64_t>("-(2 ** 53)"), -(std::int64_t{1} << 53));
    EXPECT_EQ(page.evaluate_as<double>("0.1"), 0.1);
    EXPECT_EQ(page.evaluate_as<std::string>("'Zoë \\u{1F600}'"), "Zoë 😀");
    EXPECT_THAT(page.evaluate_as<std::vector<int>>("[1, 2]"), ElementsAre(1, 2));
    EXPECT_THAT(page.evaluate_as<std::vector<int>>("new Set([1, 2])"), ElementsAre(1, 2));
    const std::map<std::string, int> counts{{"a", 1}, {"b", 2}};
    EXPECT_EQ((page.evaluate_as<std::map<std::string, int>>("({a: 1, b: 2})")), counts);
    EXPECT_EQ((page.evaluate_as<std::map<std::string, int>>("new Map([['a', 1], ['b', 2]])")), counts);
    EXPECT_EQ(page.evaluate_as<std::optional<int>>("null"), std::nullopt);
    EXPECT_EQ(page.evaluate_as<std::optional<int>>("undefined"), std::nullopt);
    EXPECT_EQ(page.evaluate_as<std::optional<int>>("Promise.resolve(5)"), 5);
    EXPECT_EQ(page.evaluate_as<boost::json::value>("({a: [1, null]})"), (boost::json::value{{"a", {1, nullptr}}}));
    using std::chrono::milliseconds;
    EXPECT_EQ(page.evaluate_as<std::chrono::system_clock::time_point>("new Date(-12345)"),
              std::chrono::system_clock::time_point{milliseconds{-12'345}});
}

TEST_F(Evaluation, BringsNumbersOverToTheLastBit) {
    const auto page = open("<p>x</p>");
    EXPECT_EQ(page.evaluate_as<double>("123456789.12345679"), 123456789.12345679);
    EXPECT_EQ(page.evaluate("449.49106478873813").as_double(), 449.49106478873813);
    for (const double x : {945.2706955539223, 5e-324, 1.7976931348623157e308}) {
        EXPECT_EQ(page.evaluate_as<double>("(v) => v", x), x);
    }
    EXPECT_EQ(page.evaluate_as<std::vector<double>>("new Float64Array([5e-324, 0.1])"),
              (std::vector<double>{5e-324, 0.1}));
}

TEST_F(Evaluation, GivesWhatJsonHasNoFormFor) {
    const auto page = open("<p>x</p>");
    EXPECT_TRUE(page.evaluate_value("undefined").is_undefined());
    EXPECT_TRUE(page.evaluate_value("null").is_null());
    EXPECT_TRUE(std::isnan(page.evaluate_as<double>("NaN")));
    EXPECT_EQ(page.evaluate_as<double>("-Infinity"), -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::signbit(page.evaluate_as<double>("-0")));
    EXPECT_EQ(page.evaluate_as<JsValue::BigInt>("2n ** 70n").digits, "1180591620717411303424");
    EXPECT_EQ(page.evaluate_as<JsValue::RegExp>("/a\\/b/gi"), (JsValue::RegExp{"a\\/b", "gi"}));
    EXPECT_EQ(page.evaluate_as<JsValue::Url>("new URL('/b', 'http://a.test/')").href, "http://a.test/b");
    const auto error = page.evaluate_as<JsValue::ErrorObject>("new TypeError('boo')");
    EXPECT_EQ(error.name, "TypeError");
    EXPECT_EQ(error.message, "boo");
    EXPECT_THAT(error.stack, HasSubstr("TypeError: boo\n    at"));
    EXPECT_EQ(shown(page, "({a: [undefined, -0, NaN], b: new Map([[{}, new Set([1n])]]), c: new Date(NaN)})"),
              "{a: [undefined, -0, NaN], b: Map {{} => Set {1n}}, c: Date Invalid Date}");
    EXPECT_EQ(shown(page, "[1,,3]"), "[1, undefined, 3]");
    EXPECT_EQ(shown(page, "new Date(Date.UTC(1969, 11, 31, 23, 59, 59, 999))"), "Date 1969-12-31T23:59:59.999Z");
}

TEST_F(Evaluation, GivesTypedArraysProxiesAndPlatformObjectsWhereverTheyAre) {
    const auto page = open("<p>x</p>");
    EXPECT_EQ(shown(page, "({a: [new Uint8Array([1, 255])], b: new Float64Array([-0, NaN, 0.5])})"),
              "{a: [[1, 255]], b: [-0, NaN, 0.5]}");
    EXPECT_EQ(shown(page, "new BigInt64Array([-7n])"), "[-7n]");
    EXPECT_EQ(shown(page, "[new Uint8Array([3, 4]).buffer]"), "[[3, 4]]");
    EXPECT_EQ(shown(page, "new Map([['k', {u: new URL('http://a.test/')}], [new Uint8Array([1]), 2]])"),
              "Map {\"k\" => {u: URL http://a.test/}, [1] => 2}");
    EXPECT_EQ(shown(page, "({list: new Proxy([1, new Proxy({a: 2}, {get: () => 'trap'})], {})})"),
              "{list: [1, {a: \"trap\"}]}");
    EXPECT_EQ(page.evaluate_value("new DOMRect(1, 2, 3, 4)").at("width").as<int>(), 3);
    EXPECT_EQ(shown(page, "({e: document.body, w: window, f() {}, b: new Blob([])})"),
              "{e: a node, w: a window, f: a function, b: a Blob}");
}

// Written as a function it is meant to be called; what the page has made stays as it is.
TEST_F(Evaluation, CallsAnExpressionThatIsAFunction) {
    const auto page = open("<p>x</p>");
    EXPECT_EQ(page.evaluate("() => { window.ran = (window.ran || 0) + 1; return ran }"), 1);
    EXPECT_EQ(page.evaluate_as<int>(" (async () => await Promise.resolve(6) * 7);\n"), 42);
    EXPECT_EQ(page.evaluate("function named() { return [1] }"), boost::json::array{1});
    EXPECT_EQ(page.evaluate_handle("() => document.body").evaluate_as<std::string>("(body) => body.tagName"), "BODY");
    EXPECT_THROW_MSG(page.evaluate("() => missing()"), cdp::ScriptError, HasSubstr("missing is not defined"));
    EXPECT_EQ(page.evaluate("async function () { return 2 };"), 2);
    EXPECT_EQ(page.evaluate("function twice(n) { return 2 * n } twice(4)"), 8);
    EXPECT_EQ(page.evaluate("window.later = () => { window.called = 1 }"), nullptr);
    EXPECT_EQ(page.evaluate("window.later"), nullptr);
    EXPECT_EQ(page.evaluate("class A {}"), nullptr);
    EXPECT_EQ(shown(page, "document.hasFocus"), "a function");
    EXPECT_EQ(page.evaluate("typeof called"), "undefined");
    EXPECT_EQ(page.evaluate("ran"), 1);
}

TEST_F(Evaluation, RefusesCyclesWithThePathToThem) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.evaluate_value("const a = {b: [{}]}; a.b[0].c = a.b; a"), ValueError,
                     HasSubstr("the value.b[0].c is the value.b again: a cycle has no value"));
    EXPECT_THROW_MSG(page.evaluate_value("(p => (p.self = p, p))(new Proxy({}, {}))"), ValueError,
                     HasSubstr("a cycle through one"));
    EXPECT_EQ(shown(page, "(() => { const x = {q: 1}; return [x, {x}]; })()"), "[{q: 1}, {x: {q: 1}}]");
}

TEST_F(Evaluation, SaysWhatDoesNotFit) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.evaluate_as<int>("1.5"), ValueError,
                     HasSubstr("the value is number 1.5, not a whole number in the range asked for"));
    EXPECT_THROW_MSG(page.evaluate_as<std::int8_t>("128"), ValueError, HasSubstr("number 128"));
    EXPECT_THROW_MSG(page.evaluate_as<std::uint64_t>("-1"), ValueError, HasSubstr("number -1"));
    EXPECT_EQ(page.evaluate_as<std::int8_t>("-128"), -128);
    EXPECT_THROW_MSG(page.evaluate_as<std::vector<int>>("[1, '2']"), ValueError,
                     HasSubstr("the value[1] is string \"2\", not a whole number"));
    EXPECT_THROW_MSG((page.evaluate_as<std::map<std::string, bool>>("({'a b': null})")), ValueError,
                     HasSubstr("the value[\"a b\"] is null, not a boolean"));
    EXPECT_THROW_MSG(page.evaluate_as<std::chrono::system_clock::time_point>("new Date(NaN)"), ValueError,
                     HasSubstr("not a valid Date"));
    EXPECT_THROW_MSG(page.evaluate_as<std::string>("document.body"), ValueError, HasSubstr("is a node, not a string"));
}

TEST_F(Evaluation, TakesCppValuesAsArguments) {
    const auto page = open("<p>x</p>");
    const auto back = [&](const JsValue& value) { return page.evaluate_value("(v) => v", value).shown(); };
    EXPECT_EQ(back(true), "true");
    EXPECT_EQ(back(-0.0), "-0");
    EXPECT_EQ(back(std::numeric_limits<double>::quiet_NaN()), "NaN");
    EXPECT_EQ(back(std::numeric_limits<double>::infinity()), "Infinity");
    EXPECT_EQ(back(1e300), "1e+300");
    EXPECT_EQ(back(JsValue{}), "undefined");
    EXPECT_EQ(back(nullptr), "null");
    EXPECT_EQ(back(JsValue::BigInt{"-0012"}), "-12n");
    EXPECT_EQ(back(std::vector<std::optional<int>>{1, std::nullopt}), "[1, null]");
    EXPECT_EQ(back(std::map<std::string, std::vector<bool>>{{"a", {true, false}}}), "{a: [true, false]}");
    EXPECT_EQ(back(JsValue::RegExp{"a/b", "i"}), "/a\\/b/i");
    EXPECT_EQ(back(JsValue::Url{"http://a.test/"}), "URL http://a.test/");
    EXPECT_EQ(back(JsValue::ErrorObject{.name = "RangeError", .message = "m"}), "RangeError: m");
    EXPECT_EQ(back(JsValue::Map{{{1, "a"}, {JsValue::object({}), 2}}}), "Map {1 => \"a\", {} => 2}");
    EXPECT_EQ(back(JsValue::Set{{1, "a"}}), "Set {1, \"a\"}");
    EXPECT_EQ(back(boost::json::value{{"a", {1, 2.5, nullptr}}}), "{a: [1, 2.5, null]}");
    const auto now = std::chrono::system_clock::time_point{std::chrono::milliseconds{1'700'000'000'123}};
    EXPECT_EQ(page.evaluate_as<std::chrono::system_clock::time_point>("(v) => v", now), now);
    EXPECT_TRUE(page.evaluate_as<bool>("(v) => v instanceof Date", now));
    const std::string odd{"\0 \" \\ \n </script> \u2028 \x7f", 26};
    EXPECT_EQ(page.evaluate_as<std::string>("(v) => v", odd), odd);
    EXPECT_EQ(page.evaluate_as<int>("(v) => v.charCodeAt(0)", "\xED\xA0\x80"), 0xD800);  // a lone surrogate
    EXPECT_EQ(page.evaluate_as<int>("(v) => Object.keys(v).length", JsValue::object({{"__proto__", 1}})), 1);
}

TEST_F(Evaluation, RefusesArgumentsThatCannotBeBroughtOver) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.evaluate_value("(v) => v", std::int64_t{9'007'199'254'740'993}), ValueError,
                     HasSubstr("9007199254740993 is beyond ±2^53"));
    EXPECT_THROW_MSG(page.evaluate_value("(v) => v", JsValue::object({{"a", JsValue::array({"\xFF"})}})), ValueError,
                     AllOf(HasSubstr("page.evaluate_value"), HasSubstr("argument.a[0] is not UTF-8 at byte 0")));
    EXPECT_THROW_MSG(page.evaluate_value("(v) => v", page.evaluate_value("window")), ValueError,
                     HasSubstr("argument is a window, which cannot be given to a page"));
    EXPECT_THROW_MSG(page.evaluate_value("(v) => v", JsValue::BigInt{"1x"}), ValueError, HasSubstr("no whole number"));
}

// The page has put functions of its own in place of those that others serialize with.
TEST_F(Evaluation, IsNotMisledByAPageThatHasReplacedBuiltIns) {
    const auto page = open(R"(<script>
        Array.prototype.toJSON = () => 'toJSON'; Object.prototype.polluted = 1; Object.prototype.toJSON = () => 7;
        JSON.stringify = () => 'mine'; JSON.parse = () => 'mine'; Object.keys = () => []; Array.isArray = () => false;
        Array.prototype[Symbol.iterator] = () => { throw 1; }; Map.prototype.entries = () => []; Date.prototype.toISOString = () => 'x';
        const { Map: RealMap, Set: RealSet } = window; window.realMap = () => new RealMap().set('k', 1);
        Promise.prototype.then2 = 1; Object.entries = () => []; Map = Set = undefined;
        Object.defineProperty(Array.prototype, '0', { set() { throw 2; }, configurable: true });
        </script>)");
    EXPECT_EQ(shown(page, "({a: {b: 1}, d: new Date(5), m: realMap(), t: new Uint8Array(1).fill(9)})"),
              "{a: {b: 1}, d: Date 1970-01-01T00:00:00.005Z, m: Map {\"k\" => 1}, t: [9]}");
    EXPECT_EQ(page.evaluate_value("(v) => v", JsValue::object({{"list", JsValue::array({1, 2})}})).shown(),
              "{list: [1, 2]}");
    EXPECT_EQ(value(page, "({a: [1]})"), R"({"a":[1]})");
}

TEST_F(Evaluation, BringsOverLargeAndDeepValuesOrSaysWhyNot) {
    context_.emplace(new_context(*browser_));
    const auto page = context_->new_page();  // whose calls have 30 s: these are 20 MB on a machine that may be busy
    EXPECT_EQ(page.evaluate_as<std::string>("'é'.repeat(10e6)").size(), 20'000'000U);
    EXPECT_EQ(page.evaluate_as<int>("(text) => text.length", std::string(20'000'000, 'x')), 20'000'000);
    EXPECT_EQ(page.evaluate_value("let a = 1; for (let i = 0; i < 60; i++) a = {a}; a").size(), 1U);
    EXPECT_THROW_MSG(page.evaluate_value("let b = 1; for (let i = 0; i < 5000; i++) b = [b]; b"), cdp::ScriptError,
                     HasSubstr("nested too deeply for the browser's protocol"));
    EXPECT_EQ(page.evaluate_as<int>("1 + 1"), 2);  // the page goes on
    EXPECT_EQ(page.evaluate_as<std::string>("'a\\ud800b'"), "a\uFFFDb");
    EXPECT_EQ(page.evaluate_value("Array.from({length: 100000}, (_, i) => i)").size(), 100'000U);
}

TEST_F(Evaluation, GivesPlainJsonThatIsNeverSilentlyWrong) {
    const auto page = open("<p>x</p>");
    EXPECT_EQ(value(page, "undefined"), "null");
    EXPECT_EQ(value(page, "document.body"), "null");
    EXPECT_EQ(value(page, "({a: undefined, f() {}, d: new Date(0), u: new URL('http://a.test/')})"),
              R"({"d":"1970-01-01T00:00:00.000Z","u":"http://a.test/"})");
    EXPECT_EQ(value(page, "[undefined, -1, 2.5]"), "[null,-1,2.5E0]");
    for (const auto* expression :
         {"NaN", "-Infinity", "[NaN]", "12n", "({a: 1n})", "new Map", "[/x/]", "[document.body]"}) {
        EXPECT_THROW_MSG(page.evaluate(expression), ValueError,
                         AllOf(HasSubstr("page.evaluate("), HasSubstr("which JSON has no form for")))
    }
}

TEST_F(Evaluation, TellsErrorsOfScripts) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.evaluate_value("missing.x"), cdp::ScriptError, HasSubstr("ReferenceError: missing is not"));
    EXPECT_THROW_MSG(page.evaluate_value("Promise.reject(new Error('late'))"), cdp::ScriptError,
                     HasSubstr("Error: late"));
    EXPECT_THROW_MSG(page.evaluate_value("Promise.reject('text')"), cdp::ScriptError, HasSubstr("text"));
    EXPECT_THROW_MSG(page.evaluate_value("({"), cdp::ScriptError, HasSubstr("SyntaxError"));
    EXPECT_EQ(page.evaluate_as<int>("(v) => v // a remark at the end", 1), 1);
}

TEST_F(Evaluation, EndsWithItsDocument) {
    const auto page = open("<p>x</p>");
    EXPECT_THROW_MSG(page.evaluate_value("new Promise(() => { location.href = 'about:blank'; })"), cdp::DocumentGone,
                     HasSubstr("the document was replaced"));
}

TEST_F(Evaluation, RunsInFrames) {
    const auto page = open("<iframe name=inner srcdoc='<p id=q>inside</p><script>var here = 7</script>'></iframe>");
    const auto frame = page.frame_locator("iframe");
    EXPECT_EQ(frame.evaluate_as<int>("here"), 7);
    EXPECT_EQ(frame.evaluate_as<int>("(n) => here + n", 1), 8);
    EXPECT_EQ(frame.evaluate("document.querySelector('p').id").as_string(), "q");
    EXPECT_EQ(page.frame("inner").evaluate_as<int>("here"), 7);
    EXPECT_TRUE(page.evaluate_value("typeof here").as<std::string>() == "undefined");
    frame.evaluate("setTimeout(() => { window.ready = 'yes'; }, 30)");
    EXPECT_EQ(frame.wait_for_function("window.ready").as<std::string>(), "yes");
}

TEST_F(Evaluation, RunsOnAllElementsOfALocator) {
    const auto page = open("<ul><li>a<li>b<li>c</ul>");
    const auto texts = page.locator("li").evaluate_all("(all) => all.map((e) => e.textContent)");
    EXPECT_THAT(texts.as<std::vector<std::string>>(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(page.locator("b").evaluate_all("(all) => all.length").as<int>(), 0);
    EXPECT_EQ(page.locator("li").evaluate_all("(all, n) => all.length + n", 10).as<int>(), 13);
    EXPECT_EQ(page.locator("li").first().evaluate_value("(e, s) => e.textContent + s", "!").as<std::string>(), "a!");
}

TEST_F(Evaluation, WaitsForAFunction) {
    const auto page = open("<p>x</p>");
    page.evaluate("window.n = 0; const t = () => { if (++n < 5) requestAnimationFrame(t); }; t()");
    EXPECT_EQ(page.wait_for_function("() => n >= 5 && {n}").at("n").as<int>(), 5);
    EXPECT_TRUE(page.wait_for_function("(m) => Promise.resolve(n >= m)", 5).as<bool>());
    EXPECT_THROW_MSG(
        page.wait_for_function("n > 100 || (n > 4 && 0)", {.timeout = Milliseconds{700}}), TimeoutError,
        AllOf(HasSubstr("page.wait_for_function(\"n > 100"), HasSubstr("not true within 700 ms; its last value: 0")));
    EXPECT_THROW_MSG(page.wait_for_function("nowhere.x"), cdp::ScriptError, HasSubstr("nowhere is not defined"));
}

TEST_F(Evaluation, WaitsForAFunctionOfAnElement) {
    const auto page = open("<p></p>");
    const auto field = page.locator("input");
    page.evaluate("setTimeout(() => { document.querySelector('p').innerHTML = '<input value=1>'; }, 20)");
    EXPECT_EQ(field.wait_for_function("(e) => e.value").as<std::string>(), "1");
    // An element that takes its place is asked instead.
    page.evaluate("setTimeout(() => { document.querySelector('p').innerHTML = '<input value=2>'; }, 20)");
    EXPECT_EQ(field.wait_for_function("async (e, least) => e.value >= least && e.value", 2).as<std::string>(), "2");
    EXPECT_THROW_MSG(field.wait_for_function("(e) => e.checked", {.timeout = Milliseconds{300}}), TimeoutError,
                     AllOf(HasSubstr("page.locator(\"input\").wait_for_function(\"(e) => e.checked\")"),
                           HasSubstr("not true within 300 ms; its last value: false")));
    page.evaluate("document.querySelector('p').innerHTML = ''");
    EXPECT_THROW_MSG(field.wait_for_function("(e) => e.value", {.timeout = Milliseconds{300}}), TimeoutError,
                     HasSubstr("no element"));
    EXPECT_THROW_MSG(page.locator("p").wait_for_function("(e) => e.no.such"), cdp::ScriptError, HasSubstr("no"));
}

TEST_F(Evaluation, WaitsForAFunctionOverNavigations) {
    const auto page =
        open_served({{"/a", {"text/html", "<script>setTimeout(() => { location.href = '/b'; }, 20)</script>"}},
                     {"/b", {"text/html", "<script>window.there = 1</script>"}}});
    page.navigate("http://a.test/a");
    EXPECT_EQ(page.wait_for_function("window.there").as<int>(), 1);
}

TEST_F(Evaluation, PutsScriptsAndStylesIntoADocument) {
    const auto page = open_served({{"/", {"text/html", "<p>x</p>"}},
                                   {"/s.js", {"text/javascript", "window.fromUrl = 1"}},
                                   {"/s.css", {"text/css", "p { color: rgb(1, 2, 3) }"}}});
    page.navigate("http://a.test/");
    page.add_script_tag({.url = "http://a.test/s.js"});
    page.add_script_tag({.content = "window.fromText = 2"});
    EXPECT_EQ(page.evaluate_as<int>("fromUrl + fromText"), 3);
    page.add_style_tag({.url = "http://a.test/s.css"});
    page.add_style_tag({.content = "p { margin-left: 7px }"});
    EXPECT_EQ(page.evaluate_as<std::string>("getComputedStyle(document.querySelector('p')).color"), "rgb(1, 2, 3)");
    EXPECT_EQ(page.evaluate_as<std::string>("getComputedStyle(document.querySelector('p')).marginLeft"), "7px");
    EXPECT_THROW_MSG(page.add_script_tag({.url = "http://a.test/none.js"}), ActionError,
                     HasSubstr("it could not be loaded"));
    EXPECT_THROW_MSG(page.add_script_tag({}), UsageError, HasSubstr("needs one of url, content and file, has 0"));
    const auto strict =
        open("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'; style-src 'none'\">");
    EXPECT_THROW_MSG(strict.add_script_tag({.content = "window.x = 1"}), ActionError,
                     HasSubstr("Content-Security-Policy forbids it"));
    EXPECT_THROW_MSG(strict.add_style_tag({.content = "p {}"}), ActionError,
                     HasSubstr("Content-Security-Policy forbids it"));
}

class Handles : public Evaluation {};

TEST_F(Handles, AreTheObjectItself) {
    const auto page = open("<div id=d class=c>x</div>");
    const auto cart =
        page.evaluate_handle("window.cart = {items: [1], add(n) { this.items.push(n); return this.items.length; }}");
    EXPECT_EQ(cart.evaluate_as<int>("(cart, n) => cart.add(n)", 5), 2);
    EXPECT_EQ(page.evaluate_as<int>("cart.items.length"), 2);
    EXPECT_TRUE(
        page.evaluate_as<bool>("({a, b}) => a === cart && b[0] === cart.items",
                               JsValue::object({{"a", cart}, {"b", JsValue::array({cart.property("items")})}})));
    EXPECT_EQ(cart.property("items").value().shown(), "[1, 5]");
    EXPECT_TRUE(cart.property("none").value().is_undefined());
    EXPECT_EQ(cart.properties().size(), 2U);
    EXPECT_EQ(page.evaluate_handle("40 + 2").value().as<int>(), 42);
    const auto element = page.locator("div").element_handle();
    EXPECT_TRUE(element.is_element());
    EXPECT_EQ(element.shown(), "div#d.c");
    EXPECT_EQ(page.evaluate_as<std::string>("(e) => e.id", element), "d");
    EXPECT_EQ(page.locator("div").evaluate_handle("(e) => e.firstChild").evaluate_as<std::string>("(n) => n.data"),
              "x");
    EXPECT_TRUE(page.locator("div").evaluate_value("(e, other) => e === other", element).as<bool>());
}

TEST_F(Handles, SayThatTheirDocumentIsGone) {
    const auto page = open("<p>x</p>");
    const auto handle = page.evaluate_handle("document.body");
    page.navigate("about:blank");
    EXPECT_THROW_MSG(handle.value(), cdp::DocumentGone, HasSubstr("the document of this object is gone"));
    EXPECT_ANY_THROW(page.evaluate_value("(e) => e", handle));
}

TEST_F(Handles, LetGoOfTheirObject) {
    const auto page = open("<p>x</p>");
    page.evaluate("window.ref = new WeakRef({big: 1})");
    { const auto handle = page.evaluate_handle("ref.deref()"); }
    page.target().session().send_raw("HeapProfiler.collectGarbage", "{}", soon());
    EXPECT_TRUE(page.evaluate_value("ref.deref()").is_undefined());
    page.evaluate("window.ref = new WeakRef({u: new URL('http://a.test/'), m: new Map([[1, new Uint8Array(3)]])})");
    page.evaluate_value("ref.deref()");
    page.target().session().send_raw("HeapProfiler.collectGarbage", "{}", soon());
    EXPECT_TRUE(page.evaluate_value("ref.deref()").is_undefined());
}

}  // namespace
}  // namespace reprise::locators
