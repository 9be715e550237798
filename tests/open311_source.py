"""A source that takes service request updates over real HTTP, as FixMyStreet does, with the faults of servers."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

REQUIRED = ("service_request_id", "update_id", "updated_datetime", "status", "description")
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one post. `takes`: the update is kept before; `breaks`: the answer ends in the middle; `until`:
    there is no answer before it is set.
    """

    status: int = 200
    body: str = ""
    media_type: str = "text/xml"
    headers: Mapping[str, str] = field(default_factory=dict)
    slow_s: float = 0.0
    takes: bool = False
    breaks: bool = False
    until: threading.Event | None = None


@dataclass(slots=True)
class Source311:
    """What the source heard and what it took; `faults` are for the next posts, one each."""

    key: str = "geheim"
    heard: list[dict[str, str]] = field(default_factory=list)  # every post
    taken: list[dict[str, str]] = field(default_factory=list)  # every update once
    faults: deque[Fault] = field(default_factory=deque)
    refuses: dict[str, str] = field(default_factory=dict)  # requests and why they are refused
    strict: bool = False  # as Open311-adapter: a field that it does not know is refused
    address: str = ""
    paths: list[str] = field(default_factory=list)

    def of(self, service_request_id: str) -> list[str]:
        """The statuses that were taken of a request, in order."""
        return [one["status"] for one in self.taken if one["service_request_id"] == service_request_id]

    def judge(self, form: dict[str, str], kind: str) -> Response:
        """As FixMyStreet's Updates.pm: every field filled, the key right, no number twice."""
        missing = next((name for name in REQUIRED if not form.get(name)), "")
        known = {*REQUIRED, "api_key", "jurisdiction_id"}
        if form.get("api_key", "") != self.key:
            return self._error(403, f"The key {form.get('api_key')} is not known", kind)
        if missing:
            return self._error(400, f"Bad request: {missing}", kind)
        if self.strict and (extra := sorted(set(form) - known)):
            return self._error(400, f"found unexpected entries: {extra[0]}", kind)
        if form["service_request_id"] in self.refuses:
            return self._error(400, self.refuses[form["service_request_id"]], kind)
        if any(one["update_id"] == form["update_id"] for one in self.taken):
            return self._error(400, "Bad request: already exists", kind)
        self.taken.append(form)
        number = f"{len(self.taken):04}"
        if kind == "json":
            return Response(json.dumps([{"update_id": number}]), media_type="application/json")
        inner = f"<request_update><update_id>{number}</update_id></request_update>"
        return Response(f"{XML}<service_request_updates>{inner}</service_request_updates>", media_type="text/xml")

    def _error(self, code: int, words: str, kind: str) -> Response:
        if kind == "json":
            content = json.dumps([{"code": code, "description": words}])
            return Response(content, code, media_type="application/json")
        inner = f"<error><code>{code}</code><description><![CDATA[{words}]]></description></error>"
        return Response(f"{XML}<errors>{inner}</errors>", code, media_type="text/xml")


def _app(source: Source311) -> FastAPI:
    app = FastAPI()

    @app.post("/open311/v2/servicerequestupdates.{kind}")
    async def take(kind: str, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        source.heard.append(form)
        source.paths.append(request.url.path)
        if not source.faults:
            return source.judge(form, kind)
        fault = source.faults.popleft()
        answer = source.judge(form, kind) if fault.takes else None
        await asyncio.sleep(fault.slow_s)
        while fault.until is not None and not fault.until.is_set():
            await asyncio.sleep(0.02)
        if fault.breaks:
            return StreamingResponse(_broken(), headers={"content-length": "4000"}, media_type="text/xml")
        if answer is not None and fault.status == 200:
            return answer
        return Response(fault.body, fault.status, dict(fault.headers), media_type=fault.media_type)

    return app


async def _broken() -> AsyncIterator[bytes]:
    yield b"<?xml version='1.0'?><service_request_updates><request_up"
    await asyncio.sleep(0.05)
    raise ConnectionResetError("the test wants it")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the test's own."""
        yield


@contextmanager
def serving(source: Source311) -> Iterator[Source311]:
    """The source on a free port of this machine, for as long as the block lasts."""
    on = socket.create_server(("127.0.0.1", 0))
    source.address = f"http://127.0.0.1:{on.getsockname()[1]}/open311/v2"
    server = _Server(uvicorn.Config(_app(source), log_level="critical", access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [on]}, name="open311-source", daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started, "the source did not start"
    try:
        yield source
    finally:
        server.should_exit = True
        thread.join(20)
        on.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as on:
        return int(on.getsockname()[1])
