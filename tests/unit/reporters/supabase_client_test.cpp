// The client against a scripted portal: faults and answers that a real one does not give on demand.
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <future>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/reporters/supabase/client.hpp>

#include "support/temporary_folder.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using fixtures::HttpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Kind = PortalError::Kind;

constexpr const char* k_key = "sb_secret_of_the_portal";

HttpResponse json_answer(int status, std::string body) {
    return {.status = status, .content_type = "application/json; charset=utf-8", .body = std::move(body)};
}

class SupabaseClientTest : public testing::Test {
protected:
    Settings settings() const { return {.url = server_.url(""), .key = k_key}; }
    Client client(int tries = 3) const { return Client{settings(), {.tries = tries, .first = 1ms, .longest = 2ms}}; }

    // Answers with each in turn; the last one stays.
    void script(const std::string& method, const std::string& path, std::vector<HttpResponse> answers) {
        server_.handle(
            method, path,
            [answers = std::move(answers), next = std::make_shared<std::atomic<std::size_t>>()](const HttpRequest&) {
                return answers.at(std::min(next->fetch_add(1), answers.size() - 1));
            });
    }

    PortalError error_of(const std::function<void()>& call) const {
        try {
            call();
        } catch (const PortalError& error) {
            EXPECT_THAT(error.what(), Not(HasSubstr(k_key)));
            return error;
        }
        ADD_FAILURE() << "nothing was thrown";
        return {Kind::stopped, ""};
    }

    HttpServer server_;
};

TEST_F(SupabaseClientTest, SendsItsKeyInBothHeadersAndTheRowsInOneStatement) {
    script("POST", "/rest/v1/execution_logs", {{.status = 201}});
    client().upsert("execution_logs", {{{"id", 1}, {"message", "a"}}, {{"id", 2}, {"level", "info"}}});
    const auto request = server_.wait_for_request("/rest/v1/execution_logs");
    EXPECT_EQ(request.header("apikey"), k_key);
    EXPECT_EQ(request.header("Authorization"), std::string("Bearer ") + k_key);
    EXPECT_EQ(request.header("Prefer"), "return=minimal,resolution=merge-duplicates,missing=default");
    EXPECT_EQ(request.query.at("columns"), "id,level,message") << "rows with different members need it";
    EXPECT_EQ(request.query.at("on_conflict"), "id");
    EXPECT_EQ(json::parse(request.body).as_array().size(), 2);
}

TEST_F(SupabaseClientTest, SpeaksAsATokenSays) {
    script("POST", "/rest/v1/rpc/f", {json_answer(200, "1")});
    auto worker = settings();
    worker.token = "token-of-a-worker";
    Client{worker}.call("f", {});
    const auto request = server_.wait_for_request("/rest/v1/rpc/f");
    EXPECT_EQ(request.header("apikey"), k_key);
    EXPECT_EQ(request.header("Authorization"), "Bearer token-of-a-worker");
}

TEST_F(SupabaseClientTest, SendsNothingForNoRows) {
    client().upsert("execution_logs", {});
    EXPECT_TRUE(server_.requests().empty());
}

TEST_F(SupabaseClientTest, ReadsPageAfterPageAndNoFurther) {
    server_.handle("GET", "/rest/v1/execution_jobs", [](const HttpRequest& request) {
        const auto from = std::stoul(request.query.at("offset"));
        const auto to = std::min(from + 400, 1'000UL);  // this portal gives 400 at most
        json::array rows;
        for (auto i = from; i < to; ++i) rows.push_back(json::object{{"id", i}});
        auto answer = json_answer(206, json::serialize(rows));
        answer.headers = {{"Content-Range", "0-399/1000"}};
        return answer;
    });
    const auto all = client().select("execution_jobs", "order=id");
    ASSERT_EQ(all.size(), 1'000);
    EXPECT_EQ(all.back().at("id").to_number<int>(), 999);
    EXPECT_EQ(server_.requests("/rest/v1/execution_jobs"), 3);
    EXPECT_EQ(client().select("execution_jobs", "order=id", 10).size(), 400) << "as the portal gave them";
    EXPECT_EQ(server_.requests("/rest/v1/execution_jobs"), 4);
}

TEST_F(SupabaseClientTest, TriesAgainAfterWhatMayPass) {
    auto cut = json_answer(200, R"({"attempt": 1})");
    cut.cut_after_bytes = 5;
    const auto busy = json_answer(503, R"({"code": "PGRST002", "message": "no schema cache yet"})");
    const auto half = json_answer(200, R"({"attempt": )");
    const HttpResponse page{.body = "<html>Just a moment</html>"};
    script("POST", "/rest/v1/rpc/claim", {busy, cut, half, page, json_answer(429, ""), json_answer(200, "7")});
    auto portal = client(6);
    EXPECT_EQ(portal.call("claim", {}), 7);
    EXPECT_EQ(portal.traffic().requests, 6);
    EXPECT_EQ(portal.traffic().retries, 5);
}

TEST_F(SupabaseClientTest, SaysHowOftenItTried) {
    script("POST", "/rest/v1/rpc/claim", {json_answer(503, R"({"code": "PGRST000", "message": "no connection"})")});
    const auto error = error_of([&] { client().call("claim", {}); });
    EXPECT_EQ(error.kind(), Kind::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("claim(): HTTP 503 PGRST000 \"no connection\" (tried 3 times in"));
    EXPECT_EQ(server_.requests("/rest/v1/rpc/claim"), 3);
}

TEST_F(SupabaseClientTest, GivesUpWhenItWouldHaveToWaitTooLong) {
    auto later = json_answer(429, R"({"message": "slow down"})");
    later.headers = {{"Retry-After", "3600"}};
    script("POST", "/rest/v1/rpc/claim", {later});
    EXPECT_EQ(error_of([&] { client().call("claim", {}); }).status(), 429);
    EXPECT_EQ(server_.requests("/rest/v1/rpc/claim"), 1);
}

TEST_F(SupabaseClientTest, NeverTriesAgainWhatIsRefused) {
    struct Case {
        int status;
        const char* body;
        Kind kind;
        const char* advice;
    };
    const std::vector<Case> cases{
        {400, R"({"code": "22P02", "message": "invalid input"})", Kind::refused, "HTTP 400 22P02 \"invalid input\""},
        {400, R"({"code": "PGRST204", "message": "no column"})", Kind::missing_column, "apply supabase/migrations"},
        {400, R"({"code": "42703", "message": "no column"})", Kind::missing_column, "apply supabase/migrations"},
        {404, R"({"code": "42P01", "message": "no table"})", Kind::missing_table, "apply supabase/migrations"},
        {404, R"({"code": "PGRST205", "message": "no table"})", Kind::missing_table, "apply supabase/migrations"},
        {404, R"({"code": "PGRST202", "message": "no function"})", Kind::missing_function, "apply supabase/migrations"},
        {401, R"({"code": "PGRST301", "message": "JWT expired"})", Kind::unauthorized, "the key has expired"},
        {401, R"({"message": "Invalid API key"})", Kind::unauthorized, "check SUPABASE_SERVICE_ROLE_KEY"},
        {401, R"({"code": "42501", "message": "row-level security"})", Kind::forbidden, "row-level security or a"},
        {409, R"({"code": "23503", "message": "no such job"})", Kind::conflict, "23503"},
        {403, "<h1>Forbidden</h1>", Kind::forbidden, "is SUPABASE_URL the address of a Supabase project?"},
    };
    for (const auto& [status, body, kind, advice] : cases) {
        HttpServer portal;
        portal.handle("POST", "/rest/v1/rpc/f", [&](const HttpRequest&) { return json_answer(status, body); });
        const auto error = error_of([&] {
            Client{{.url = portal.url(""), .key = k_key}, {.first = 1ms}}.call("f", {});
        });
        EXPECT_EQ(error.kind(), kind) << body;
        EXPECT_THAT(error.what(), HasSubstr(advice));
        EXPECT_EQ(portal.requests("/rest/v1/rpc/f"), 1) << body;
    }
}

TEST_F(SupabaseClientTest, TriesADatabaseThatIsBeingShutDownAgain) {
    script("POST", "/rest/v1/rpc/f",
           {json_answer(400, R"({"code": "57P01", "message": "terminating"})"), json_answer(200, "null")});
    EXPECT_TRUE(client().call("f", {}).is_null());
}

TEST_F(SupabaseClientTest, FollowsNobodyElsewhere) {
    HttpServer other;
    other.handle("POST", "/rest/v1/rpc/f", [](const HttpRequest&) { return json_answer(200, "1"); });
    server_.redirect("/rest/v1/rpc/f", other.url("/rest/v1/rpc/f"), 307);
    EXPECT_EQ(error_of([&] { client().call("f", {}); }).status(), 307);
    EXPECT_TRUE(other.requests().empty());
}

TEST_F(SupabaseClientTest, TakesAFileThatIsThereForUploaded) {
    script("POST", "/storage/v1/object/screenshots/*",
           {json_answer(200, R"({"Key": "screenshots/a"})"),
            json_answer(400, R"({"statusCode": "409", "error": "Duplicate", "message": "there already"})"),
            json_answer(400, R"({"statusCode": "404", "error": "Bucket not found", "message": "Bucket not found"})")});
    auto portal = client();
    EXPECT_EQ(portal.upload("screenshots", "job 1/ä.png", "PNG", "image/png"), Client::Uploaded::now);
    const auto request = server_.requests().front();
    EXPECT_EQ(request.target, "/storage/v1/object/screenshots/job%201/%C3%A4.png");
    EXPECT_EQ(request.header("Content-Type"), "image/png");
    EXPECT_EQ(request.body, "PNG");
    EXPECT_EQ(portal.upload("screenshots", "b", "PNG", "image/png"), Client::Uploaded::before);
    const auto error = error_of([&] { portal.upload("screenshots", "c", "PNG", "image/png"); });
    EXPECT_EQ(error.kind(), Kind::missing_bucket);
    EXPECT_THAT(error.what(), HasSubstr("make the bucket"));
}

TEST_F(SupabaseClientTest, MakesWholeAddressesOfSignedOnes) {
    script("POST", "/storage/v1/object/sign/screenshots/a",
           {json_answer(200, R"({"signedURL": "/object/sign/x?token=t"})")});
    EXPECT_EQ(client().sign("screenshots", "a", 60s), server_.url("/storage/v1/object/sign/x?token=t"));
}

TEST_F(SupabaseClientTest, KnowsWhichBucketsAreOpenToAnyone) {
    script("GET", "/storage/v1/bucket/screenshots",
           {json_answer(200, R"({"name": "screenshots", "public": true})"), json_answer(200, R"({"public": false})"),
            json_answer(400, R"({"statusCode": "404", "message": "Bucket not found"})")});
    auto portal = client();
    EXPECT_TRUE(portal.is_public("screenshots"));
    EXPECT_FALSE(portal.is_public("screenshots"));
    EXPECT_FALSE(portal.is_public("screenshots"));
    EXPECT_EQ(portal.public_address("screenshots", "a/ä"),
              server_.url("/storage/v1/object/public/screenshots/a/%C3%A4"));
}

TEST_F(SupabaseClientTest, SignsInAndAgainWhenTheTokenHasExpired) {
    std::atomic<int> tokens{0};
    server_.handle("POST", "/auth/v1/token", [&](const HttpRequest&) {
        return json_answer(200,
                           R"({"access_token": "token-)" + std::to_string(++tokens) + R"(", "user": {"id": "ada"}})");
    });
    server_.handle("POST", "/rest/v1/rpc/f", [](const HttpRequest& request) {
        if (request.header("Authorization") == "Bearer token-1") {
            return json_answer(401, R"({"code": "PGRST301", "message": "JWT expired"})");
        }
        return json_answer(200, "5");
    });
    auto signing = settings();
    signing.email = "ada@example.org";
    signing.password = "secret of ada";
    Client portal{signing, {.first = 1ms}};
    EXPECT_EQ(portal.call("f", {}), 5);
    EXPECT_EQ(portal.user_id(), "ada");
    EXPECT_EQ(tokens, 2);
    const auto request = server_.requests().front();
    EXPECT_EQ(request.query.at("grant_type"), "password");
    EXPECT_EQ(json::parse(request.body).at("password").as_string(), "secret of ada");
}

TEST_F(SupabaseClientTest, SaysThatThePasswordIsWrong) {
    script("POST", "/auth/v1/token", {json_answer(400, R"({"error_code": "invalid_credentials", "msg": "Invalid"})")});
    auto signing = settings();
    signing.email = "ada@example.org";
    signing.password = "wrong password";
    const auto error = error_of([&] { Client{signing}.user_id(); });
    EXPECT_EQ(error.kind(), Kind::unauthorized);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("SUPABASE_EMAIL and SUPABASE_PASSWORD are not accepted"),
                                    Not(HasSubstr("wrong password"))));
}

TEST_F(SupabaseClientTest, EndsItsPausesWhenStopped) {
    auto later = json_answer(429, "{}");
    later.headers = {{"Retry-After", "50"}};
    script("POST", "/rest/v1/rpc/f", {later});
    Client portal{settings()};
    auto ended = std::async(std::launch::async, [&] { return error_of([&] { portal.call("f", {}); }).kind(); });
    server_.wait_for_request("/rest/v1/rpc/f");
    portal.stop();
    EXPECT_EQ(ended.get(), Kind::stopped);
}

TEST_F(SupabaseClientTest, VerifiesTheCertificate) {
    HttpServer portal{{.scheme = fixtures::HttpServerOptions::Scheme::https}};
    portal.handle("POST", "/rest/v1/rpc/f", [](const HttpRequest&) { return json_answer(200, "1"); });
    Settings secure{.url = portal.url(""), .key = k_key};
    EXPECT_EQ(error_of([&] { Client{secure, {.tries = 1}}.call("f", {}); }).kind(), Kind::unreachable);
    EXPECT_EQ(portal.requests("/rest/v1/rpc/f"), 0);
    const tests::TemporaryFolder folder;
    secure.ca_certificate = folder / "portal.pem";
    std::ofstream{secure.ca_certificate} << portal.certificate_pem();
    EXPECT_EQ((Client{secure, {.tries = 1}}.call("f", {})), 1);
}

}  // namespace
}  // namespace reprise::reporters::supabase
