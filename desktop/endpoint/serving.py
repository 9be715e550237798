"""The endpoint on a port, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from desktop.endpoint.app import make_app
from desktop.operations.work import Work


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End well on a signal. uvicorn's own raises it once more when all is done, as if something had been lost."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """A port to serve on, a free one for 0. OSError where it is taken or the host is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def serve(work: Work, on: socket.socket) -> None:
    """Answer until a signal ends it; requests under way are answered first."""
    config = uvicorn.Config(make_app(work), log_level="warning", access_log=False, server_header=False)
    _Server(config).run(sockets=[on])
