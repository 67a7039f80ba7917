#include <reprise/cdp/described_json.hpp>

#include <boost/json/parse.hpp>

#include "support/expect_throw.hpp"

namespace reprise::cdp {
namespace {

using testing::StrEq;

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Inner {
    int a{};
    std::optional<std::string> b{};
};
BOOST_DESCRIBE_STRUCT(Inner, (), (a, b))

struct Outer {
    std::string text{};
    bool flag{};
    double number{};
    Colour colour{};
    std::vector<Inner> list{};
    std::optional<Inner> maybe{};
    boost::json::value any{};
};
BOOST_DESCRIBE_STRUCT(Outer, (), (text, flag, number, colour, list, maybe, any))

Outer read(const char* text) {
    Outer out;
    read_json(boost::json::parse(text), out, "outer");
    return out;
}
constexpr auto k_whole = R"({"text":"t","flag":true,"number":1.5,"colour":"green","list":[{"a":1}],"any":[1]})";

// Chromium refuses null where a member may be left out.
TEST(ToJsonText, LeavesEmptyOptionalsOut) {
    EXPECT_EQ(to_json_text(Inner{.a = 3}), R"({"a":3})");
    EXPECT_EQ(to_json_text(Inner{.a = 3, .b = "x"}), R"({"a":3,"b":"x"})");
}

TEST(ToJsonText, WritesEveryKindOfMember) {
    const Outer outer{
        .text = "q\"\\\n\u00eb", .flag = true, .number = 0.5, .colour = Colour::green, .list = {{1, {}}, {2, "b"}}};
    EXPECT_EQ(to_json_text(outer),
              "{\"text\":\"q\\\"\\\\\\n\u00eb\",\"flag\":true,\"number\":5E-1,\"colour\":\"green\","
              "\"list\":[{\"a\":1},{\"a\":2,\"b\":\"b\"}],\"any\":null}");
}

TEST(ReadJson, IgnoresMembersOfNewerBrowsersAndTakesNullForNothing) {
    const auto outer =
        read(R"({"text":"t","flag":true,"number":2,"colour":"red","list":[],"any":1,"maybe":null,"new":{"x":1}})");
    EXPECT_EQ(outer.number, 2);
    EXPECT_FALSE(outer.maybe);
    EXPECT_EQ(read(k_whole).list.at(0).a, 1);
}

TEST(ReadJson, NamesWhatIsMissingOrOfAnotherKind) {
    EXPECT_THROW_MSG(read(R"({"text":"t"})"), Error, StrEq("outer: \"flag\" is missing"));
    EXPECT_THROW_MSG(read(R"({"text":7})"), Error, StrEq("text: expected a string"));
    EXPECT_THROW_MSG(read(R"({"text":"t","flag":1})"), Error, StrEq("flag: expected a boolean"));
    EXPECT_THROW_MSG(read(R"({"text":"t","flag":true,"number":"1"})"), Error, StrEq("number: expected a number"));
    EXPECT_THROW_MSG(read(R"({"text":"t","flag":true,"number":1,"colour":"blue"})"), Error,
                     StrEq("colour: expected a known word"));
    EXPECT_THROW_MSG(read("[]"), Error, StrEq("outer: expected an object"));
    Inner inner;
    EXPECT_THROW_MSG(read_json(boost::json::parse(R"({"a":4294967296})"), inner, "inner"), Error,
                     StrEq("a: expected a number in range"));
}

}  // namespace
}  // namespace reprise::cdp
