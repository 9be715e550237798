"""The Services workspace: the catalogue with what each service has open."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from data.records import Service, ServiceQuestion
from data.store import Store
from desktop.controllers.session import Session, Snapshot
from desktop.domain import attention
from desktop.views import format as words
from desktop.views.services_view import QuestionLine, ServiceRow, ServicesView
from desktop.views.workspace import Workspace

Questions = dict[int, list[ServiceQuestion]]
Counts = tuple[np.ndarray, np.ndarray, np.ndarray]  # all, open and overdue requests by service id


class ServicesController(QObject):
    """Fills the catalogue from the snapshot; questions are read in the background."""

    def __init__(self, workspace: Workspace, session: Session) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self.view = ServicesView()
        workspace.set_map(self.view)
        session.watch(self._loaded)

    def _loaded(self, snapshot: Snapshot) -> None:
        ids = [int(service.id) for service in snapshot.services]
        moment = self._session.moment()
        self._session.runner.run_read(_read, self._session.store, snapshot, moment, ids, on_result=self._show)

    def _show(self, answer: tuple[Snapshot, Questions, Counts]) -> None:
        snapshot, questions, (total, waiting, overdue) = answer
        rows = [
            self._row(
                snapshot,
                service,
                questions.get(int(service.id), []),
                (int(total[service.id]), int(waiting[service.id]), int(overdue[service.id])),
            )
            for service in snapshot.services
        ]
        self.view.set_state(tuple(sorted(rows, key=lambda row: (-row.open_count, row.name.casefold()))))
        mapped = sum(service.mapped for service in snapshot.services)
        self._workspace.set_subtitle(self.tr("{0} in the catalogue, {1} mapped").format(len(rows), mapped))
        self._workspace.set_ready(True)

    def _row(
        self, snapshot: Snapshot, service: Service, questions: list[ServiceQuestion], counts: tuple[int, int, int]
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
        )

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


def _read(
    store: Store, snapshot: Snapshot, moment: attention.Moment, ids: list[int]
) -> tuple[Snapshot, Questions, Counts]:
    with store.read() as unit:
        questions = {key: list(unit.services.questions(key)) for key in ids}
    columns = snapshot.columns
    size = max(ids, default=0) + 1
    total, waiting, overdue = (
        np.bincount(columns.service_id[mask], minlength=size)
        for mask in (slice(None), attention.is_open(columns), attention.overdue(columns, moment))
    )
    return snapshot, questions, (total, waiting, overdue)
