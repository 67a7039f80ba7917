// Every canonical event of a recording, replayed by the program against pages that tell what arrived.
#include <atomic>

#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class RecordedEvents : public ProgramRun {
protected:
    void serve(const std::string& path, std::string html) {
        server_.handle("GET", path, [html = std::move(html)](const auto&) {
            return HttpResponse{.body = "<!doctype html>" + html};
        });
    }
    // Runs `steps` (JSON objects, comma-separated, without numbers) from the page "/".
    Outcome replay(const std::string& steps, std::vector<std::string> more = {}) {
        std::string numbered;
        int number = 0;
        const auto document = json::parse("[" + steps + "]");
        for (const auto& step : document.as_array()) {
            auto object = step.as_object();
            object["stepNumber"] = ++number;
            numbered += (numbered.empty() ? "" : ",") + json::serialize(object);
        }
        const auto recording =
            write("recording.json",
                  R"({"name":"Events","starting_url":"http://recorded.example/","steps":[)" + numbered + "]}");
        std::vector<std::string> arguments{
            "run",       recording,   "--base-url", server_.url(""),  "--output", out().string(), "--reporter",
            "list,json", "--retries", "0",          "--step-timeout", "1500"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    json::object last_attempt() const {
        return report().at("tests").as_array().at(0).at("attempts").as_array().back().as_object();
    }
};

// The log keeps its height: a line that pushed the page down would move elements from under the pointer.
constexpr auto k_log_page =
    "<title>Log</title><pre id=log style='height:2em'></pre><script>const say=t=>log.textContent+=t+' '</script>";

TEST_F(RecordedEvents, PointerAndKeyboard) {
    serve("/",
          std::string(k_log_page) +
              "<button id=b onclick=\"say('click')\" ondblclick=\"say('dblclick')\" "
              "oncontextmenu=\"say('menu');return false\" onmouseenter=\"say('enter')\">B</button>"
              "<input id=t onkeydown=\"say('key:'+event.key)\"><input id=v type=range min=0 max=10>"
              "<input id=d type=date onchange=\"say('date:'+this.value)\"><select id=s><option value=NL>Netherlands"
              "<option value=NO>Norway</select><input id=c type=checkbox><input id=n type=checkbox checked>");
    const auto outcome = replay(R"(
        {"event":"hover","selector":"#b"}, {"event":"click","selector":"#b"}, {"event":"dblclick","selector":"#b"},
        {"event":"rightclick","selector":"#b"},
        {"event":"type","selector":"#t","value":"Zoë"}, {"event":"press","selector":"#t","value":"Shift+x"},
        {"event":"keydown","value":"Escape"},
        {"event":"input","selector":"#v","value":"7"}, {"event":"change","selector":"#d","value":"2026-03-01"},
        {"event":"select","selector":"#s","value":"Norway"},
        {"event":"check","selector":"#c"}, {"event":"uncheck","selector":"#n"},
        {"event":"assert","selector":"#t","value":"ZoëX","metadata":{"kind":"value"}},
        {"event":"assert","selector":"#v","value":"7","metadata":{"kind":"value"}},
        {"event":"assert","selector":"#s","value":"NO","metadata":{"kind":"value"}},
        {"event":"assert","selector":"#c","metadata":{"kind":"checked"}},
        {"event":"assert","selector":"#n","metadata":{"kind":"checked","expected":"false"}},
        {"event":"assert","selector":"#log","value":"enter click click click dblclick menu key:Shift key:X key:Escape date:2026-03-01",
         "metadata":{"kind":"text"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(RecordedEvents, ScrollDragAndDrop) {
    serve("/",
          std::string(k_log_page) +
              "<p id=card draggable=true ondragstart=\"event.dataTransfer.setData('text/plain','card')\">Card</p>"
              "<div id=bin style='height:90px;background:silver' ondragover='event.preventDefault()' ondrop=\""
              "event.preventDefault();say(event.dataTransfer.getData('text/plain'))\">Bin</div>"
              "<div id=h style='position:absolute;left:600px;top:300px;width:40px;height:40px;background:red'></div>"
              "<script>h.onmousedown=e=>{e.preventDefault();document.onmousemove=m=>{h.style.left=m.clientX-20+'px'};"
              "document.onmouseup=()=>{document.onmousemove=null;say(h.style.left)}}</script>"
              "<div id=box style='height:50px;overflow:auto'><div style='height:500px'></div></div>"
              "<div style='height:3000px'></div><footer>Foot</footer>");
    const auto outcome = replay(R"(
        {"event":"drag","selector":"#card","metadata":{"target":{"id":"bin","tag":"div"}}},
        {"event":"drag","selector":"#card"}, {"event":"drop","selector":"#bin"},
        {"event":"drag","selector":"#h","metadata":{"dx":120,"dy":0}},
        {"event":"assert","selector":"#log","value":"card card 720px","metadata":{"kind":"text"}},
        {"event":"scroll","selector":"#box","metadata":{"x":0,"y":120}},
        {"event":"scroll","metadata":{"scrollPosition":{"x":0,"y":900}}},
        {"event":"scroll","selector":"footer"}, {"event":"click","selector":"footer"})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(RecordedEvents, DialogsAreAnsweredAsRecordedAndOthersNoted) {
    serve(
        "/",
        std::string(k_log_page) +
            "<button id=a onclick=\"say(confirm('Delete?'))\">A</button>"
            "<button id=p onclick=\"say(prompt('Name?'))\">P</button><button id=x onclick=\"alert('Hi')\">X</button>");
    auto outcome = replay(R"(
        {"event":"click","selector":"#a"},
        {"event":"dialog","value":"accept","metadata":{"dialogType":"confirm","message":"Delete?"}},
        {"event":"click","selector":"#p"}, {"event":"dialog","value":"Ada","metadata":{"dialogType":"prompt"}},
        {"event":"click","selector":"#a"}, {"event":"dialog","value":"dismiss"},
        {"event":"click","selector":"#x"},
        {"event":"assert","selector":"#log","value":"true Ada false","metadata":{"kind":"text"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(json::serialize(report()), HasSubstr("alert \\\"Hi\\\" was accepted: no dialog step expected it"));
    outcome = replay(R"(
        {"event":"click","selector":"#a"},
        {"event":"dialog","value":"accept","metadata":{"message":"Remove?"}})");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("expected the dialog to say \"Remove?\", received \"Delete?\""));
    outcome = replay(R"({"event":"hover","selector":"#a"}, {"event":"dialog","value":"accept"})");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("no dialog was shown after 1500 ms"));
}

TEST_F(RecordedEvents, UploadsComeFromTheFolderOfTheRecording) {
    serve("/", std::string(k_log_page) +
                   "<input id=f type=file multiple onchange=\"Promise.all([...this.files].map(f=>f.text()))"
                   ".then(t=>say(t.join('+')))\">");
    write("one.txt", "first");
    write("two.txt", "second");
    auto outcome = replay(R"(
        {"event":"upload","selector":"#f","metadata":{"files":["one.txt","two.txt"]}},
        {"event":"assert","selector":"#log","value":"first+second","metadata":{"kind":"text"}},
        {"event":"upload","selector":"#f","value":"two.txt"},
        {"event":"assert","selector":"#log","value":"first+second second","metadata":{"kind":"text"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    outcome = replay(R"({"event":"upload","label":"Photo","selector":"#f","value":"gone.png"})");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("step 1"), HasSubstr("Photo"), HasSubstr("gone.png")));
}

TEST_F(RecordedEvents, DownloadsAreKeptWithTheRun) {
    server_.handle("GET", "/invoice", [](const auto&) {
        return HttpResponse{.content_type = "application/pdf",
                            .body = "%PDF-1.4 fake",
                            .headers = {{"Content-Disposition", "attachment; filename=invoice.pdf"}}};
    });
    serve("/", "<a href=/invoice>Invoice</a>");
    auto outcome = replay(R"(
        {"event":"click","selector":"a"}, {"event":"download","metadata":{"suggestedFilename":"invoice.pdf"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    const auto& attempt = last_attempt();
    const auto path = std::string(attempt.at("attachments").at(0).at("path").as_string());
    EXPECT_EQ(read_file(out() / path), "%PDF-1.4 fake");
    outcome = replay(R"(
        {"event":"click","selector":"a"}, {"event":"download","metadata":{"suggestedFilename":"bill.pdf"}})");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("expected a file named \"bill.pdf\", received \"invoice.pdf\""));
    expect_nothing_left();
}

TEST_F(RecordedEvents, TabsArePickedUpSwitchedAndClosed) {
    serve("/", "<title>Shop</title><a href=/help target=_blank>Help</a>");
    serve("/help", "<title>Help</title><button onclick=\"document.title='Asked'\">Ask</button>");
    serve("/terms", "<title>Terms</title>");
    const auto outcome = replay(R"(
        {"event":"click","selector":"a","tabId":1},
        {"event":"click","selector":"button","tabId":2},
        {"event":"assert","tabId":2,"value":"Asked","metadata":{"kind":"title"}},
        {"event":"switchtab","tabId":1}, {"event":"assert","tabId":1,"value":"Shop","metadata":{"kind":"title"}},
        {"event":"newtab","metadata":{"tabId":3,"url":"http://recorded.example/terms"}},
        {"event":"assert","tabId":3,"value":"Terms","metadata":{"kind":"title"}},
        {"event":"closetab","tabId":3},
        {"event":"assert","tabId":2,"value":"Asked","metadata":{"kind":"title"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(RecordedEvents, NavigationHistoryAndWaiting) {
    serve("/", "<title>One</title><a href=/two>Two</a>");
    serve("/two", "<title>Two</title><p id=late hidden>Late</p><script>setTimeout(()=>late.hidden=false,150)</script>");
    const auto outcome = replay(R"(
        {"event":"click","selector":"a"},
        {"event":"navigate","value":"http://recorded.example/two"},
        {"event":"wait","selector":"#late","metadata":{"condition":"visible"}},
        {"event":"back"}, {"event":"assert","value":"One","metadata":{"kind":"title"}},
        {"event":"forward"}, {"event":"assert","value":"/two","metadata":{"kind":"url","operator":"contains"}},
        {"event":"assert","value":"http://recorded.example/two","metadata":{"kind":"url"}},
        {"event":"reload"}, {"event":"wait","metadata":{"condition":"load"}},
        {"event":"wait","value":"two$","metadata":{"condition":"url","operator":"matches"}},
        {"event":"wait","metadata":{"condition":"networkidle"}},
        {"event":"wait","metadata":{"condition":"duration","milliseconds":30}},
        {"event":"wait","selector":"#never","metadata":{"condition":"detached"}},
        {"event":"screenshot","label":"Two"})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(json::serialize(report()), HasSubstr("the step before has led there"));
    const auto path = std::string(last_attempt().at("attachments").at(0).at("path").as_string());
    EXPECT_EQ(read_file(out() / path).substr(1, 3), "PNG");
}

TEST_F(RecordedEvents, AssertionsAndExtraction) {
    serve("/",
          "<title>T</title><ul><li>a<li>b</ul><a class=help href=/help lang=nl>Help <b>me</b></a><input id=i value=42>"
          "<p id=gone hidden>x</p>");
    auto outcome = replay(R"(
        {"event":"assert","selector":"li","metadata":{"kind":"count","expected":2}},
        {"event":"assert","selector":".help","value":"/help","metadata":{"kind":"attribute","attribute":"href"}},
        {"event":"assert","selector":"#gone","metadata":{"kind":"hidden"}},
        {"event":"assert","selector":"#gone","metadata":{"kind":"visible","negate":true}},
        {"event":"assert","selector":".help","value":"^help","metadata":{"kind":"text","operator":"matches"}},
        {"event":"extract","selector":".help","metadata":{"as":"t"}},
        {"event":"extract","selector":"#i","metadata":{"as":"v","from":"value"}},
        {"event":"extract","selector":".help","metadata":{"as":"l","from":"attribute","attribute":"lang"}},
        {"event":"extract","selector":".help","metadata":{"as":"h","from":"html"}},
        {"event":"extract","selector":"li","metadata":{"as":"n","from":"count"}},
        {"event":"extract","metadata":{"as":"u","from":"url"}},
        {"event":"extract","metadata":{"as":"title","from":"title"}})");
    EXPECT_EQ(outcome.exit_code, 1);  // "Help" begins with a capital
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("step 5"), HasSubstr("expected /^help/"), HasSubstr("\"Help me\"")));
    outcome = replay(R"(
        {"event":"extract","selector":".help","metadata":{"as":"t"}},
        {"event":"extract","selector":"#i","metadata":{"as":"v","from":"value"}},
        {"event":"extract","selector":".help","metadata":{"as":"l","from":"attribute","attribute":"lang"}},
        {"event":"extract","selector":".help","metadata":{"as":"h","from":"html"}},
        {"event":"extract","selector":"li","metadata":{"as":"n","from":"count"}},
        {"event":"extract","metadata":{"as":"title","from":"title"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(json::serialize(last_attempt().at("extracted_data")),
              R"({"t":"Help me","v":"42","l":"nl","h":"Help <b>me</b>","n":"2","title":"T"})");
}

TEST_F(RecordedEvents, ASubmitAfterTheClickThatSubmittedIsNotASecondOne) {
    server_.handle("POST", "/order", [](const auto&) { return HttpResponse{.body = "<title>Done</title>"}; });
    serve("/", "<form id=f method=post action=/order><button>Order</button></form>");
    EXPECT_EQ(replay(R"({"event":"click","selector":"button"}, {"event":"submit","selector":"#f"})").exit_code, 0);
    EXPECT_EQ(server_.requests("/order"), 1);
    // A form that a script sends without leaving the page.
    serve("/", "<title>0</title><form id=f onsubmit=\"document.title++;return false\"><button>Order</button></form>");
    const auto outcome = replay(R"(
        {"event":"click","selector":"button"}, {"event":"submit","selector":"#f"},
        {"event":"assert","value":"1","metadata":{"kind":"title"}})");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(RecordedEvents, ARowThatPassesOnlyAfterARetryIsFlakyAndSaysSo) {
    std::atomic<int> visits{0};
    server_.handle("GET", "/", [&](const auto&) {
        return HttpResponse{.body = ++visits % 2 == 1 ? "<p>Sorry</p>" : "<button>Go</button>"};
    });
    const auto steps = R"({"event":"click","label":"Go","selector":"button"})";
    auto outcome = replay(steps, {"--retries", "1", "--step-timeout", "300"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("1 flaky"));
    outcome = replay(steps, {"--retries", "1", "--step-timeout", "300", "--fail-on-flaky"});
    EXPECT_EQ(outcome.exit_code, 6) << outcome.out;
}

// Five rows, of which the second fails.
class StopRules : public RecordedEvents {
protected:
    StopRules() {
        server_.handle("GET", "/", [](const auto& request) {
            const auto row = request.query.at("row");
            return HttpResponse{.body = row == "2" ? "<p>Sold out</p>" : "<button>Buy</button>"};
        });
    }
    Outcome run_rows(std::vector<std::string> more) {
        const auto recording =
            write("rows.json", R"({"name":"Rows","starting_url":"http://recorded.example/?row={{id}}",)"
                               R"("steps":[{"stepNumber":1,"event":"click","selector":"button"}]})");
        std::vector<std::string> arguments{"run",
                                           recording,
                                           "--data",
                                           write("rows.csv", "id\n1\n2\n3\n4\n5\n"),
                                           "--base-url",
                                           server_.url(""),
                                           "--output",
                                           out().string(),
                                           "--reporter",
                                           "list,json,junit",
                                           "--retries",
                                           "0",
                                           "--step-timeout",
                                           "300"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
};

TEST_F(StopRules, WithoutOneEveryRowRuns) {
    EXPECT_EQ(run_rows({}).exit_code, 1);
    EXPECT_EQ(outcomes(), (std::map<std::string, int>{{"passed", 4}, {"failed", 1}}));
}

TEST_F(StopRules, StopOnErrorSkipsTheRestAndSaysWhy) {
    EXPECT_EQ(run_rows({"--stop-on-error"}).exit_code, 1);
    EXPECT_EQ(outcomes(), (std::map<std::string, int>{{"passed", 1}, {"failed", 1}, {"skipped", 3}}));
    EXPECT_THAT(json::serialize(report()), HasSubstr("a row before it failed (stop on error)"));
}

TEST_F(StopRules, SoDoTheMostFailures) {
    EXPECT_EQ(run_rows({"--max-failures", "1"}).exit_code, 1);
    EXPECT_EQ(outcomes()["skipped"], 3);
    EXPECT_THAT(json::serialize(report()), HasSubstr("1 rows have failed (max failures)"));
}

TEST_F(RecordedEvents, ARowThatTakesTooLongIsTimedOutAndSaysHowLong) {
    serve("/", "<button>Go</button>");
    const auto outcome = replay(R"(
        {"event":"wait","metadata":{"condition":"duration","milliseconds":60000}}, {"event":"click","selector":"button"})",
                                {"--timeout", "700"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("the row did not end within 700 ms"));
    EXPECT_EQ(last_attempt().at("status"), "timed_out");
}

}  // namespace
}  // namespace reprise::tests
