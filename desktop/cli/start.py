"""Where the command begins: Ctrl-C is heard before anything large is loaded, and the streams are closed in order."""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings

from desktop.cli.interrupt import IDLE, INTERRUPTED, NOTHING_KEPT, STARTING, Interrupt, say

FAILED = 1
COLLECT_EVERY = 50_000  # new objects. Python's 700 has a verb over a whole city search for garbage a fifth of its time
TOO_LATE = "It was too late to stop: the work was complete, and what is told above stands."


def run() -> None:
    """Run the command and leave with its exit code."""
    gc.set_threshold(COLLECT_EVERY)
    interrupt = Interrupt(STARTING)
    signal.signal(signal.SIGINT, interrupt)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # remarks of libraries, for programmers
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names of files need not be text
    from desktop.cli.main import exit_code

    try:
        interrupt.stage = IDLE
        code = exit_code()
    except KeyboardInterrupt:  # between two lines of the command itself
        say(NOTHING_KEPT)
        code = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = _flushed(code)
    if code == 0 and interrupt.too_late:
        print(TOO_LATE, file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def _flushed(code: int) -> int:
    """Bring the result out; a reader that has gone is no failure, a full disk is."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    except OSError as fault:
        _forget_stdout()
        if code:
            return code
        print(f"The result could not be written ({fault.strerror}); what was done stays done.", file=sys.stderr)
        return FAILED
    return code


def _forget_stdout() -> None:
    """What is still in the buffer goes nowhere, so that Python does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
