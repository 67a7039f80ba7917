// Which tests' films and traces are kept.
#pragma once

#include <map>
#include <string>

namespace reprise::runner {

enum class KeepMode { off, on, retain_on_failure };

// As options, variables and reprise.toml write them.
inline const std::map<std::string, KeepMode>& keep_modes() {
    static const std::map<std::string, KeepMode> modes{
        {"off", KeepMode::off}, {"on", KeepMode::on}, {"retain-on-failure", KeepMode::retain_on_failure}};
    return modes;
}

}  // namespace reprise::runner
