#include <reprise/runner/data_source.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DataSet csv(std::string_view text) {
    return parse_data(text, DataFormat::csv, "rows.csv");
}
DataSet json(std::string_view text) {
    return parse_data(text, DataFormat::json, "rows.json");
}
DataSet jsonl(std::string_view text) {
    return parse_data(text, DataFormat::jsonl, "rows.jsonl");
}
std::string csv_error(std::string_view text) {
    return error_of([&] { csv(text); });
}

std::vector<std::string> values(const Row& row) {
    std::vector<std::string> texts;
    for (const auto& value : row.values) texts.push_back(value.value_or("<none>"));
    return texts;
}

TEST(CsvReader, ReadsColumnsAndRows) {
    const DataSet data = csv("email,name\nada@example.com,Ada\nbob@example.com,Bob\n");
    EXPECT_EQ(data.path, "rows.csv");
    EXPECT_THAT(data.columns, ElementsAre("email", "name"));
    ASSERT_EQ(data.rows.size(), 2u);
    EXPECT_THAT(values(data.rows[1]), ElementsAre("bob@example.com", "Bob"));
    EXPECT_EQ(data.rows[1].index, 1);
    EXPECT_EQ(data.rows[1].line, 3);
}

TEST(CsvReader, TakesEveryLineBreakAndNoneAtTheEnd) {
    for (const char* text : {"a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r"}) {
        const DataSet data = csv(text);
        ASSERT_EQ(data.rows.size(), 2u) << text;
        EXPECT_THAT(values(data.rows[0]), ElementsAre("1", "2"));
        EXPECT_THAT(values(data.rows[1]), ElementsAre("3", "4"));
        EXPECT_EQ(data.rows[1].line, 3);
    }
}

TEST(CsvReader, KeepsLineBreaksSeparatorsAndQuotesInsideQuotes) {
    const DataSet data = csv("a,b\n\"one\r\ntwo\",\"x, \"\"y\"\"\"\nlast,\"\"\n");
    ASSERT_EQ(data.rows.size(), 2u);
    EXPECT_THAT(values(data.rows[0]), ElementsAre("one\r\ntwo", "x, \"y\""));
    EXPECT_THAT(values(data.rows[1]), ElementsAre("last", ""));
    EXPECT_EQ(data.rows[0].line, 2);
    EXPECT_EQ(data.rows[1].line, 4) << "the row before has a line break of its own";
}

TEST(CsvReader, SkipsTheByteOrderMark) {
    EXPECT_THAT(csv("\xEF\xBB\xBFname\nAda\n").columns, ElementsAre("name"));
}

TEST(CsvReader, SkipsEmptyLinesUnlessTheyAreValuesOfTheOnlyColumn) {
    EXPECT_EQ(csv("a,b\n\n1,2\n\n\n").rows.size(), 1u);
    EXPECT_EQ(csv("a\n1\n\n2\n").rows.size(), 3u);
    EXPECT_EQ(csv_error("a,b\n\"\"\n"), "rows.csv:2:1: row 1 has 1 field, expected 2 (a, b)");
}

TEST(CsvReader, KeepsSpacesAndEmptyFields) {
    EXPECT_THAT(values(csv("a,b,c\n x ,,\n").rows[0]), ElementsAre(" x ", "", ""));
}

TEST(CsvReader, NamesTheLineOfARaggedRow) {
    EXPECT_EQ(csv_error("a,b,c\n1,2,3\n1,2\n1,2,3,4\n"),
              "rows.csv:3:1: row 2 has 2 fields, expected 3 (a, b, c)\n"
              "rows.csv:4:1: row 3 has 4 fields, expected 3 (a, b, c)");
}

TEST(CsvReader, NamesThePlaceWhereAnUnclosedQuoteBegins) {
    EXPECT_EQ(csv_error("a,b\n1,\"two\nthree\n"), "rows.csv:2:3: the quote that opens here is never closed");
}

TEST(CsvReader, RefusesTextAfterAClosingQuote) {
    EXPECT_EQ(csv_error("a,b\n1,\"two\" \n"),
              "rows.csv:2:8: text after the closing quote: expected a separator or the end of the line");
}

TEST(CsvReader, TakesAQuoteInsideAnUnquotedFieldAsText) {
    EXPECT_THAT(values(csv("size,n\n5\" disk,1\n").rows[0]), ElementsAre("5\" disk", "1"));
}

TEST(CsvReader, RefusesRepeatedAndUnnamedColumns) {
    EXPECT_EQ(csv_error("a,b,a, \n1,2,3,4\n"),
              "rows.csv:1:5: column \"a\" appears twice in the header: columns 1 and 3\n"
              "rows.csv:1:7: column 4 of the header has no name");
}

TEST(CsvReader, CountsCharactersNotBytesInColumns) {
    EXPECT_THAT(csv_error("näme,b\nÄÖÜ€,\"x\n"), HasSubstr("rows.csv:2:6: the quote that opens here"));
}

TEST(DataSource, NamesTheByteThatIsNotUtf8) {
    EXPECT_EQ(csv_error("name\nM\xFCller\n"), "rows.csv:2:2: byte 0xFC at offset 6 is not UTF-8");
    EXPECT_THAT(csv_error("name\n\xED\xA0\x80\n"), HasSubstr("byte 0xED at offset 5 is not UTF-8"));
    EXPECT_THAT(csv_error("name\n\xC0\xAF\n"), HasSubstr("byte 0xC0 at offset 5 is not UTF-8"));
}

TEST(DataSource, RefusesNulAndEmptyFiles) {
    EXPECT_EQ(csv_error(std::string_view("a\nx\0y\n", 6)), "rows.csv:2:2: a NUL character: expected text");
    EXPECT_EQ(csv_error(""), "rows.csv: is empty, expected rows");
    EXPECT_EQ(csv_error("\xEF\xBB\xBF\r\n"), "rows.csv: is empty, expected rows");
}

TEST(DataSource, ReadsByExtension) {
    const TemporaryFolder folder;
    EXPECT_THAT(values(read_data(folder.write("a.CSV", "x,y\n1,2\n")).rows[0]), ElementsAre("1", "2"));
    EXPECT_THAT(values(read_data(folder.write("a.tsv", "x\ty\n1\t2,3\n")).rows[0]), ElementsAre("1", "2,3"));
    EXPECT_THAT(values(read_data(folder.write("a.json", R"([{"x": "1"}])")).rows[0]), ElementsAre("1"));
    EXPECT_THAT(values(read_data(folder.write("a.ndjson", "{\"x\": \"1\"}\n")).rows[0]), ElementsAre("1"));
    EXPECT_EQ(error_of([] { read_data("rows.xlsx"); }),
              "rows.xlsx: extension \".xlsx\" is no data format, expected .csv, .tsv, .json, .jsonl or .ndjson");
}

TEST(DataSource, SaysWhyAFileCannotBeRead) {
    const TemporaryFolder folder;
    const std::string missing = (folder / "missing.csv").string();
    EXPECT_EQ(error_of([&] { read_data(missing); }), missing + ": cannot be read: No such file or directory");
    const std::string wide = folder.write("wide.csv", std::string_view("\xFF\xFE"
                                                                       "a\0",
                                                                       4));
    EXPECT_EQ(error_of([&] { read_data(wide); }), wide + ": is UTF-16, expected UTF-8");
    std::filesystem::create_directory((folder / "folder.csv").string());
    EXPECT_EQ(error_of([&] { read_data((folder / "folder.csv").string()); }),
              (folder / "folder.csv").string() + ": is a folder, expected a file");
}

TEST(JsonRows, WriteNumbersAndBooleansAsTheyStand) {
    const DataSet data =
        json(R"([{"n": 1.10, "big": 123456789012345678901234567890, "e": 1e3, "t": true, "no": null}])");
    EXPECT_THAT(data.columns, ElementsAre("n", "big", "e", "t", "no"));
    EXPECT_THAT(values(data.rows[0]), ElementsAre("1.10", "123456789012345678901234567890", "1e3", "true", ""));
}

TEST(JsonRows, TellEmptyFromMissing) {
    const DataSet data = json("[\n{\"a\": \"\"},\n{\"b\": \"2\", \"a\": \"1\"}]");
    EXPECT_THAT(data.columns, ElementsAre("a", "b"));
    EXPECT_THAT(values(data.rows[0]), ElementsAre("", "<none>"));
    EXPECT_THAT(values(data.rows[1]), ElementsAre("1", "2"));
    EXPECT_EQ(data.rows[1].line, 3);
    EXPECT_EQ(cell(data, data.rows[0], "a"), "");
    EXPECT_EQ(cell(data, data.rows[0], "b"), std::nullopt);
    EXPECT_EQ(cell(data, data.rows[0], "c"), std::nullopt);
}

TEST(JsonRows, RefuseNestedValuesWithTheirPlace) {
    EXPECT_EQ(error_of([] { json("[{\"a\": \"1\"},\n {\"a\": {\"b\": 1}, \"c\": [1]}, 5]"); }),
              "rows.json:2:8: row 2: \"a\" is an object, expected text, a number, true, false or null\n"
              "rows.json:2:23: row 2: \"c\" is an array, expected text, a number, true, false or null\n"
              "rows.json:2:29: row 3 is no object");
    EXPECT_EQ(error_of([] { json(R"({"a": 1})"); }), "rows.json:1:1: is no array, expected an array of row objects");
}

TEST(JsonLines, KeepTheLineOfEveryRowAndError) {
    const DataSet data = jsonl("{\"a\": \"1\"}\n\n{\"a\": \"2\"}\r\n");
    ASSERT_EQ(data.rows.size(), 2u);
    EXPECT_EQ(data.rows[1].line, 3);
    EXPECT_EQ(error_of([] { jsonl("{\"a\": \"1\"}\n{\"a\": 1 2}\n{\"a\": \"1\", \"a\": \"2\"}\n"); }),
              "rows.jsonl:2:9: is not JSON: syntax error at \"2\"\n"
              "    {\"a\": 1 2}\n"
              "            ^\n"
              "rows.jsonl:3:12: \"a\" appears twice in one object, first in line 3");
}

TEST(RowId, IsThePositionWithoutAnIdColumn) {
    const DataSet data = csv("name\nAda\nBob\n");
    EXPECT_EQ(data.rows[0].id, "r0001");
    EXPECT_EQ(data.rows[1].id, "r0002");
}

TEST(RowId, ComesFromTheColumnIdOrTestIdMadeSafe) {
    EXPECT_EQ(csv("name,id\nAda,a-1/ü\n").rows[0].id, "a_1___");
    EXPECT_EQ(csv("test_id\n..\n").rows[0].id, "_.");
    EXPECT_EQ(csv("Test_ID,ID\nx,y\n").rows[0].id, "y");
    EXPECT_EQ(csv("id\n" + std::string(300, 'x') + "\n").rows[0].id.size(), 100u);
}

TEST(RowId, IsNeverTakenFromASecretColumn) {
    const DataOptions options{.secret_columns = {"id"}};
    EXPECT_EQ(parse_data("id,test_id\nhunter2,t1\n", DataFormat::csv, "rows.csv", options).rows[0].id, "t1");
    EXPECT_EQ(parse_data("id\nhunter2\n", DataFormat::csv, "rows.csv", options).rows[0].id, "r0001");
}

TEST(RowId, MustBeUniqueAndPresent) {
    EXPECT_EQ(csv_error("id,n\na b,1\nc,2\n,3\na_b,4\nc,5\n"),
              "rows.csv:4:1: row 3 has no value in column \"id\", which names the rows\n"
              "rows.csv:5:1: column \"id\" names the rows, and \"a_b\" appears in lines 2 and 5 (\"a b\"): both become "
              "\"a_b\"\n"
              "rows.csv:6:1: column \"id\" names the rows, and \"c\" appears in lines 3 and 6");
}

}  // namespace
}  // namespace reprise::runner
