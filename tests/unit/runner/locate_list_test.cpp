// What `reprise locate` is asked about.
#include <gmock/gmock.h>

#include <reprise/runner/locate.hpp>

#include "runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LocateListTest : public testing::Test {
protected:
    std::vector<LocateEntry> read(const std::string& text) {
        return read_locate_list(folder_.write("list.json", text));
    }
    std::string error(const std::string& text) {
        return error_of([&] { read(text); });
    }
    const TemporaryFolder folder_;
};

TEST_F(LocateListTest, ReadsEntriesWithAllTheirMembers) {
    const auto entries =
        read(R"([{"id": "a", "page": "x.html", "prep": [["click", "#menu"], ["fill", "#q", "boat"], ["wait", 20],
        ["js", "1"]], "bundle": {"tag": "a", "id": "go", "iframeChain": ["#frame"]}, "extra": {"href": "/go"},
        "snapshot": [{"tag": "a"}, {"tag": "button"}], "crop": "a.png"}])");
    ASSERT_EQ(entries.size(), 1U);
    const auto& entry = entries[0];
    EXPECT_EQ(entry.target.href, "/go");
    EXPECT_EQ(entry.target.id, "go");
    EXPECT_EQ(entry.recorded_page.size(), 2U);
    EXPECT_EQ(entry.iframe_chain.at(0).css, "#frame");
    ASSERT_EQ(entry.prep.size(), 4U);
    EXPECT_EQ(entry.prep[1].text, "boat");
    EXPECT_EQ(entry.prep[2].duration.count(), 20);
    EXPECT_EQ(entry.crop, "a.png");
}

TEST_F(LocateListTest, ReadsOneBundleAlone) {
    EXPECT_EQ(read(R"({"tag": "a", "id": "go", "visibleText": "Go"})").at(0).target.text, "Go");
    EXPECT_EQ(read(R"({"page": "x", "bundle": {"tag": "a"}})").at(0).page, "x");
}

TEST_F(LocateListTest, NamesEveryProblemAndItsPlace) {
    EXPECT_THAT(error("[\n{\"id\": \"a\", \"bundle\": {}},\n{\"id\": \"a\", \"bundle\": {}, \"prep\": [[\"jump\"]]}]"),
                AllOf(HasSubstr("list.json:3:1: the id \"a\" is there twice"), HasSubstr("list.json:3:"),
                      HasSubstr("[\"click\", css]")));
    EXPECT_THAT(error("[5]"), HasSubstr("an entry is an object"));
    EXPECT_THAT(error("[]"), HasSubstr("holds no entry"));
    EXPECT_THAT(error(R"([{"id": "a"}])"), HasSubstr("has no \"bundle\""));
    EXPECT_THAT(error(R"([{"bundle": {}}])"), HasSubstr("has no \"id\""));
    EXPECT_THAT(error_of([] { read_locate_list("/nowhere/list.json"); }),
                HasSubstr("/nowhere/list.json: cannot be read"));
}

}  // namespace
}  // namespace reprise::runner
