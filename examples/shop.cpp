#include "shop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "order.hpp"

namespace harbour {

namespace json = boost::json;
using reprise::fixtures::HttpRequest;
using reprise::fixtures::HttpResponse;
using reprise::fixtures::HttpServer;
using reprise::fixtures::redirect;

namespace {

constexpr std::string_view k_cookie = "harbour_session";
constexpr int k_remembered_seconds = 30 * 24 * 3600;

struct Account {
    std::string_view email, password, name;
};

constexpr Account k_accounts[] = {
    {"ada@example.com", "analytical-engine-1843", "Ada"},
    {"grace.hopper@example.org", "C0b0l&compilers", "Grace"},
    {"zoe.obrien@example.ie", "p\"quoted\",pass", "Zoë O'Brien"},
    {"juergen.mueller@example.de", "Straße+Grün=Ü8", "Jürgen Müller"},
    {"soren@example.dk", " leading and trailing ", "Søren"},
    {"li.wei@example.com", "密码-7-пароль", "李伟"},
};

struct Session {
    std::string name;  // empty: nobody has signed in
    json::object refused_order;
    std::map<std::string, json::object> orders;  // by number
};

std::string_view session_cookie(const HttpRequest& request) {
    const auto cookie = request.cookies.find(k_cookie);
    return cookie == request.cookies.end() ? std::string_view{} : std::string_view(cookie->second);
}

// All sessions. Thread-safe: what a session holds is touched inside of `read` and `change` only.
class Sessions {
public:
    // Calls use(session) with the session of the request; an empty one if it has none.
    template <typename Use>
    void read(const HttpRequest& request, Use use) const {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(session_cookie(request));
        use(found == sessions_.end() ? Session{} : found->second);
    }

    // Calls use(session) with the session of the request, made now if it has none. Gives the id of the session.
    template <typename Use>
    std::string change(const HttpRequest& request, Use use) {
        const std::lock_guard lock(mutex_);
        std::string id(session_cookie(request));
        if (!sessions_.contains(id)) id = fmt::format("{:08x}{:08x}{:08x}", device_(), device_(), device_());
        use(sessions_[id]);
        return id;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, Session, std::less<>> sessions_;
    std::random_device device_;
};

HttpResponse as_json(const json::value& value, int status = 200) {
    return {.status = status, .content_type = "application/json", .body = json::serialize(value)};
}

HttpResponse as_error(int status, std::string_view text) {
    return as_json({{"error", text}}, status);
}

void set_cookie(HttpResponse& response, std::string_view id, std::string_view attributes = {}) {
    response.headers.emplace_back("Set-Cookie",
                                  fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}", k_cookie, id, attributes));
}

json::object as_object(const Fields& fields) {
    json::object object;
    for (const auto& [name, value] : fields) object[name] = value;
    return object;
}

HttpResponse sign_in(Sessions& sessions, const HttpRequest& request) {
    auto form = request.form();
    const auto* account = std::ranges::find(k_accounts, form["email"], &Account::email);
    if (account == std::end(k_accounts) || account->password != form["password"]) {
        return as_error(401, "Email address or password is wrong.");
    }
    const auto id = sessions.change(request, [&](Session& session) { session.name = account->name; });
    auto response = as_json({{"name", account->name}});
    set_cookie(response, id, form.contains("remember") ? fmt::format("; Max-Age={}", k_remembered_seconds) : "");
    return response;
}

HttpResponse sign_out(Sessions& sessions, const HttpRequest& request) {
    sessions.change(request, [](Session& session) { session = {}; });
    auto response = redirect("/sign-in.html");
    set_cookie(response, "", "; Max-Age=0");
    return response;
}

HttpResponse who_is_signed_in(Sessions& sessions, const HttpRequest& request) {
    json::object answer;
    sessions.read(request, [&](const Session& session) { answer["name"] = session.name; });
    return as_json(answer);
}

HttpResponse list_sailings(const HttpRequest& request) {
    const auto asked = request.query.find("q");
    json::array list;
    for (const auto& sailing : find_sailings(asked == request.query.end() ? "" : asked->second)) {
        list.push_back({{"id", sailing.id},
                        {"route", sailing.route},
                        {"departs", sailing.departs},
                        {"ship", sailing.ship},
                        {"on_board", sailing.on_board},
                        {"minutes", sailing.minutes},
                        {"cents", sailing.cents}});
    }
    return as_json(list);
}

HttpResponse quote(const HttpRequest& request) {
    const auto quote = quote_for(request.query);
    if (!quote) return as_error(404, "There is no such sailing.");
    return as_json({{"sailing", quote->sailing}, {"fare", quote->fare}, {"cents", quote->cents}});
}

HttpResponse take_order(Sessions& sessions, const HttpRequest& request) {
    auto form = request.form();
    std::erase(form["address"], '\r');  // a form sends the line breaks of a text area as CR LF
    const auto errors = errors_in_order(form);
    const auto number = order_number(form);
    const auto id = sessions.change(request, [&](Session& session) {
        if (!errors.empty()) {
            session.refused_order = {{"values", as_object(form)}, {"errors", as_object(errors)}};
            return;
        }
        auto order = as_object(form);
        const auto quote = quote_for(form);
        order["sailing"] = quote->sailing;
        order["fare"] = quote->fare;
        order["cents"] = quote->cents;
        session.orders[number] = std::move(order);
    });
    auto response = redirect(errors.empty() ? "/thank-you.html?order=" + number : "/order.html?refused");
    // A session that the browser knows keeps its cookie, which may be one that is remembered.
    if (session_cookie(request) != id) set_cookie(response, id);
    return response;
}

HttpResponse refused_order(Sessions& sessions, const HttpRequest& request) {
    json::object answer;
    sessions.read(request, [&](const Session& session) { answer = session.refused_order; });
    return as_json(answer);
}

HttpResponse find_order(Sessions& sessions, const HttpRequest& request) {
    const auto number = request.query.find("number");
    auto response = as_error(404, "There is no such order.");
    sessions.read(request, [&](const Session& session) {
        const auto found = session.orders.find(number == request.query.end() ? "" : number->second);
        if (found != session.orders.end()) response = as_json(found->second);
    });
    return response;
}

HttpResponse take_payment(const HttpRequest& request) {
    const auto card = request.form();
    if (const auto error = error_in_card(card)) return as_error(422, *error);
    return as_json({{"reference", "PAY" + order_number(card).substr(2)}});
}

}  // namespace

void serve_shop(HttpServer& server, const std::filesystem::path& site) {
    const auto sessions = std::make_shared<Sessions>();
    const auto with_sessions = [&](HttpResponse (*answer)(Sessions&, const HttpRequest&)) {
        return [sessions, answer](const HttpRequest& request) { return answer(*sessions, request); };
    };
    server.serve_folder("/", site);
    server.handle("POST", "/api/sign-in", with_sessions(sign_in));
    server.handle("POST", "/sign-out", with_sessions(sign_out));
    server.handle("GET", "/api/session", with_sessions(who_is_signed_in));
    server.handle("GET", "/api/sailings", list_sailings);
    server.handle("GET", "/api/quote", quote);
    server.handle("POST", "/order", with_sessions(take_order));
    server.handle("GET", "/api/refused-order", with_sessions(refused_order));
    server.handle("GET", "/api/order", with_sessions(find_order));
    server.handle("POST", "/api/payment", take_payment);
}

}  // namespace harbour
