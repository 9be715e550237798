"""The writing side of Open311: what becomes of a request, told to the source that it came from.

GeoReport v2 has no such call. This is mySociety's extension, POST {endpoint}/servicerequestupdates.xml (or .json), as
its two public implementations take it: FixMyStreet (App/Controller/Open311/Updates.pm), which wants every field filled
and answers a number that it has with 400 "already exists", and Open311-adapter (Endpoint/Role/mySociety.pm), which
refuses fields that it does not know. Neither has a field for the report that a DUPLICATE repeats; Chicago reads one out
as extended_attributes.parent_service_request_id (Open311 documentation of Chicago, GET requests). So a parent goes in
a field only where a source's settings name it.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from types import TracebackType
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt, wait_exponential_jitter

from data.connectors.open311_answers import told
from data.connectors.web import AGENT, HERE

LARGEST = 64 * 1024  # bytes of an answer that are read
LONGEST_WAIT_S = 86_400.0  # of a Retry-After that is believed
_AWAY = frozenset({408, 425, 429, 502, 503, 504})
_SHUT = {401: "it refuses the key", 403: "it refuses the key", 407: "a proxy on the way asks for a password"}
_THERE_ALREADY = re.compile(r"\balready exists\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Update:
    """What is said of one request. `update_id` stays the same whenever it is repeated; `parent`: what it repeats."""

    update_id: str
    service_request_id: str
    status: str
    description: str
    updated_at: datetime
    parent: str = ""


class Verdict(Enum):
    """What came of an update."""

    TAKEN = "taken"
    REFUSED = "refused"  # this update; saying it again would not help
    LATER = "later"  # this update, for now
    AWAY = "away"  # the source as a whole, for now
    SHUT = "shut"  # the source as a whole, until a person changes the key or the address


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with its reason, and how long the source wants to be left alone where it said so."""

    verdict: Verdict
    reason: str = ""
    wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one update is tried."""

    connect_s: float = 10.0
    answer_s: float = 20.0  # from the first word to the last
    attempts: int = 3
    pause_s: float = 1.0  # before the second attempt; doubles, with some chance
    longest_pause_s: float = 20.0  # a source that wants more is left alone until later

    @property
    def longest_s(self) -> float:
        """How long one update can take to its end; what drips is noticed only with its next drop."""
        return self.attempts * (self.connect_s + 2 * self.answer_s) + (self.attempts - 1) * self.longest_pause_s


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source takes updates. The key is shown nowhere."""

    endpoint: str
    jurisdiction: str = ""
    form: str = "xml"
    parent_field: str = ""
    key: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """What is posted to."""
        return f"{self.endpoint}/servicerequestupdates.{self.form}"


class UpdateWriter:
    """Posts updates to one source over one connection. Not for several threads."""

    def __init__(
        self, place: Place, *, patience: Patience | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._place, self._patience, self._sleep = place, patience or Patience(), sleep
        host = urlsplit(place.endpoint).hostname or ""
        limits = httpx.Timeout(self._patience.answer_s, connect=self._patience.connect_s)
        # A redirect is not followed: it would carry the key to whoever it names. This machine needs no proxy.
        self._client = httpx.Client(timeout=limits, follow_redirects=False, trust_env=host not in HERE)

    def __enter__(self) -> UpdateWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def longest_s(self) -> float:
        """How long one update can take to its end."""
        return self._patience.longest_s

    def post(self, update: Update) -> Answer:
        """Say it, again where the source is busy or silent; the last answer counts."""
        patience = self._patience
        most, chance = patience.longest_pause_s, patience.pause_s / 2
        usual = wait_exponential_jitter(multiplier=patience.pause_s, max=most, jitter=chance)

        def pause(state: RetryCallState) -> float:
            wanted = _answer_of(state).wait_s
            return usual(state) if wanted is None else wanted

        def worth_it(answer: Answer) -> bool:
            soon = answer.wait_s is None or answer.wait_s <= patience.longest_pause_s
            return soon and answer.verdict in (Verdict.LATER, Verdict.AWAY)

        retrying = Retrying(
            stop=stop_after_attempt(patience.attempts),
            wait=pause,
            retry=retry_if_result(worth_it),
            sleep=self._sleep,
            retry_error_callback=_answer_of,
        )
        answer: Answer = retrying(self._once, update)
        return answer

    def _once(self, update: Update) -> Answer:
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        until_s = time.monotonic() + self._patience.answer_s
        try:
            with self._client.stream("POST", self._place.address, data=self._form(update), headers=headers) as answer:
                return self._judged(answer, _read(answer, until_s))
        except httpx.TimeoutException:
            return Answer(Verdict.AWAY, "it gave no answer in time")
        except httpx.RemoteProtocolError:
            return Answer(Verdict.AWAY, "it broke off in the middle of its answer")
        except httpx.TransportError as fault:
            return _unreached(fault)

    def _form(self, update: Update) -> dict[str, str]:
        place = self._place
        form = {
            "service_request_id": update.service_request_id,
            "update_id": update.update_id,
            "updated_datetime": update.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "status": update.status,
            "description": update.description,
        }
        if place.jurisdiction:
            form["jurisdiction_id"] = place.jurisdiction
        if place.key:
            form["api_key"] = place.key
        if place.parent_field and update.parent:
            form[place.parent_field] = update.parent
        return form

    def _judged(self, answer: httpx.Response, content: bytes) -> Answer:
        code, heard = answer.status_code, told(content, answer.headers.get("content-type", ""), secret=self._place.key)
        words = f"“{heard.fault}” ({code})" if heard.fault else f"it answers {code} without a reason"
        if code in _AWAY or code >= 500:
            verdict = Verdict.AWAY if code in _AWAY else Verdict.LATER
            return Answer(verdict, words, _wait_s(answer.headers))
        if code in _SHUT:
            return Answer(Verdict.SHUT, f"{_SHUT[code]}: {words}" if heard.fault else _SHUT[code])
        if 300 <= code < 400:
            return Answer(Verdict.SHUT, "it points to another address; name that one as the endpoint")
        if code >= 400:
            there = code in (400, 409) and _THERE_ALREADY.search(heard.fault) is not None
            return Answer(Verdict.TAKEN) if there else Answer(Verdict.REFUSED, words)
        if heard.fault:
            return Answer(Verdict.REFUSED, words)
        if heard.number or (not content.strip() and code in (201, 202, 204)):
            return Answer(Verdict.TAKEN)
        return Answer(Verdict.REFUSED, f"it answers {code} but does not say that it took it")


def _answer_of(state: RetryCallState) -> Answer:
    assert state.outcome is not None
    answer: Answer = state.outcome.result()
    return answer


def _read(answer: httpx.Response, until_s: float) -> bytes:
    """The beginning of an answer, as long as it comes in time: one that drips must not hold up what waits behind it."""
    content = b""
    for part in answer.iter_raw():
        content += part
        if time.monotonic() > until_s:
            raise httpx.ReadTimeout("the answer does not end")
        if len(content) >= LARGEST:
            break
    return content[:LARGEST]


def _unreached(fault: httpx.TransportError) -> Answer:
    """Words of ours: those of the library may repeat the address."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Answer(Verdict.SHUT, "its certificate is not valid")
        cause = cause.__cause__ or cause.__context__
    return Answer(Verdict.AWAY, "nobody answers there" if isinstance(fault, httpx.ConnectError) else "it broke off")


def _wait_s(headers: httpx.Headers) -> float | None:
    """What Retry-After asks for: seconds, or a date that is compared with the answer's own (RFC 9110, 10.2.3)."""
    wanted = headers.get("retry-after", "").strip()
    if wanted.isascii() and wanted.isdigit():
        return min(float(wanted[:9]), LONGEST_WAIT_S)
    with suppress(ValueError, TypeError, OverflowError):
        until, now = parsedate_to_datetime(wanted), parsedate_to_datetime(headers.get("date", ""))
        return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT_S)
    return None
