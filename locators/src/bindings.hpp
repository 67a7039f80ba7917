// What pages call by bindings, handed to whom it is for. Thread-safe: as its members.
#pragma once

#include <memory>
#include <string>

#include <reprise/cdp/browser_context.hpp>

#include "exposed_functions.hpp"
#include "web_socket_routes.hpp"

namespace reprise::locators {

class Bindings : public cdp::BindingListener {
public:
    explicit Bindings(const std::shared_ptr<Router>& router)
        : functions{std::make_shared<ExposedFunctions>()}, web_sockets{std::make_shared<WebSocketRoutes>(router)} {}

    void on_binding_on_io_thread(cdp::BindingCall call) override {
        web_sockets->on_binding_on_io_thread(call);
        functions->on_binding_on_io_thread(std::move(call));
    }
    void on_context_gone_on_io_thread(const std::string& session, int context) override {
        web_sockets->on_context_gone_on_io_thread(session, context);
    }

    const std::shared_ptr<ExposedFunctions> functions;
    const std::shared_ptr<WebSocketRoutes> web_sockets;
};

}  // namespace reprise::locators
