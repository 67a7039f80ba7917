// The demo shop "Harbour Tickets": ferry tickets, with sign-in, a catalogue, orders and payment.
#pragma once

#include <filesystem>

#include <reprise/fixtures/http_server.hpp>

namespace harbour {

// Lets `server` serve the shop: the pages in `site` and the API behind them. Sessions live in memory, one per browser.
// Every answer depends on the session's own requests only, so that tests may run in parallel and in any order.
void serve_shop(reprise::fixtures::HttpServer& server, const std::filesystem::path& site);

}  // namespace harbour
