"""Run a command that ends when the process holding our standard input does, however that one ends.

python -m tests.simulator.leash COMMAND…
"""

from contextlib import suppress
import os
import selectors
import signal
import subprocess
import sys
from typing import Final

PATIENCE: Final = 20.0


def main(command: list[str]) -> int:
    """Start the command in a process group of its own and wait for its end, or for ours."""
    signalled, signaller = os.pipe()
    os.set_blocking(signaller, False)
    signal.set_wakeup_fd(signaller)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(signalled, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)

    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    try:
        while process.poll() is None and not selector.select():
            pass
        if process.poll() is None:
            process.terminate()
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
