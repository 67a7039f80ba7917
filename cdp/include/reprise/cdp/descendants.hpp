// For guardians: processes between us and a program that see to it that nothing of the program outlives us.
#pragma once

#include <sys/types.h>

namespace reprise::cdp {

// Kills (SIGKILL) and reaps the process group `group` and every child of the calling process, again and again while
// there are any: a guardian that is a child subreaper inherits the orphans of those it killed. Returns when none is
// left, after 2 s at the latest. System calls only, no malloc: may run between fork and _exit of a process with
// threads.
void end_descendants(pid_t group) noexcept;

}  // namespace reprise::cdp
