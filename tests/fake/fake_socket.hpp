// The fake browser behind a debugging port: /json/version and one WebSocket at a time, on 127.0.0.1 and a free port.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fake_browser.hpp"

namespace reprise::fake {

enum class Manner { well_behaved, never_answers_http, answers_no_json, refuses_upgrade };

class FakeSocket {
public:
    explicit FakeSocket(Fault fault, Manner manner = Manner::well_behaved);
    ~FakeSocket();
    FakeSocket(const FakeSocket&) = delete;
    FakeSocket& operator=(const FakeSocket&) = delete;
    std::string url() const;                          // "http://127.0.0.1:PORT"
    int messages() const;                             // received over the WebSocket so far
    std::vector<std::string> authorizations() const;  // of all requests so far, "" for one without

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reprise::fake
