"""Modules run as programs of their own, each in a process forked from one that has loaded what they need.

A program run so is a real process - its exit code, its streams, its environment and its locks are its own - which only
does not load the same libraries again. Signals while it loads, and what a program loads at all, are tested with one
that is started from nothing.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import json
import os
import pkgutil
import runpy
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path

PATIENCE_S = 120.0
_ORDER_BYTES = 1 << 20


def run_module(
    module: str, *words: object, given: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m module words`, run to its end with `given` on its standard input; `env` adds to the environment."""
    arguments = [os.fsdecode(word) if isinstance(word, Path) else str(word) for word in words]
    order = {"module": module, "words": arguments, "env": {**os.environ, **(env or {})}, "folder": os.getcwd()}
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(given.encode())
        stdin.seek(0)
        code = _server().run(order, [stdin.fileno(), out.fileno(), err.fileno()])
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return subprocess.CompletedProcess([module, *arguments], code, *texts)


class _Server:
    """The process that has everything loaded, and the socket on which it is asked."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ORDER_BYTES)
        self._socket.settimeout(PATIENCE_S)
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        atexit.register(self.end)

    def run(self, order: Mapping[str, object], streams: list[int]) -> int:
        """Have a program run with these three streams; its exit code, negative for a signal."""
        socket.send_fds(self._socket, [json.dumps(order).encode()], streams)
        return int(self._socket.recv(64))

    def end(self) -> None:
        """Let the process leave."""
        self._socket.close()
        self._process.wait()


@functools.cache
def _server() -> _Server:
    return _Server()


def _serve(line: socket.socket) -> None:
    """Fork for each order, until the other end goes away."""
    while True:
        order, streams, _, _ = socket.recv_fds(line, _ORDER_BYTES, 3)
        if not order:
            return
        child = os.fork()
        if child == 0:
            line.close()
            os._exit(_run(json.loads(order), streams))
        for stream in streams:
            os.close(stream)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _run(order: dict[str, object], streams: list[int]) -> int:
    """The life of a program; its exit code."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[arg-type]
    os.chdir(str(order["folder"]))
    sys.argv[1:] = order["words"]  # type: ignore[assignment]
    sys.modules.pop(str(order["module"]), None)  # it is loaded now, as a program
    try:
        runpy.run_module(str(order["module"]), run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter would tell it
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _load() -> None:
    """What the programs of the tests need, and the libraries that they load when they come to need them."""
    import desktop.cli
    import tests.desktop.job_modules  # noqa: F401

    for module in pkgutil.iter_modules(desktop.cli.__path__, "desktop.cli."):
        importlib.import_module(module.name)


if __name__ == "__main__":
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
