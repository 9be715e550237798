"""One document from the web, asked for by a person: https, one host, so many bytes; nothing is sent along."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from data.errors import RefusedInput

PATIENCE_S = 15.0
AGENT = "Opsmap (desktop map of service requests)"
HERE = {"localhost", "127.0.0.1", "::1"}


class _SameHost(HTTPRedirectHandler):
    """Leads to other places of the same host, never elsewhere and never from https to http."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """The next request; RefusedInput where it would leave the host."""
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (after.scheme, after.hostname, after.port) != (before.scheme, before.hostname, before.port):
            raise RefusedInput(f"{before.hostname} points to another host; write that one's address.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: str, largest: int) -> bytes:
    """The document at an address. RefusedInput, which names no more than the host, for an address may hold a key."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in HERE):
        raise RefusedInput("Use https; http is for this computer only.")
    request = Request(address, headers={"User-Agent": AGENT, "Accept": "application/xml, text/xml, */*;q=0.1"})  # noqa: S310
    try:
        with _opener(host).open(request, timeout=PATIENCE_S) as answer:
            content = bytes(answer.read(largest + 1))
    except (URLError, HTTPException, OSError, ValueError) as fault:
        raise RefusedInput(f"{host} does not answer as it should ({_reason(fault)}). Check the address.") from None
    if len(content) > largest:
        raise RefusedInput(f"What {host} answers is larger than {largest >> 20} MB; it was not read.")
    return content


def _opener(host: str) -> OpenerDirector:
    parts = [_SameHost(), HTTPSHandler(context=ssl.create_default_context())]
    if host in HERE:
        parts.append(ProxyHandler({}))
    return build_opener(*parts)


def _reason(fault: BaseException) -> str:
    """What went wrong, in words of ours: those of the library may repeat the address."""
    if isinstance(fault, HTTPError):
        return {401: "it asks for a password", 403: "it refuses; the key may be wrong", 404: "nothing is there"}.get(
            fault.code, f"it answers {fault.code}"
        )
    inner = fault.reason if isinstance(fault, URLError) else fault
    if isinstance(inner, ssl.SSLError):
        return "its certificate is not valid"
    if isinstance(inner, TimeoutError):
        return "no answer in time"
    if isinstance(inner, ConnectionRefusedError):
        return "nobody answers there"
    return "the host is not known or does not speak http"
