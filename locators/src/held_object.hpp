// What the copies of a JsHandle share: the object's id, released with the last of them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <reprise/cdp/remote_value.hpp>
#include <reprise/locators/js_value.hpp>

#include "script_place.hpp"

namespace reprise::locators {

class HeldObject {
public:
    HeldObject(std::shared_ptr<const ScriptPlace> place, cdp::RemoteValue remote, JsValue primitive)
        : place{std::move(place)}, remote{std::move(remote)}, primitive{std::move(primitive)} {}
    HeldObject(const HeldObject&) = delete;
    HeldObject& operator=(const HeldObject&) = delete;
    ~HeldObject() {
        if (remote.handle) cdp::release_remote(*remote.handle);
    }

    const std::shared_ptr<const ScriptPlace> place;
    const cdp::RemoteValue remote;
    const JsValue primitive;  // of what has no handle
};

}  // namespace reprise::locators
