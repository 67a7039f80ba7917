// Recordings of the demo shop against the shop as it might look a year later.
#include "mutated_shop.hpp"
#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

class HealingTest : public ProgramRun {
protected:
    HealingTest() { harbour::serve_shop(server_, source_ / "examples/site"); }

    std::vector<std::string> all(const fixtures::HttpServer& server, std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"run",        example("recordings"),
                                           "--data",     "order=" + example("data/customers.csv"),
                                           "--data",     "sign_in=" + example("data/accounts.csv"),
                                           "--data",     "pay_by_card=" + example("data/cards.csv"),
                                           "--data",     "book_sailing=" + example("data/sailings.csv"),
                                           "--grep",     "(order|sign_in|pay_by_card|book_sailing)/.*",
                                           "--row",      "1,15-16,30,45-47",
                                           "--retries",  "0",
                                           "--base-url", server.url(""),
                                           "--output",   out().string(),
                                           "--reporter", "list,json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }

    // One green run on the shop as it was recorded.
    void learn() {
        const auto outcome = run(all(server_));
        ASSERT_EQ(outcome.exit_code, 0) << outcome.out;
        ASSERT_EQ(heals(), 0);
    }

    Outcome run_on(Mutation mutation, fixtures::HttpServer& server, std::vector<std::string> more = {}) {
        mutate_shop(source_ / "examples/site", folder_ / "site", mutation);
        harbour::serve_shop(server, folder_ / "site");
        return run(all(server, std::move(more)));
    }

    int heals() const { return static_cast<int>(report().at("healing").at("successfulHeals").to_number<int>()); }

    // `least`: heals; where ids have stayed, the recorded clues are enough.
    void expect_found(Mutation mutation, int least) {
        learn();
        fixtures::HttpServer changed;
        const auto outcome = run_on(mutation, changed);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
        EXPECT_EQ(changed.requests("/order"), server_.requests("/order"));
        EXPECT_GE(heals(), least);
    }
};

TEST_F(HealingTest, FindsControlsWhoseIdsAndClassesWereMadeAnew) {
    expect_found(Mutation::regenerated, 10);
}

TEST_F(HealingTest, FindsControlsWhoseLabelsWereReworded) {
    expect_found(Mutation::reworded, 0);
}

TEST_F(HealingTest, FindsControlsThatWereMoved) {
    expect_found(Mutation::moved, 0);
}

TEST_F(HealingTest, FindsControlsThatAreMadeOfOtherTags) {
    expect_found(Mutation::retagged, 3);
}

TEST_F(HealingTest, SaysThatARemovedControlIsGoneAndPressesNothingElse) {
    learn();
    fixtures::HttpServer changed;
    const auto outcome = run_on(Mutation::removed, changed, {"--grep", "order/|sign_in/|pay_by_card/"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("it is gone"));
    EXPECT_EQ(changed.requests("/order"), 0);
    EXPECT_EQ(changed.requests("/api/sign-in"), 0);
    EXPECT_EQ(heals(), 0);
    EXPECT_EQ(outcomes()["passed"], 0);
}

// A page of our own and one recorded click on it; the page may change between runs.
class HealCommandTest : public ProgramRun {
protected:
    HealCommandTest() {
        server_.handle("GET", "/", [this](const auto&) { return fixtures::HttpResponse{.body = page_}; });
        server_.handle("GET", "/done", [](const auto&) { return fixtures::HttpResponse{.body = "<h1>Done</h1>"}; });
        recording_ = write("shop.json", fmt::format(R"({{"name": "Shop", "starting_url": "{}", "steps": [
            {{"stepNumber": 1, "label": "Buy", "event": "click", "bundle": {{"id": "buy", "tag": "a", "visibleText": "Buy now",
              "className": "cta", "xpath": "/html[1]/body[1]/p[1]/a[1]"}}}},
            {{"stepNumber": 2, "event": "wait", "metadata": {{"condition": "url"}}, "value": "{}"}}]}})",
                                                    server_.url("/"), server_.url("/done")));
    }
    static std::string shop(const std::string& link) {
        return "<nav><a href=/#home>Home</a> <a href=/#help>Help</a></nav><h1>Shop</h1><p>One ticket, 20 euros. " +
               link + "</p><footer><a href=/#terms>Terms</a></footer>";
    }
    Outcome run_recording(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"run",  recording_, "--retries",    "0",          "--step-timeout",
                                           "2500", "--output", out().string(), "--reporter", "list,json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }

    std::string page_{shop("<a id=buy class=cta href=/done>Buy now</a>")};
    std::string changed_{shop("<button id=go type=button onclick=\"location='/done'\">Buy now</button>")};
    std::string recording_;
};

// Buttons without any name, told apart by their icons alone.
class IconTest : public ProgramRun {
protected:
    static std::string icon(const std::string& name) {
        const std::string shape = name == "save"   ? "<path d='M2 2H20V20H2Z M6 2V9H16V2'/>"
                                  : name == "open" ? "<circle cx=11 cy=11 r=8 fill=none stroke=black stroke-width=4 />"
                                                   : "<path d='M2 2L20 20M20 2L2 20' stroke=black stroke-width=4 />";
        // Before the click returns: the run ends with it, and its browser with what is still on its way.
        return fmt::format(
            "<button class=tool onclick=\"const told = new XMLHttpRequest(); told.open('GET', '/pressed/{}', false); "
            "told.send()\"><svg width=22 height=22>{}</svg></button>",
            name, shape);
    }
    void serve(const std::vector<std::string>& icons) {
        std::string page = "<!doctype html><title>Tools</title><h1>Tools</h1><input aria-label=Note><p>";
        for (const auto& name : icons) page += icon(name);
        server_.handle("GET", "/", [page](const auto&) { return fixtures::HttpResponse{.body = page}; });
    }
    IconTest() {
        for (const auto* name : {"save", "open", "drop"}) {
            server_.handle("GET", fmt::format("/pressed/{}", name),
                           [](const auto&) { return fixtures::HttpResponse{}; });
        }
        serve({"save", "open"});
        recording_ = write("tools.json", fmt::format(R"({{"name": "Tools", "starting_url": "{}", "steps": [
            {{"stepNumber": 1, "label": "Note", "event": "input", "value": "secret", "bundle": {{"aria": "Note", "tag": "input"}}}},
            {{"stepNumber": 2, "label": "Open", "event": "click", "bundle": {{"tag": "button", "xpath": "/html[1]/body[1]/p[1]/button[2]"}}}}]}})",
                                                     server_.url("/")));
    }
    Outcome run_recording() {
        return run({"run", recording_, "--retries", "0", "--step-timeout", "2500", "--output", out().string(),
                    "--reporter", "list,json"});
    }
    std::string recording_;
};

TEST_F(IconTest, KeepsAPictureOfWhatWasPressedAndNoneOfAField) {
    ASSERT_EQ(run_recording().exit_code, 0);
    int pictures = 0;
    for (const auto& entry : fs::recursive_directory_iterator(history() / "objects")) {
        pictures += static_cast<int>(entry.path().extension() == ".png");
    }
    EXPECT_EQ(pictures, 1);
}

TEST_F(IconTest, NeverPressesAnotherIconThatHasTakenThePlace) {
    ASSERT_EQ(run_recording().exit_code, 0);
    EXPECT_EQ(server_.requests("/pressed/open"), 1);
    serve({"open", "drop", "save"});
    const auto outcome = run_recording();
    EXPECT_EQ(server_.requests("/pressed/drop") + server_.requests("/pressed/save"), 0) << outcome.out;
    EXPECT_EQ(outcome.exit_code == 0, server_.requests("/pressed/open") == 2) << outcome.out;
}

TEST_F(HealCommandTest, ListsShowsAndAcceptsWhatHeld) {
    ASSERT_EQ(run_recording().exit_code, 0);
    EXPECT_THAT(run({"heal", "list"}).out, HasSubstr("no heals"));
    page_ = changed_;
    const auto healed = run_recording();
    ASSERT_EQ(healed.exit_code, 0) << healed.out;
    EXPECT_THAT(healed.out, HasSubstr("1 healed"));
    const auto document = report();
    const auto& log = document.at("tests").at(0).at("attempts").at(0).at("healing").at(0).as_object();
    EXPECT_EQ(log.at("originalSelector").as_string(), "#buy");
    EXPECT_EQ(log.at("healedSelector").as_string(), "#go");
    EXPECT_TRUE(log.at("success").as_bool());
    EXPECT_GE(log.at("confidence").to_number<double>(), 80);
    EXPECT_TRUE(fs::exists(out() / "attachments/shop/r0001/a1-heal-step-1-1.png"));
    EXPECT_THAT(run({"heal", "list"}).out, HasSubstr("proposed"));
    const auto shown = run({"heal", "show", "1"}).out;
    EXPECT_THAT(shown, HasSubstr("- id: buy"));
    EXPECT_THAT(shown, HasSubstr("+ id: go"));
    EXPECT_EQ(run({"heal", "accept", "--all", "--min-confidence", "80"}).exit_code, 0);
    EXPECT_THAT(read_file(recording_), HasSubstr("\"id\": \"go\""));
    ASSERT_EQ(run_recording().exit_code, 0);
    EXPECT_EQ(report().at("healing").at("totalAttempts").to_number<int>(), 0) << "nothing is left to heal";
}

TEST_F(HealCommandTest, UsesACachedHealUntilItIsRejected) {
    ASSERT_EQ(run_recording().exit_code, 0);
    page_ = changed_;
    ASSERT_EQ(run_recording().exit_code, 0);
    ASSERT_EQ(run_recording().exit_code, 0);
    EXPECT_THAT(read_file(out() / "report.json"), HasSubstr("\"method\":\"cached\""));
    EXPECT_EQ(run({"heal", "reject", "1"}).exit_code, 0);
    EXPECT_THAT(run({"heal", "list"}).out, HasSubstr("rejected"));
    ASSERT_EQ(run_recording().exit_code, 0);
    EXPECT_THAT(read_file(out() / "report.json"), testing::Not(HasSubstr("\"method\":\"cached\"")));
}

TEST_F(HealCommandTest, OnlySuggestsWhenAskedTo) {
    ASSERT_EQ(run_recording().exit_code, 0);
    page_ = changed_;
    const auto outcome = run_recording({"--healing", "suggest"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("healing only suggests: <button"));
    EXPECT_EQ(server_.requests("/done"), 1) << "the first run's";
    EXPECT_THAT(run({"heal", "list"}).out, HasSubstr("proposed"));
    EXPECT_EQ(run_recording({"--healing", "off"}).exit_code, 1);
    EXPECT_EQ(report().at("healing").at("totalAttempts").to_number<int>(), 0);
}

// After the refusal the page never rests again: the last look ends by the clock.
TEST_F(HealCommandTest, SaysWhyItRefusedWhenTheStepRunsOutOfTime) {
    const std::string restless =
        "<script>setTimeout(() => setInterval(() => { document.title = Date.now() }, 20), 2000)</script>";
    for (const auto* step :
         {R"("event": "click")", R"("event": "assert", "value": "1", "metadata": {"kind": "text"})"}) {
        page_ = shop("<b>Sold out</b>") + restless;
        const auto recording = write("gone.json", fmt::format(R"({{"name": "Gone", "starting_url": "{}", "steps": [
            {{"stepNumber": 1, "label": "Buy", {}, "bundle": {{"id": "buy", "tag": "button", "visibleText": "Buy now",
              "className": "cta"}}}}]}})",
                                                              server_.url("/"), step));
        const auto outcome = run({"run", recording, "--retries", "0", "--step-timeout", "4000", "--output",
                                  out().string(), "--reporter", "list,json"});
        EXPECT_EQ(outcome.exit_code, 1);
        EXPECT_THAT(outcome.out, testing::ContainsRegex("after [0-9]+ ms")) << "and not: absent";
        EXPECT_THAT(outcome.out, HasSubstr("healing  it is gone: the nearest element is"));
    }
}

TEST_F(HealCommandTest, GoesOnWithoutAHistoryThatCannotBeUsed) {
    const auto outcome = run_recording({"--history", write("file", "")});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("nothing is remembered of this run"));
}

// The target of the drag was looked for last, and was healed again and again in place of the source.
TEST_F(HealCommandTest, HealsTheSourceOfADrag) {
    const auto board = [](const std::string& id) {
        return "<h1>Board</h1><p><span id=" + id +
               " class=card style='display:inline-block;width:80px;height:40px;cursor:pointer'>Card</span></p>"
               "<div id=done style='width:200px;height:100px'>Done</div>"
               "<script>done.onmouseup = () => { document.title = 'dropped'; }</script>";
    };
    const auto recording = write("drag.json", fmt::format(R"({{"name": "Drag", "starting_url": "{}", "steps": [
        {{"stepNumber": 1, "event": "drag", "bundle": {{"id": "card", "tag": "span", "visibleText": "Card"}},
          "metadata": {{"target": {{"id": "done", "tag": "div", "visibleText": "Done"}}}}}},
        {{"stepNumber": 2, "event": "assert", "value": "dropped", "metadata": {{"kind": "title"}}}}]}})",
                                                          server_.url("/")));
    const auto drag = [&] {
        return run({"run", recording, "--retries", "0", "--timeout", "15000", "--output", out().string(), "--reporter",
                    "list,json"});
    };
    page_ = board("card");
    const auto before = drag();
    ASSERT_EQ(before.exit_code, 0) << before.out;
    page_ = board("note");
    const auto after = drag();
    EXPECT_EQ(after.exit_code, 0) << after.out;
    EXPECT_EQ(report().at("healing").at("successfulHeals").to_number<int>(), 1);
}

// What is checked may come to be so only while it is looked at; what it was before is nothing to know it by.
TEST_F(HealCommandTest, LearnsOfWhatIsCheckedWhenTheCheckHasHeld) {
    const auto search = [](const std::string& id) {
        return "<h1>Sailings</h1><form><label>Search <input></label><p id=" + id + " class=x" + id +
               " role=status>12 sailings</p></form><ul><li>Calais<li>Oslo<li>Bergen</ul><script>setTimeout(() => {"
               "document.querySelector('p').textContent = '1 sailing';"
               "document.querySelector('ul').innerHTML = '<li>Calais'; }, 800)</script>";
    };
    const auto recording = write("count.json", fmt::format(R"({{"name": "Count", "starting_url": "{}", "steps": [
        {{"stepNumber": 1, "event": "assert", "value": "1 sailing", "metadata": {{"kind": "text"}},
          "bundle": {{"id": "count", "tag": "p", "visibleText": "1 sailing", "className": "xcount"}}}}]}})",
                                                           server_.url("/")));
    const auto check = [&] {
        return run({"run", recording, "--retries", "0", "--output", out().string(), "--reporter", "list,json"});
    };
    page_ = search("count");
    const auto before = check();
    ASSERT_EQ(before.exit_code, 0) << before.out;
    page_ = search("number");
    const auto after = check();
    EXPECT_EQ(after.exit_code, 0) << after.out;
    const auto document = report();
    const auto& log = document.at("tests").at(0).at("attempts").at(0).at("healing").at(0).as_object();
    EXPECT_THAT(json::serialize(log.at("evidence")), testing::AllOf(HasSubstr("text_same"), HasSubstr("look_same")));
}

TEST_F(HealCommandTest, NamesWhatItDoesNotKnow) {
    const auto missing = run({"heal", "accept", "9"});
    EXPECT_EQ(missing.exit_code, 4);
    EXPECT_THAT(missing.out, HasSubstr("there is no heal 9"));
    EXPECT_EQ(run({"heal", "reject"}).exit_code, 5);
}

TEST_F(HealCommandTest, LocatesAndTellsWithEvidence) {
    page_ = changed_;
    const auto bundle = write(
        "one.json", R"({"tag": "a", "id": "buy", "visibleText": "Buy now", "xpath": "/html[1]/body[1]/p[1]/a[1]"})");
    const auto told = run({"locate", "--bundles", bundle, server_.url("/")});
    EXPECT_EQ(told.exit_code, 0);
    EXPECT_THAT(told.out, HasSubstr("<button id=\"go\""));
    EXPECT_THAT(told.out, HasSubstr("evidence"));
    server_.handle("GET", "/narrow", [](const auto&) {
        return fixtures::HttpResponse{.body =
                                          "<style>@media (min-width: 900px) { #menu { display: none } }</style>"
                                          "<button id=menu>Menu</button>"};
    });
    const auto list =
        write("list.json", R"([{"id": "a", "page": "/", "bundle": {"tag": "a", "visibleText": "Terms", "id": ""}},
        {"id": "b", "page": "/", "bundle": {"tag": "input", "placeholder": "Coupon"}},
        {"id": "d", "page": "/narrow", "bundle": {"tag": "button", "visibleText": "Menu", "id": "menu"}},
        {"id": "c", "page": "/", "prep": [["click", "#nothing"]], "bundle": {"tag": "a"}}])");
    const auto results = (folder_ / "results.json").string();
    const auto outcome = run({"locate", "--bundles", list, "--base-url", server_.url(""), "--viewport", "800x600",
                              "--threshold", "60", "--output", results});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("#nothing")) << "the state that could not be reached";
    const auto answers = json::parse(read_file(results));
    EXPECT_EQ(answers.at(0).at("css").as_string(), "a[href=\"/#terms\"]");
    EXPECT_TRUE(answers.at(0).at("found").as_bool());
    EXPECT_FALSE(answers.at(1).at("found").as_bool());
    EXPECT_TRUE(answers.at(2).at("found").as_bool()) << "shown on a page of 800 px only";
    EXPECT_THAT(std::string(answers.at(3).at("error").as_string()), HasSubstr("#nothing"));
    const auto nowhere =
        write("nowhere.json", R"([{"id": "a", "page": "http://127.0.0.1:1/", "bundle": {"tag": "a"}}])");
    EXPECT_EQ(run({"locate", "--bundles", nowhere, "--output", results}).exit_code, 1);
    EXPECT_EQ(run({"locate", "--bundles", list}).exit_code, 4) << "no base address";
    EXPECT_EQ(run({"locate", "--bundles", list, "--viewport", "big", "--base-url", "http://x"}).exit_code, 4);
}

}  // namespace
}  // namespace reprise::tests
