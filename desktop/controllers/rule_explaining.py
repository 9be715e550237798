"""Why a request goes where it goes: asked by number, on the map or from a list, and asked again as rules change."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from desktop.controllers.rule_draft import RuleDraft
from desktop.controllers.rule_lines import explain_state
from desktop.controllers.rule_reads import Asked, read_explanation
from desktop.controllers.session import Session
from desktop.map.found import PlaceMark
from desktop.operations.explain_assignment import Explanation, Supposed
from desktop.views import format as words
from desktop.views.assignment.place import AssignmentPlace
from desktop.views.workspace import Workspace


class RuleExplaining(QObject):
    """What is asked lives here and nowhere else."""

    def __init__(
        self, workspace: Workspace, session: Session, place: AssignmentPlace, map_view: Any, draft: RuleDraft
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._place = workspace, session, place
        self._map, self._draft = map_view, draft
        self._asked: Asked | None = None
        self._about = ""
        self._questions = 0  # so many were asked; a late answer to an earlier one is dropped
        self._turning = False  # whether the next answer comes to the front
        place.explain.number_asked.connect(self.explain)
        place.save.stop_opened.connect(self.explain)
        place.rules.list.stop_opened.connect(self.explain)
        place.service_chosen.connect(self._other_service)
        map_view.background_clicked.connect(self.explain_place)
        map_view.request_clicked.connect(self.explain)

    def explain(self, asked: Asked, *, opens: bool = True) -> None:
        """Why a request goes where it goes: by its key or its number. `opens`: the pane, where it is a drawer."""
        if asked != "":
            self._map.set_here(None)
            self._ask(asked, "")
            if opens:
                self._workspace.open_pane("right")
            if isinstance(asked, int):
                self._map.set_selection([asked])

    def explain_place(self, lon: float, lat: float) -> None:
        """Where a request of the chosen service would go, if it came from this place."""
        code = self._place.service()
        if code:
            self._ask(Supposed(lat, lon, code), words.coordinates(lat, lon))
            self._workspace.open_pane("right")
            self._map.set_selection([])
            self._map.set_here(PlaceMark(self._place.service_name(), words.coordinates(lat, lon), lon, lat))

    def again(self) -> None:
        """The same question to other rules: the answer changes, and who edits a rule stays at its form."""
        if self._asked is not None:
            self._ask(self._asked, self._about, turn=False)

    def _other_service(self) -> None:
        if isinstance(self._asked, Supposed):
            self.explain_place(self._asked.long, self._asked.lat)

    def _ask(self, asked: Asked, about: str, *, turn: bool = True) -> None:
        self._asked, self._about, self._turning = asked, about, self._turning or turn
        self._questions += 1
        rules = self._draft.rules if self._draft.is_changed else None
        told = partial(self._explained, self._questions)
        run = self._session.runner.run_read
        run(read_explanation, self._session.store, self._session.clock, asked, rules, on_result=told)

    def _explained(self, question: int, told: Explanation | str) -> None:
        if question != self._questions:
            return
        turn, self._turning = self._turning, False
        if isinstance(told, str):
            self._place.explain.set_refusal(told)
        else:
            self._place.explain.set_state(explain_state(told, self._about))
            if turn and told.point is not None and told.request_id is not None:
                self._map.bring_into_view(*told.point, 12)
        if turn:
            self._place.show_explanation()
