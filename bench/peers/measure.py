#!/usr/bin/env python3
"""Runs one program and writes what it cost, without its browser, as one line of JSON.

    measure.py --browser-folder DIR --output FILE --timeout SECONDS -- program arguments...

wall_ms      from before the program is started until it has ended.
cpu_ms       user + system time of the program's own processes: its whole process tree without the processes whose
             executable lies in the browser's folder, and without whatever those started.
peak_rss_kb  the sum of these processes' own peaks (VmHWM).

The first process is read after its end and before it is reaped, so that its CPU time is complete. Processes below it
(Playwright Test's workers, a guardian) are reaped by their parents: of these the last reading counts, at most one
interval before their end.
"""
import argparse
import json
import os
import select
import signal
import subprocess
import sys
import time

K_INTERVAL_MS = 20
K_MS_PER_TICK = 1000 / os.sysconf("SC_CLK_TCK")


def read_stat(pid):
    """(parent, CPU ms) of a process that runs or waits to be reaped; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()  # the name before it may hold blanks
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[1]), (int(fields[11]) + int(fields[12])) * K_MS_PER_TICK


def read_peak_rss(pid):
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            return next((int(line.split()[1]) for line in file if line.startswith(b"VmHWM:")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def runs_from(pid, folder):
    try:
        return os.readlink(f"/proc/{pid}/exe").startswith(folder)
    except OSError:
        return False


def all_processes():
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


class ProcessTree:
    """The processes of one program, told apart from those of its browser."""

    def __init__(self, root, running_before, browser_folder):
        self.browser_folder = browser_folder
        self.own = {root: [0.0, 0]}  # pid -> [CPU ms, peak RSS kB]
        self.foreign = running_before - {root}

    def find_children(self):
        for pid in sorted(all_processes() - self.foreign - self.own.keys()):
            stat = read_stat(pid)
            if stat and stat[0] in self.own:
                self.own[pid] = [0.0, 0]
            else:
                self.foreign.add(pid)

    def sample(self):
        self.find_children()
        for pid in list(self.own):
            if runs_from(pid, self.browser_folder):  # seen between fork and exec, it still looked like its parent
                del self.own[pid]
                self.foreign.add(pid)
                continue
            figures = self.own[pid]
            stat = read_stat(pid)
            if stat:
                figures[0] = max(figures[0], stat[1])
                figures[1] = max(figures[1], read_peak_rss(pid))


def measure(command, browser_folder, timeout):
    running_before = all_processes()  # before the start: the program's first child may be there at once
    start = time.monotonic()
    process = subprocess.Popen(command, start_new_session=True)

    def stop(*_):  # the driver was interrupted: the program must not outlive it
        os.killpg(process.pid, signal.SIGKILL)
        sys.exit(130)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    tree = ProcessTree(process.pid, running_before, browser_folder)
    ended = select.poll()
    ended.register(os.pidfd_open(process.pid), select.POLLIN)
    timed_out = False
    while not ended.poll(K_INTERVAL_MS):
        tree.sample()
        if not timed_out and time.monotonic() - start > timeout:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
    wall_ms = (time.monotonic() - start) * 1000
    root_cpu_ms = read_stat(process.pid)[1]  # a zombie still tells its CPU time
    tree.own[process.pid][0] = root_cpu_ms
    return {
        "exit_code": process.wait(),
        "timed_out": timed_out,
        "wall_ms": wall_ms,
        "cpu_ms": sum(cpu for cpu, _ in tree.own.values()),
        "peak_rss_kb": sum(peak for _, peak in tree.own.values()),
        "processes": len(tree.own),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browser-folder", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    folder = os.path.realpath(arguments.browser_folder) + "/"
    figures = measure(arguments.command, folder, arguments.timeout)
    with open(arguments.output, "w", encoding="utf-8") as file:
        json.dump(figures, file)


if __name__ == "__main__":
    main()
