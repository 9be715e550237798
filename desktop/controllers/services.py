"""The Services workspace: the catalogue with what each service has open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from PySide6.QtCore import QObject, Signal

from data.records import Service, ServiceQuestion
from data.store import Store
from desktop.controllers.session import Session, Snapshot
from desktop.domain import attention
from desktop.domain.clock import today
from desktop.domain.recategorisation import Rate, by_service
from desktop.domain.request_filter import ALL, MOVED, RECATEGORISED, RETURNED, RequestFilter, WentAbout
from desktop.operations.recategorisation_figures import DAYS, midnight_ms, ways_among
from desktop.operations.service_times import ServiceTimeOffer, service_times
from desktop.views import format as words
from desktop.views.services_view import FigureLine, QuestionLine, ServiceRow, ServicesView
from desktop.views.workspace import Workspace

Questions = dict[int, list[ServiceQuestion]]
Rates = dict[int, Rate]  # by what was reported
Counts = tuple[np.ndarray, np.ndarray, np.ndarray]  # all, open and overdue requests by service id

MOST = 3  # services that are named


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What the catalogue shows, read beside the event loop."""

    snapshot: Snapshot
    questions: Questions
    counts: Counts
    rates: Rates
    offers: Mapping[int, ServiceTimeOffer]  # durations that are worth taking, by service


class ServicesController(QObject):
    """Fills the catalogue from the snapshot; questions and rates are read in the background."""

    requests_wanted = Signal(object)  # a filter of Operations

    def __init__(self, workspace: Workspace, session: Session) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self.view = ServicesView()
        workspace.set_map(self.view)
        self.view.requests_wanted.connect(self._open_requests)
        self.view.duration_wanted.connect(self._take_duration)
        session.watch(self._loaded)

    def _loaded(self, snapshot: Snapshot) -> None:
        ids = [int(service.id) for service in snapshot.services]
        moment = self._session.moment()
        run, store, since_ms = self._session.runner.run_read, self._session.store, self._since_ms(snapshot)
        run(_read, store, snapshot, moment, ids, since_ms, on_result=self._show)

    def _since_ms(self, snapshot: Snapshot) -> int:
        """When the days begin of which rates are told."""
        zone = snapshot.city.timezone
        return midnight_ms(today(self._session.clock, zone) - timedelta(days=DAYS - 1), zone)

    def _open_requests(self, way: str, service_code: str) -> None:
        """The requests behind a figure, in Operations."""
        snapshot = self._session.snapshot
        assert snapshot is not None  # a page of a service is on show
        service = next((one for one in snapshot.services if one.service_code == service_code), None)
        if service is not None:
            went = WentAbout(way, (int(service.id),))
            self.requests_wanted.emit(RequestFilter(ALL, opened_from_ms=self._since_ms(snapshot), ways=went))

    def _take_duration(self, service_code: str) -> None:
        self._session.act("learn_service_times", self.tr("Taking the duration"), {"service_codes": [service_code]})

    def _measured(self, offer: ServiceTimeOffer | None) -> str:
        """What the stops of a service say, where that differs from the catalogue."""
        if offer is None or offer.learned is None:
            return ""
        told = self.tr("{0} stops took {1} min in the middle; {2} min are offered.")
        middle = words.number(offer.learned.median_s / 60, 0)
        return told.format(offer.measured, middle, offer.offered_s // 60)

    def _show(self, read: _Read) -> None:
        snapshot, questions, (total, waiting, overdue) = read.snapshot, read.questions, read.counts
        rows = [
            self._row(
                snapshot,
                service,
                questions.get(int(service.id), []),
                (int(total[service.id]), int(waiting[service.id]), int(overdue[service.id])),
                read.rates.get(int(service.id)),
                self._measured(read.offers.get(int(service.id))),
            )
            for service in snapshot.services
        ]
        self.view.set_state(tuple(sorted(rows, key=lambda row: (-row.open_count, row.name.casefold()))))
        mapped = sum(service.mapped for service in snapshot.services)
        self._workspace.set_subtitle(self.tr("{0} in the catalogue, {1} mapped").format(len(rows), mapped))
        self._workspace.set_ready(True)

    def _row(
        self,
        snapshot: Snapshot,
        service: Service,
        questions: list[ServiceQuestion],
        counts: tuple[int, int, int],
        rate: Rate | None,
        measured: str,
    ) -> ServiceRow:
        total, waiting, overdue = counts
        hours = service.deadline_working_h
        return ServiceRow(
            service_code=service.service_code,
            name=service.service_name,
            icon=service.icon,
            group=service.group,
            department=snapshot.names.agencies.get(service.agency_id, "") if service.agency_id is not None else "",
            deadline=self.tr("{0} working h").format(words.number(hours, 0)) if hours is not None else "–",
            open_count=waiting,
            overdue_count=overdue,
            total=total,
            mapped=service.mapped,
            description=service.description,
            duration=self.tr("{0} min").format(service.service_duration_s // 60),
            skills=", ".join(service.skills),
            questions=tuple(
                QuestionLine(q.question, self.kind_words(q.datatype), q.required, q.values) for q in questions
            ),
            figures=self._figures(snapshot, rate),
            days=DAYS,
            measured=measured,
        )

    def _figures(self, snapshot: Snapshot, rate: Rate | None) -> tuple[FigureLine, ...]:
        """How often a service was the wrong one, and its requests went about."""
        if rate is None:
            return (FigureLine(self.tr("Nothing")),)
        whole = words.count(len(rate.reported))
        told = (
            (RECATEGORISED, rate.recategorised, rate.share, self.tr("Recategorised: {0} of {1}")),
            (MOVED, rate.moved, rate.moved_share, self.tr("Moved between departments: {0} of {1}")),
            (RETURNED, rate.returned, rate.returned_share, self.tr("Came back to a department: {0} of {1}")),
        )
        return tuple(
            FigureLine(
                text.format(words.percent(share or 0.0, 1), whole),
                way if len(ids) else "",
                self._most(snapshot, rate) if way == RECATEGORISED else "",
            )
            for way, ids, share, text in told
        )

    def _most(self, snapshot: Snapshot, rate: Rate) -> str:
        """What the recategorised became."""
        if not rate.to:
            return ""
        parts = (f"{snapshot.names.services.get(key, '')} ({words.count(count)})" for key, count in rate.to[:MOST])
        return self.tr("Most became {0}").format(", ".join(parts))

    def kind_words(self, datatype: str) -> str:
        """What Open311's data types are called."""
        return {
            "string": self.tr("short text"),
            "text": self.tr("text"),
            "number": self.tr("number"),
            "datetime": self.tr("day and time"),
            "singlevaluelist": self.tr("one of"),
            "multivaluelist": self.tr("any of"),
        }.get(datatype, datatype)


def _read(store: Store, snapshot: Snapshot, moment: attention.Moment, ids: list[int], since_ms: int) -> _Read:
    columns = snapshot.columns
    lately = columns.requested_ms >= since_ms
    with store.read() as unit:
        questions = {key: list(unit.services.questions(key)) for key in ids}
        ways = ways_among(unit, columns.id[lately], columns.service_id[lately], columns.agency_id[lately])
        offers = {int(offer.service.id): offer for offer in service_times(unit) if offer.worth}
    rates = by_service(ways)
    size = max(ids, default=0) + 1
    total, waiting, overdue = (
        np.bincount(columns.service_id[mask], minlength=size)
        for mask in (slice(None), attention.is_open(columns), attention.overdue(columns, moment))
    )
    return _Read(snapshot, questions, (total, waiting, overdue), rates, offers)
