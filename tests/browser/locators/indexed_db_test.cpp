// IndexedDB in storage states: what is in it, what cannot be, and Playwright's files.
#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// open(name, version, upgrade), done(request): promises.
constexpr const char* k_helpers = R"html(<!doctype html><script>
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const openDatabase = (name, version, upgrade) => {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  return done(request);
};
const all = async (name, store) => {
  const database = await openDatabase(name);
  const made = database.transaction(store).objectStore(store);
  const found = [await done(made.getAllKeys()), await done(made.getAll())];
  database.close();
  return found;
};
var first = indexedDB.databases().then((list) => JSON.stringify(list));
</script>)html";

class IndexedDbStates : public BrowserPage {
protected:
    IndexedDbStates() {
        server_.handle("GET", "/*", [](const auto&) { return HttpResponse{.body = k_helpers}; });
    }
    Page start(const ContextOptions& options = {}) {
        auto page = open_page(options);
        page.navigate(server_.url("/"));
        return page;
    }
    // A page of another context that begins with what this one holds, by way of a file.
    Page carried_on() {
        const tests::TemporaryFolder folder;
        const auto file = folder.path() / "state.json";
        context_->storage_state({.indexed_db = true}).save(file);
        return start({.storage_state = StorageState::load(file)});
    }
    StorageState state_with(const std::string& databases) {
        const auto origin = server_.url("/").substr(0, server_.url("/").size() - 1);
        return StorageState::parse(R"({"cookies": [], "origins": [{"origin": ")" + origin +
                                   R"(", "localStorage": [], "indexedDB": )" + databases + "}]}");
    }
    fixtures::HttpServer server_;
};

TEST_F(IndexedDbStates, StoresIndexesAndVersionsAreCarriedOn) {
    const auto page = start();
    page.evaluate(R"js(openDatabase('shop', 7, (database) => {
        const orders = database.createObjectStore('orders', {keyPath: ['customer.id', 'number']});
        orders.createIndex('by tag', 'tags', {multiEntry: true});
        orders.createIndex('by mail', ['mail', 'number'], {unique: true});
        orders.put({customer: {id: 1}, number: 2, tags: ['new', 'paid'], mail: 'a@b.example'});
        const queue = database.createObjectStore('queue', {autoIncrement: true});
        queue.put('first');
        queue.put('second');
        database.createObjectStore('numbered', {keyPath: 'id', autoIncrement: true}).put({text: 'x'});
        database.createObjectStore('empty');
    }).then((database) => { database.close(); return openDatabase('bare', 3, () => {}); }).then((database) => database.close()))js");
    EXPECT_THAT(context_->storage_state().origins, IsEmpty());  // only when it is asked for
    const auto later = carried_on();
    EXPECT_EQ(later.evaluate_as<std::string>("first"),  // there before the page's own script
              R"([{"name":"bare","version":3},{"name":"shop","version":7}])");
    const auto shape = later.evaluate_as<std::string>(R"js(openDatabase('shop').then((database) => {
        const told = Array.from(database.objectStoreNames, (name) => {
            const store = database.transaction(name).objectStore(name);
            return [name, store.keyPath, store.autoIncrement, Array.from(store.indexNames, (of) => {
                const {keyPath, unique, multiEntry} = store.index(of);
                return [of, keyPath, unique, multiEntry];
            })];
        });
        database.close();
        return JSON.stringify(told);
    }))js");
    EXPECT_EQ(shape,
              R"([["empty",null,false,[]],["numbered","id",true,[]],["orders",["customer.id","number"],false,)"
              R"([["by mail",["mail","number"],true,false],["by tag","tags",false,true]]],["queue",null,true,[]]])");
    EXPECT_EQ(later.evaluate_as<std::string>("all('shop', 'orders').then(JSON.stringify)"),
              R"([[[1,2]],[{"customer":{"id":1},"number":2,"tags":["new","paid"],"mail":"a@b.example"}]])");
    EXPECT_EQ(later.evaluate_as<std::string>("all('shop', 'queue').then(JSON.stringify)"),
              R"([[1,2],["first","second"]])");
    EXPECT_EQ(later.evaluate_as<int>("openDatabase('shop').then((database) => "
                                     "done(database.transaction('queue', 'readwrite').objectStore('queue').add('x')))"),
              3);
}

TEST_F(IndexedDbStates, ValuesOfEveryKindStayWhatTheyAre) {
    const auto page = start();
    page.evaluate(R"js(openDatabase('kinds', 1, (database) => {
        const store = database.createObjectStore('s');
        const twice = {n: 1};
        const ring = {name: 'ring'};
        ring.self = ring;
        const nested = {date: new Date(5), none: undefined, big: 12345678901234567890n, zero: -0, not: NaN,
                        far: [Infinity, -Infinity], exact: 0.30000000000000004, text: 'h\u00e9\u2028\0', empty: null};
        const bytes = new Uint8Array([0, 255, 7]);
        const values = {nested, bytes, buffer: bytes.buffer, floats: new Float64Array([1.5, NaN]),
            bigs: new BigInt64Array([-1n]), view: new DataView(bytes.buffer, 1, 2), part: bytes.subarray(1),
            map: new Map([[1, new Set(['a', null])]]), expression: /a\/b/gi, twice: [twice, twice], ring,
            error: new RangeError('far'), nothing: null, missing: undefined, no: false, zero: 0, blank: '', minus: -0,
            never: new Date(NaN), tricky: JSON.parse('{"__proto__": {"d": 1}, "v": "null", "ref": 1}'),
            deep: [[[[{a: [{}]}]]]], tiny: 5e-324, large: 2 ** 60};
        for (const name of Object.keys(values)) store.put(values[name], name);
        for (const key of [1.5, -Infinity, new Date(7), bytes.buffer, [1, ['x', new Date(8)]], '']) store.put('v', key);
    }).then((database) => database.close()))js");
    const auto keys = "all('kinds', 's').then(([keys]) => keys)";
    const auto value_at = [](std::size_t i) {
        return "all('kinds', 's').then(([keys, values]) => typeof keys[" + std::to_string(i) +
               "] === 'string' && keys[" + std::to_string(i) + "] === 'ring' ? 0 : values[" + std::to_string(i) + "])";
    };
    const auto expected_keys = page.evaluate_value(keys).shown();
    const auto count =
        static_cast<std::size_t>(page.evaluate_as<int>("all('kinds', 's').then(([keys]) => keys.length)"));
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < count; ++i) expected.push_back(page.evaluate_value(value_at(i)).shown());
    EXPECT_EQ(count, 29U);
    const auto later = carried_on();
    EXPECT_EQ(later.evaluate_value(keys).shown(), expected_keys);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(later.evaluate_value(value_at(i)).shown(), expected[i]);
    const auto holds = [&](const std::string& key, const std::string& test) {
        return later.evaluate_as<bool>("all('kinds', 's').then(([keys, values]) => { const v = values[keys.indexOf('" +
                                       key + "')]; return " + test + "; })");
    };
    EXPECT_TRUE(holds("ring", "v.self === v && v.name === 'ring'"));
    EXPECT_TRUE(holds("twice", "v[0] === v[1] && v[0].n === 1"));
    EXPECT_TRUE(holds("bytes", "v instanceof Uint8Array && v.join() === '0,255,7'"));
    EXPECT_TRUE(holds("buffer", "v instanceof ArrayBuffer && v.byteLength === 3"));
    EXPECT_TRUE(holds("part", "v instanceof Uint8Array && v.join() === '255,7'"));
    EXPECT_TRUE(holds("view", "v instanceof DataView && v.getUint8(0) === 255 && v.byteLength === 2"));
    EXPECT_TRUE(holds(
        "nested",
        "Object.is(v.zero, -0) && 'none' in v && v.none === undefined && v.empty === null && v.exact === 0.1 + 0.2 && "
        "v.big === 12345678901234567890n && v.date.getTime() === 5"));
    EXPECT_TRUE(holds("error", "v instanceof RangeError && v.message === 'far'"));
    EXPECT_TRUE(holds("tricky", "Object.hasOwn(v, '__proto__') && v.__proto__.d === 1 && v.v === 'null'"));
    EXPECT_TRUE(holds("minus", "Object.is(v, -0)"));
    EXPECT_TRUE(holds("tiny", "v === 5e-324"));
}

TEST_F(IndexedDbStates, WhatCannotBeHeldIsNamed) {
    const auto page = start();
    const auto put = [&](const std::string& value) {
        page.evaluate(
            "openDatabase('notes', undefined, (database) => database.createObjectStore('pictures', "
            "{keyPath: 'id'})).then(async (database) => { await done(database.transaction('pictures', "
            "'readwrite').objectStore('pictures').put({id: 'p7', list: [{}, " +
            value + "]})); database.close(); })");
    };
    const auto save = [&] { context_->storage_state({.indexed_db = true}); };
    put("new Blob(['x'])");
    EXPECT_THROW_MSG(save(), ActionError,
                     AllOf(HasSubstr("context.storage_state(): " + server_.url("").substr(0, 16)),
                           HasSubstr("IndexedDB \"notes\", store \"pictures\", key \"p7\": value.list[1] is a Blob, "
                                     "which a storage state cannot hold")));
    put("'\\ud800'");
    EXPECT_THROW_MSG(save(), ActionError, HasSubstr("value.list[1] is a text with half a surrogate pair"));
    put("[1, , 3]");
    EXPECT_THROW_MSG(save(), ActionError, HasSubstr("value.list[1] is a list with gaps"));
    put("Object(1)");
    EXPECT_THROW_MSG(save(), ActionError, HasSubstr("value.list[1] is a Number, which"));
    EXPECT_THAT(context_->storage_state().origins, IsEmpty());  // without it there is nothing wrong
}

// As Playwright 1.5x writes them.
TEST_F(IndexedDbStates, PlaywrightsFilesLoad) {
    const auto page = start({.storage_state = state_with(R"([{"name": "toDoList", "version": 4, "stores": [
        {"name": "tasks", "keyPath": "title", "autoIncrement": false,
         "indexes": [{"name": "day", "keyPath": "day", "multiEntry": false, "unique": false}],
         "records": [{"value": {"title": "Pet the cat", "day": "01"}},
                     {"valueEncoded": {"o": [{"k": "title", "v": "b"}, {"k": "due", "v": {"d": "2025-01-02T03:04:05.006Z"}},
                       {"k": "n", "v": {"a": [{"v": "NaN"}, {"bi": "7"}, {"v": "undefined"}], "id": 2}}], "id": 1}}]},
        {"name": "plain", "autoIncrement": true, "indexes": [],
         "records": [{"key": 5, "value": "five"}, {"keyEncoded": {"d": "1970-01-01T00:00:00.001Z"},
           "valueEncoded": {"ta": {"b": "AQID", "k": "ui8"}}}]}]}])")});
    EXPECT_EQ(page.evaluate_as<std::string>("first"), R"([{"name":"toDoList","version":4}])");
    EXPECT_EQ(page.evaluate_value("all('toDoList', 'tasks')").shown(),
              "[[\"Pet the cat\", \"b\"], [{title: \"Pet the cat\", day: \"01\"}, {title: \"b\", due: Date "
              "2025-01-02T03:04:05.006Z, n: [NaN, 7n, undefined]}]]");
    EXPECT_EQ(page.evaluate_as<std::string>("all('toDoList', 'plain').then(([keys, values]) => keys[0] + values[0] + "
                                            "keys[1].getTime() + values[1].join())"),
              "5five11,2,3");
    // What no page has visited is carried on, too.
    EXPECT_THAT(context_->storage_state({.indexed_db = true}).origins.at(0).indexed_db, SizeIs(1));
}

TEST_F(IndexedDbStates, FilesThatAreWrongAreRefused) {
    EXPECT_THROW_MSG(state_with(R"([{"name": "a", "version": 1}])"), Error,
                     AllOf(HasSubstr("http://127.0.0.1"), HasSubstr("IndexedDB \"a\": \"stores\" is missing")));
    EXPECT_THROW_MSG(state_with(R"([{"name": "a", "version": 0, "stores": []}])"), Error,
                     HasSubstr("\"version\" is no number of a version"));
    const auto store = [&](const std::string& records) {
        start({.storage_state = state_with(R"([{"name": "a", "version": 1, "stores": [{"name": "s", "indexes": [],
            "autoIncrement": false, "records": )" +
                                           records + "}]}]")});
    };
    EXPECT_THROW_MSG(store(R"([{"key": 1, "value": 2}, {"key": 1, "value": 3}])"), ActionError,
                     AllOf(HasSubstr("new_context(): storage state: http://127.0.0.1"),
                           HasSubstr("IndexedDB \"a\": store \"s\", record 2: "), HasSubstr("already exists")));
    EXPECT_THROW_MSG(store(R"([{"key": 1}])"), ActionError,
                     HasSubstr("record 1: it has neither \"value\" nor \"valueEncoded\""));
    EXPECT_THROW_MSG(store(R"([{"key": 1, "valueEncoded": {"h": 1}}])"), ActionError,
                     HasSubstr("record 1: {\"h\":1} is no value that is known"));
    EXPECT_THROW_MSG(store(R"([{"key": {"a": 1}, "value": 1}])"), ActionError, HasSubstr("record 1: "));
}

}  // namespace
}  // namespace reprise::locators
