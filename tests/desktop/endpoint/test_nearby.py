"""What other programs hear at /open311/v2/nearby.json, from the real command on a free port."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.store import new_store
from tests.data.city import NOON, projected_city, request_row
from tests.desktop.cli.commands import start

HOSTILE = "<script>alert(1)</script>\u202e \"'; DROP TABLE city; --\x07 {{7*7}} =cmd() \U0001f573"
HERE = {"lat": "43.0", "long": "-71.5"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One open request at HERE whose texts are hostile, with somebody's e-mail."""
    place = tmp_path_factory.mktemp("endpoint") / "city.opsmap"
    told = {"lat": 43.0, "long": -71.5, "service_id": 1, "description": HOSTILE, "address": HOSTILE, "extras": {}}
    with new_store(str(place)) as opened:
        projected_city(opened)
        with opened.write("import", actor="ana", at=NOON) as unit:
            (made,) = unit.create("service_request", [request_row(100, **told, status_notes="a note of staff")])
            unit.attach_reporters([{"request_id": made, "name": "", "email": "resident@example.org"}])
            unit.commit()
    return place


def served(store: Path) -> tuple[subprocess.Popen, str]:
    """The command, answering, and its address."""
    process = start("--store", store, "serve", "--port", "0")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("http://127.0.0.1:"), process.communicate()
    return process, line.split()[0]


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """Where the endpoint answers."""
    process, told = served(store)
    yield told
    process.terminate()
    process.communicate(timeout=30)


def faults(answer: httpx.Response, code: int) -> str:
    """The descriptions of an answer that is GeoReport's list of faults."""
    told: list[dict[str, Any]] = answer.json()
    assert answer.status_code == code
    assert told
    assert all(set(one) == {"code", "description"} and one["code"] == code for one in told)
    return " ".join(one["description"] for one in told)


def test_hostile_texts_come_back_untouched(address: str) -> None:
    """Texts are strings of JSON, letter by letter; nothing of the reporter or of staff's notes is told."""
    answer = httpx.get(address, params={**HERE, "q": HOSTILE, "service_code": "POT"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    (one,) = answer.json()
    assert one["description"] == one["address"] == HOSTILE
    assert (one["lat"], one["long"]) == (43.0, -71.5)
    assert set(one) == {
        "service_request_id", "service_code", "service_name", "status", "progress", "lat", "long", "address",
        "description", "distance_m", "reports", "requested_datetime", "expected_datetime", "probability",
    }  # fmt: skip
    assert (one["service_request_id"], one["status"], one["progress"], one["reports"]) == (
        "R100", "open", "submitted", 1,
    )  # fmt: skip
    assert one["requested_datetime"].startswith("2026-05-04T13:40:00")
    assert "resident@example.org" not in answer.text
    assert "a note of staff" not in answer.text


def test_a_service_that_is_not_there(address: str) -> None:
    """404, in GeoReport's form, whatever the code holds."""
    for code in ("NONE", HOSTILE, "\x00"):
        assert "no service" in faults(httpx.get(address, params={**HERE, "service_code": code}), 404)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"lat": "nan"}, "lat"), ({"lat": "inf"}, "lat"), ({"lat": "90.1"}, "lat"), ({"lat": ""}, "lat"),
        ({"long": "-181"}, "long"), ({"long": "x"}, "long"),
        ({"radius": "0"}, "radius"), ({"radius": "inf"}, "radius"), ({"radius": "nan"}, "radius"),
        ({"radius": "1000.1"}, "radius"),
        ({"limit": "0"}, "limit"), ({"limit": "51"}, "limit"), ({"limit": "2.5"}, "limit"),
        ({"limit": "9" * 400}, "limit"),
        ({"q": "x" * 5001}, "q"), ({"service_code": "x" * 201}, "service_code"),
    ],
)  # fmt: skip
def test_bad_numbers_and_long_texts_are_refused(address: str, asked: dict[str, str], name: str) -> None:
    """400, and the parameter is named."""
    assert faults(httpx.get(address, params={**HERE, **asked}), 400).startswith(f"{name}: ")


def test_missing_parameters_other_paths_and_methods(address: str) -> None:
    """Both coordinates are asked for; every fault has GeoReport's form."""
    told = faults(httpx.get(address), 400)
    assert "lat: " in told
    assert "long: " in told
    faults(httpx.get(address.replace("nearby", "nothing")), 404)
    faults(httpx.post(address), 405)


def test_a_taken_port_is_told_and_ctrl_c_ends_well(store: Path) -> None:
    """1 and a sentence where somebody listens already; 0 and not a word after Ctrl-C."""
    process, told = served(store)
    assert httpx.get(told, params=HERE).status_code == 200
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said, "Stopping" in said) == (0, False, False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        second = start("--store", store, "serve", "--port", taken.getsockname()[1])
        _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "name another --port" in said
    assert "Traceback" not in said
