// Runs whose healing may ask a vision model: what it adds, what it cannot bring about, and what leaves the machine.
#include <reprise/vision/picture.hpp>

#include "support/fake_messages_api.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* k_secret = "v0ucher-4711";

std::string decode_base64(std::string_view text) {
    constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = bits << 6u | static_cast<unsigned>(k_digits.find(c));
        count += 6;
        if (count >= 8) bytes += static_cast<char>(bits >> static_cast<unsigned>(count -= 8) & 0xffu);
    }
    return bytes;
}

// A shop whose link "Buy now" becomes a button of another name: comparison finds that likely, and not sure.
class VisionModelRun : public ProgramRun {
protected:
    VisionModelRun() {
        server_.handle("GET", "/", [this](const auto&) { return fixtures::HttpResponse{.body = page_}; });
        server_.handle("GET", "/done", [](const auto&) { return fixtures::HttpResponse{.body = "<h1>Done</h1>"}; });
        recording_ = write("shop.json", fmt::format(R"({{"name": "Shop", "starting_url": "{}", "steps": [
            {{"stepNumber": 1, "label": "Voucher", "event": "input", "value": "${{env:VOUCHER}}",
              "bundle": {{"id": "voucher", "tag": "input"}}}},
            {{"stepNumber": 2, "label": "Buy", "event": "click", "bundle": {{"id": "buy", "tag": "a", "visibleText": "Buy now",
              "className": "cta", "xpath": "/html[1]/body[1]/p[1]/a[1]"}}}},
            {{"stepNumber": 3, "event": "wait", "metadata": {{"condition": "url"}}, "value": "{}"}}]}})",
                                                    server_.url("/"), server_.url("/done")));
    }
    static std::string shop(const std::string& link) {
        return "<title>Shop</title><nav><a href=/#home>Home</a> <a href=/#help>Help</a></nav><h1>Shop</h1>"
               "<p>One ticket, 20 euros. " +
               link +
               "</p><p id=echo style='position:absolute;left:20px;top:300px;margin:0'></p><footer><a "
               "href=/#terms>Terms</a></footer>"
               "<input id=voucher aria-label=Voucher oninput='echo.textContent = value' "
               "style='position:absolute;left:20px;top:400px;width:200px;height:30px'>"
               "<div id=host></div><script>host.attachShadow({mode: 'closed'}).innerHTML = `<input value=closed "
               "style='position:absolute;left:20px;top:500px;width:200px;height:30px'>`</script>";
    }
    // Learns the page as it was recorded, and changes it.
    void change() {
        const auto before = run_recording({});
        ASSERT_EQ(before.exit_code, 0) << before.out;
        ASSERT_EQ(api_.requests(), 0) << "nothing was to be healed";
        page_ = shop("<button type=button onclick=\"location='/done'\">Order</button>");
    }
    Outcome run_recording(std::vector<std::string> more = {"--vision-model", "on"}) {
        std::vector<std::string> arguments{"run",  recording_, "--retries",    "0",          "--step-timeout",
                                           "2500", "--output", out().string(), "--reporter", "list,json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, environment_);
    }
    json::object log() const { return report().at("tests").at(0).at("attempts").at(0).at("healing").at(0).as_object(); }
    void expect_nothing_told(const Outcome& outcome) const {
        for (const auto& text : {outcome.out, read_file(out() / "report.json"), read_file(out() / "journal.jsonl")}) {
            EXPECT_THAT(text, AllOf(Not(HasSubstr(FakeMessagesApi::k_key)), Not(HasSubstr(k_secret))));
        }
    }

    FakeMessagesApi api_;
    std::vector<std::string> environment_{std::string("ANTHROPIC_API_KEY=") + FakeMessagesApi::k_key,
                                          "ANTHROPIC_BASE_URL=" + api_.base_address(),
                                          std::string("VOUCHER=") + k_secret};
    std::string page_{shop("<a id=buy class=cta href=/done>Buy now</a>")};
    std::string recording_;
};

TEST_F(VisionModelRun, IsNotAskedUnlessTheUserSaysSo) {
    change();
    const auto outcome = run_recording({});
    EXPECT_EQ(outcome.exit_code, 1) << "comparison alone must not be sure, or these tests test nothing";
    EXPECT_GT(log().at("confidence").to_number<double>(), 25);
    EXPECT_EQ(api_.requests(), 0);
}

TEST_F(VisionModelRun, FindsWhatComparisonWasNotSureOf) {
    change();
    const auto outcome = run_recording();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("the vision model was asked 1 times, for 2050 tokens"));
    const auto healed = log();
    EXPECT_EQ(healed.at("method").as_string(), "vision_model");
    EXPECT_TRUE(healed.at("success").as_bool());
    EXPECT_EQ(healed.at("confidence").to_number<double>(), 95);
    const auto request = json::parse(std::string(healed.at("claudeRequest").as_string()));
    EXPECT_EQ(request.at("model").as_string(), "claude-sonnet-4-6");
    EXPECT_THAT(std::string(healed.at("claudeResponse").as_string()), HasSubstr("it does the same"));
    EXPECT_TRUE(fs::exists(out() / "attachments/shop/r0001/a1-model-step-2-1.png")) << "what was sent can be seen";
    expect_nothing_told(outcome);
    EXPECT_EQ(run_recording().exit_code, 0);
    EXPECT_EQ(log().at("method").as_string(), "cached");
    EXPECT_EQ(api_.requests(), 1);
}

TEST_F(VisionModelRun, SendsNoSecretAndNothingThatWasEntered) {
    change();
    run_recording();
    const auto sent = api_.last();
    const auto& content = sent.at("messages").at(0).at("content").as_array();
    const std::string text{content[1].at("text").as_string()};
    EXPECT_THAT(text, AllOf(Not(HasSubstr(k_secret)), HasSubstr("Order")));
    const auto picture = vision::decode_png(decode_base64(content[0].at("source").at("data").as_string()));
    ASSERT_EQ(picture.width, 1280);
    for (const int x : {22, 30, 60}) {
        for (const int y : {308, 415, 515}) {
            const auto at = static_cast<std::size_t>((y * picture.width + x) * 3);
            EXPECT_EQ(picture.rgb[at], 0xd0) << x << ", " << y;
            EXPECT_EQ(picture.rgb[at + 1], 0xd0) << x << ", " << y;
        }
    }
}

TEST_F(VisionModelRun, BringsNothingAboutByLying) {
    change();
    // "Terms", for which nothing else speaks.
    api_.respond = [](const auto&) { return json_response(answer(2, "surely the one")); };
    const auto outcome =
        run_recording({"--vision-model", "on", "--data", write("rows.csv", "n\n1\n2\n3\n"), "-j", "2"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("it is gone"), HasSubstr("surely the one (too little else speaks for it)")));
    EXPECT_EQ(outcomes()["failed"], 3);
    EXPECT_EQ(api_.requests(), 1) << "one question for all rows";
    EXPECT_EQ(server_.requests("/done"), 1) << "the first run's";
    expect_nothing_told(outcome);
}

TEST_F(VisionModelRun, SaysThatItDidNotAnswerInTime) {
    change();
    api_.respond = [](const auto&) {
        auto late = json_response(answer(1));
        late.delay = std::chrono::hours{1};
        return late;
    };
    const auto outcome = run_recording({"--vision-model", "on", "--vision-timeout", "900"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("it is gone"), HasSubstr("the vision model gave no answer: http://127.0.0.1 "
                                                         "did not answer within")));
    EXPECT_EQ(report().at("tests").at(0).at("attempts").at(0).at("status").as_string(), "failed") << "and in time";
}

// The time of a step is for the page.
TEST_F(VisionModelRun, MayThinkLongerThanTheStepLasts) {
    change();
    api_.respond = [](const auto&) {
        auto late = json_response(answer(1));
        late.delay = std::chrono::milliseconds{3'000};
        return late;
    };
    EXPECT_EQ(run_recording().exit_code, 0);
}

TEST_F(VisionModelRun, HelpsToLocate) {
    page_ = shop("<button type=button>Buy</button>");
    const auto bundle = write("one.json", R"({"id": "buy", "tag": "a", "visibleText": "Buy now", "className": "cta",
        "xpath": "/html[1]/body[1]/p[1]/a[1]"})");
    const auto results = (folder_ / "results.json").string();
    const std::vector<std::string> asked{"locate",         "--bundles", bundle,     server_.url("/"),
                                         "--vision-model", "on",        "--output", results};
    EXPECT_EQ(run(asked, environment_).exit_code, 0);
    ASSERT_EQ(api_.requests(), 1);
    const auto found = json::parse(read_file(results)).at(0);
    EXPECT_TRUE(found.at("found").as_bool()) << found;
    EXPECT_EQ(found.at("method").as_string(), "vision_model");
    EXPECT_THAT(std::string(found.at("visionModel").at("said").as_string()), HasSubstr("chose <button"));
    EXPECT_THAT(read_file(results), Not(HasSubstr(FakeMessagesApi::k_key)));
}

TEST_F(VisionModelRun, NeedsAKeyAndASafeAddress) {
    environment_[0] = "ANTHROPIC_API_KEY=";
    for (const auto& outcome :
         {run_recording(),
          run({"locate", "--bundles", recording_, "http://x/", "--vision-model", "on"}, environment_)}) {
        EXPECT_EQ(outcome.exit_code, 4);
        EXPECT_THAT(outcome.out, HasSubstr("a vision model needs a key: ANTHROPIC_API_KEY is not set"));
    }
    environment_[0] = std::string("ANTHROPIC_API_KEY=") + FakeMessagesApi::k_key;
    environment_[1] = "ANTHROPIC_BASE_URL=http://example.com";
    const auto outcome = run_recording();
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("ANTHROPIC_BASE_URL is plain http to another machine"));
    EXPECT_EQ(run_recording({"--vision-model", "off"}).exit_code, 0);
}

}  // namespace
}  // namespace reprise::tests
