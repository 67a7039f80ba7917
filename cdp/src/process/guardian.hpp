// The process between us and Chromium that sees to it that nothing of Chromium outlives us, however we end.
//
// It is a fork that starts Chromium in a process group of its own, adopts whatever Chromium leaves behind (child
// subreaper), and waits for one of two things: Chromium's end, or the end of the control socket, which the kernel
// closes when the runner dies, by SIGKILL too. Then it kills the group and all descendants, removes the profile
// folder, or lets go of one that stays, and exits. It runs between fork and _exit of a process that may have threads:
// system calls only, no malloc.
#pragma once

#include <sys/types.h>

namespace reprise::cdp {

struct GuardianSpec {
    const char* binary;
    char* const* arguments;
    char* const* environment;
    const char* profile;  // removed at the end; nullptr: it stays
    int profile_lock;     // held open until Chromium has gone, however we end; -1: none
    int browser_in;       // becomes Chromium's fd 3: our commands
    int browser_out;      // becomes Chromium's fd 4: its answers
    int browser_stderr;
    int control;  // guardian's end of the control socket
};

// What the guardian reports over the control socket when Chromium has ended.
struct ExitReport {
    int exec_errno;   // not 0: the binary could not be started at all
    int wait_status;  // as waitpid gave it
};

// Forks the guardian. Returns its pid, or -1 with errno set.
pid_t start_guardian(const GuardianSpec& spec);

}  // namespace reprise::cdp
