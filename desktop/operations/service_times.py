"""How long work of each service takes by what crews told of their stops: offered, and taken only where asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.errors import RefusedInput
from data.records import Service
from data.unit_of_work import ReadUnit
from desktop.domain.crew_status import StopKind
from desktop.operations.changes import Changes
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.service_times import ServiceTime

VERB = "learn service times"
_LEAST_S, _LEAST_SHARE = 120, 0.1  # a smaller difference is not worth a change
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class ServiceTimeOffer:
    """What the stops say about a service. `learned` is None while too few were measured.

    stated_s: the duration that people stated, also after a learned one was taken. offered_s: in whole minutes.
    """

    service: Service
    stated_s: int
    measured: int
    learned: ServiceTime | None
    offered_s: int

    @property
    def worth(self) -> bool:
        """Whether taking it would change anything that matters."""
        differs = abs(self.offered_s - self.service.service_duration_s)
        return self.learned is not None and differs >= max(_LEAST_S, _LEAST_SHARE * self.service.service_duration_s)


def service_times(unit: ReadUnit) -> list[ServiceTimeOffer]:
    """For each service with measured stops what they say, the most measured first."""
    from geo.service_times import learn_service_time

    measured = measured_work(unit)
    services = {int(service.id): service for service in unit.services.all()}
    found = []
    for service_id, lengths in measured.items():
        service = services[service_id]
        stated = _stated(unit, service)
        learned = learn_service_time(stated, lengths)
        offered = service.service_duration_s if learned is None else round(learned.learned_s / _MINUTE) * _MINUTE
        found.append(ServiceTimeOffer(service, stated, len(lengths), learned, offered))
    return sorted(found, key=lambda offer: (-offer.measured, offer.service.service_code))


def measured_work(unit: ReadUnit) -> dict[int, list[float]]:
    """Seconds from the beginning to the end of work at stops that were done in one go, by service."""
    began: dict[tuple[int, str, str], float] = {}
    lengths: list[tuple[int, float]] = []
    for event in unit.stop_events.measured():
        key = (int(event.plan_id), event.crew, event.job)
        if event.request_id is None or event.part is not None:
            continue  # rounds have no service, parts are no whole work
        if event.kind == StopKind.STARTED:
            began[key] = event.at.timestamp()
        elif key in began:
            lengths.append((int(event.request_id), event.at.timestamp() - began.pop(key)))
    rows = unit.requests.arrays(["id", "service_id"], ids=sorted({number for number, _ in lengths}))
    service_of = dict(zip(rows["id"].tolist(), rows["service_id"].tolist(), strict=True))
    found: dict[int, list[float]] = {}
    for number, seconds in lengths:
        if number in service_of:
            found.setdefault(int(service_of[number]), []).append(seconds)
    return found


def learn_service_times(work: Work, *, service_codes: Sequence[str]) -> Changes:
    """Take what is offered for some services as their durations, as one act. RefusedInput where nothing is."""
    work.city()
    with work.store.write(VERB, actor=work.actor, at=work.clock.now()) as unit:
        offers = {offer.service.service_code: offer for offer in service_times(unit)}
        strange = [code for code in service_codes if code not in offers or offers[code].learned is None]
        if strange:
            raise RefusedInput(f"Too few stops of '{strange[0]}' were measured yet; its stated duration stays.")
        chosen = [offers[code] for code in dict.fromkeys(service_codes)]
        seconds = {int(offer.service.id): {"service_duration_s": offer.offered_s} for offer in chosen}
        changed = unit.change("service", seconds) if seconds else 0
        counts = {"services": len(chosen), "changed": changed}
        unit.summary.update(counts)
        act_id = unit.commit() if changed else None
    words = f"{changed:,} of {len(chosen):,} services have the duration that was measured."
    entities = frozenset({"service"}) if act_id else frozenset[str]()
    return Changes(act_id, work.actor, VERB, entities, (), {"act": act_id, **counts}, words)


def offers_told(offers: Sequence[ServiceTimeOffer]) -> list[dict[str, Any]]:
    """Offers as plain values, minutes with one decimal."""
    return [
        {
            "service_code": offer.service.service_code,
            "service_name": offer.service.service_name,
            "measured": offer.measured,
            "stated_min": _minutes(offer.stated_s),
            "now_min": _minutes(offer.service.service_duration_s),
            "median_min": None if offer.learned is None else _minutes(offer.learned.median_s),
            "between_min": None
            if offer.learned is None
            else [_minutes(offer.learned.low_s), _minutes(offer.learned.high_s)],
            "offered_min": None if offer.learned is None else _minutes(offer.offered_s),
            "worth": offer.worth,
        }
        for offer in offers
    ]


def _minutes(seconds: float) -> float:
    return round(seconds / _MINUTE, 1)


def _stated(unit: ReadUnit, service: Service) -> int:
    """What people stated last: a learned duration that was taken must not count as stated the next time."""
    stated = service.service_duration_s
    for event in reversed(unit.log.history("service", int(service.id))):
        if "service_duration_s" not in event.after:
            continue
        if event.verb != VERB:
            break
        stated = int(event.before["service_duration_s"])
    return stated
