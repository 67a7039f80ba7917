#include "worker/process_metrics.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

struct Process {
    int parent{};
    long resident_pages{};
};

// "pid (name) state ppid …": the name may hold anything, brackets too.
int parent_in(const std::string& stat) {
    const auto end = stat.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream rest{stat.substr(end + 1)};
    char state{};
    int parent{};
    rest >> state >> parent;
    return parent;
}

std::map<int, Process> all_processes() {
    std::map<int, Process> processes;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{"/proc", ignored}) {
        const auto name = entry.path().filename().string();
        int pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
        Process process{.parent = parent_in(read_all(entry.path() / "stat"))};
        std::istringstream sizes{read_all(entry.path() / "statm")};
        long whole = 0;
        sizes >> whole >> process.resident_pages;
        processes.emplace(pid, process);
    }
    return processes;
}

bool is_browser(int pid) {
    const auto line = read_all(fs::path{"/proc"} / std::to_string(pid) / "cmdline");
    return line.find("--remote-debugging-pipe") != std::string::npos && line.find("--type=") == std::string::npos;
}

}  // namespace

ProcessMetrics::Reading ProcessMetrics::read() {
    Reading reading;
    std::istringstream stat{read_all("/proc/stat")};
    std::string word;
    stat >> word;
    std::uint64_t total = 0;
    std::uint64_t idle = 0;
    constexpr int k_idle = 3;
    constexpr int k_waiting = 4;
    constexpr int k_fields = 8;  // guest time is part of user time
    for (int field = 0; field < k_fields; ++field) {
        std::uint64_t ticks = 0;
        stat >> ticks;
        total += ticks;
        if (field == k_idle || field == k_waiting) idle += ticks;
    }
    const auto busy = total - idle;
    if (total_before_ > 0 && total > total_before_) {
        const auto share =
            static_cast<double>(busy - std::min(busy, busy_before_)) / static_cast<double>(total - total_before_);
        reading.cpu_percent = std::clamp(100.0 * share, 0.0, 100.0);
    }
    busy_before_ = busy;
    total_before_ = total;

    const auto processes = all_processes();
    const auto is_ours = [&](int pid) {
        for (int depth = 0; depth < 32 && pid > 1; ++depth) {
            if (pid == ::getpid()) return true;
            const auto found = processes.find(pid);
            pid = found != processes.end() ? found->second.parent : 0;
        }
        return false;
    };
    const double page_mb = static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
    for (const auto& [pid, process] : processes) {
        if (!is_ours(pid)) continue;
        reading.memory_mb += page_mb * static_cast<double>(process.resident_pages);
        if (pid != ::getpid() && is_browser(pid)) ++reading.browsers;
    }
    return reading;
}

}  // namespace reprise::runner
