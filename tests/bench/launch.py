"""Runs a command and says on standard error, as a last line of JSON, how long it took, on the clock and of
processors, and the most memory it had.

Usage: launch.py [--data-bytes N] COMMAND ARGUMENT... . N limits the memory for data (RLIMIT_DATA). A program of its own,
because the kernel counts the memory of whoever starts a command as that command's until it has begun: this one is small.
Ends with the command's exit status.
"""

import json
import os
import resource
import sys
import time


def main():
    command = sys.argv[1:]
    if command[0] == "--data-bytes":
        resource.setrlimit(resource.RLIMIT_DATA, (int(command[1]), int(command[1])))
        command = command[2:]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    found = {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_bytes": usage.ru_maxrss * 1024}
    print(json.dumps(found), file=sys.stderr)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
