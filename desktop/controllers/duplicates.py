"""The Duplicates workspace: goes through proposals, keeps what a person changed on one, and carries decisions out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from data.records import ActId, RequestId
from desktop.controllers.photos import PhotoShow, read_photos
from desktop.controllers.proposal_desk import ProposalDesk
from desktop.controllers.report_move import ReportMove
from desktop.controllers.review_cards import Draft, cards_of
from desktop.controllers.review_reads import Book, Case, changed_status, read_case
from desktop.controllers.review_scene import SceneMaker, frame_of
from desktop.controllers.review_state import (
    accept_words,
    bulk_state,
    case_state,
    head_state,
    lines_of,
    list_state,
    subtitle,
)
from desktop.controllers.review_words import reliability
from desktop.controllers.session import Session, Snapshot
from desktop.domain.proposals import Proposal
from desktop.map.tiles import CityTiles
from desktop.operations.changes import Changes
from desktop.views import format as words
from desktop.views.duplicates.place import ReviewPlace
from desktop.views.duplicates.review_view import ReviewView
from desktop.views.duplicates.state import ProposalLine, ReviewState, as_shown, is_doubtful
from desktop.views.shell.number_dialog import NumberDialog
from desktop.views.theme import theme
from desktop.views.workspace import Workspace
from desktop.worker import Failed

LEAST = 0.9  # of "Accept many" at first
RADIUS_M = 80.0  # within which reports are compared
SCENE = "scene"  # a part of the workspace that comes later
GROUP, LEARN = "group_duplicates", "learn_duplicates"


class DuplicatesController(QObject):
    """Which proposal is on show, and the draft of it, live here and nowhere else."""

    request_wanted = Signal(int)

    def __init__(self, workspace: Workspace, session: Session, desk: ProposalDesk, view: ReviewView) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._desk = workspace, session, desk
        self.view = view
        self._place = ReviewPlace(workspace, self.view)
        self.photos = PhotoShow(self.view, session.runner)
        self._scenes = SceneMaker(self)
        self._tiles: CityTiles | None = None
        self._credit = ""
        self._chosen: int | None = None  # the parent that the search proposed
        self._case: Case | None = None
        self._draft: Draft | None = None
        self._listed: tuple[Book, Snapshot, tuple[ProposalLine, ...]] | None = None
        self._least = LEAST
        self._changed = ""  # why the proposal on show is no longer so
        self._instead = ""  # of the one that is being read: why it came up by itself
        self._asked: tuple[int, ...] = ()  # requests that a decision of ours is under way for
        self._done: ActId | None = None  # the act of that decision, once it is in the store
        self._serial = 0
        self._move = ReportMove(session, self)
        workspace.await_part(SCENE)
        self._connect()

    def _connect(self) -> None:
        view = self.view
        acts: Mapping[Any, Callable[..., None]] = {
            view.chosen: self.choose,
            view.bulk_changed: self._bulk_changed,
            view.bulk_asked: self.accept_many,
            view.accept_asked: self.accept,
            view.reject_asked: self.reject,
            view.split_asked: self.split,
            view.keep_asked: self.keep,
            view.take_out_asked: self.take_out,
            view.parent_asked: self.make_parent,
            view.move_asked: self.ask_move,
            view.next_asked: self.next,
            view.previous_asked: self.previous,
            view.request_wanted: self.request_wanted.emit,
            view.photo_wanted: self.zoom,
            view.focus_asked: self.focus,
            view.look_asked: self.look,
            view.reliability_wanted: self._tell_reliability,
            view.again_asked: self._read,
        }
        for signal, slot in acts.items():
            signal.connect(slot)
        self._move.decided.connect(self._moved)
        self._scenes.ready.connect(self._show)
        self._scenes.whole.connect(self._scene_whole)
        self._desk.changed.connect(self._book_changed)
        self._session.busy_changed.connect(self._show)
        theme().changed.connect(self._draw_scene)
        QTimer.singleShot(0, self, self._begin)  # the window turns between building and filling

    def _begin(self) -> None:
        if self._desk.book is not None:
            self._book_changed(self._desk.book)

    def set_letters(self, on: bool) -> None:
        """Whether single letters act."""
        self._place.set_letters(on)

    def set_tiles(self, tiles: CityTiles | None, credit: str) -> None:
        """The base map that the small map is cut from, and whom it names."""
        self._tiles, self._credit = tiles, credit
        self._draw_scene()

    # which proposal

    def choose(self, key: int) -> None:
        """Show a proposal; what was changed on another one is forgotten."""
        if key != self._chosen:
            self._chosen, self._case, self._draft = key, None, None
            self._changed = self._instead = ""
            self._read()

    def next(self) -> None:
        """The proposal after this one."""
        self._step(1)

    def previous(self) -> None:
        """The proposal before this one."""
        self._step(-1)

    def _step(self, by: int) -> None:
        keys = [one.parent for one in self._proposals()]
        if self._chosen in keys and len(keys) > 1:
            self.choose(keys[(keys.index(self._chosen) + by) % len(keys)])

    def _proposals(self) -> Sequence[Proposal]:
        book = self._desk.book
        return () if book is None else book.proposals

    def _proposal(self) -> Proposal | None:
        return next((one for one in self._proposals() if one.parent == self._chosen), None)

    def _book_changed(self, book: Book) -> None:
        """Newer proposals: stay with the one on show while it is there, else go on with the one in its place."""
        before = self._case.proposal if self._case is not None else None
        same = next((one for one in book.proposals if one.parent == self._chosen), None)
        if same is None:
            self._go_on(book)
        elif self._case is not None and self._other_than(self._case, same) and not self._asked:
            self._changed = self.tr("Its reports changed meanwhile. Look at it as it is now.")
        elif before is None or same != before or self._asked:
            self._read()
        self._settle()
        self._workspace.set_badge(len(book.proposals))
        self._workspace.set_subtitle(subtitle(book))
        if not book.proposals:
            self._workspace.part_arrived(SCENE)
        self._workspace.set_ready(True)
        self._show()

    def _other_than(self, case: Case, now: Proposal) -> bool:
        """Whether what a person sees of a proposal is no longer so: its reports, their incident, their status."""
        snapshot = self._session.snapshot
        assert snapshot is not None
        return (case.proposal.members, case.proposal.standing) != (now.members, now.standing) or changed_status(
            snapshot, case.requests
        )

    def _go_on(self, book: Book) -> None:
        """The proposal is decided: the one that follows in the list comes up, with a word where that was not our doing.

        A key on its way to the one before decides nothing about it.
        """
        surprise = self._case is not None and not self._asked
        keys = [one.parent for one in book.proposals]
        probability = self._case.proposal.probability if self._case is not None else 2.0
        following = next((one.parent for one in book.proposals if one.probability <= probability), None)
        self._chosen, self._case, self._draft, self._changed = None, None, None, ""
        if keys:
            self.choose(following if following is not None else keys[-1])
            self._instead = (
                self.tr("What stood here was decided meanwhile. This is another proposal.") if surprise else ""
            )

    def _read(self) -> None:
        book, proposal = self._desk.book, self._proposal()
        if book is None or proposal is None:
            return
        self._serial += 1
        self._session.runner.run_read(
            _case, self._session.store, book, proposal, self._serial, on_result=self._case_read
        )
        self._show()

    def _case_read(self, answer: tuple[int, Case | None]) -> None:
        serial, case = answer
        if serial != self._serial:
            return
        self._case = case
        if case is not None:
            keys = {int(one.id) for one in case.requests}
            if self._draft is None or self._draft.parent not in keys:
                self._draft = Draft(case.proposal.lead, focused=min(1, len(case.requests) - 1))
            self._draft = replace(self._draft, out=self._draft.out & keys)
            self._changed, self._instead = self._instead, ""
        self._draw_scene()

    # what a person changes before deciding

    def focus(self, index: int) -> None:
        """The report that acts on one report mean."""
        if self._draft is not None and self._case is not None and 0 <= index < len(self._case.requests):
            self._draft = replace(self._draft, focused=index)
            self._show()

    def keep(self, request_id: int) -> None:
        """One report belongs after all."""
        if self._draft is not None:
            self._draft = self._draft.with_again(request_id)
            self._show()

    def take_out(self, request_id: int) -> None:
        """One report does not belong; it is split off when the rest is accepted."""
        draft, case = self._draft, self._case
        if draft is not None and case is not None and request_id not in (draft.parent, *case.proposal.standing):
            self._draft = draft.without(request_id)
            self._show()

    def make_parent(self, request_id: int) -> None:
        """One report leads the incident."""
        if self._draft is not None:
            self._draft = replace(self._draft.with_again(request_id), parent=request_id)
            self._show()

    # decisions

    def accept(self) -> None:
        """Make what is kept one incident; what was taken out is said to differ."""
        kept, out = self._parted()
        if len(kept) > 1:
            title = self.tr("Accepting an incident")
            self._decide("accept_duplicates", title, {"groups": [kept], "apart": out})

    def reject(self) -> None:
        """Say that these reports are several things."""
        case = self._case
        if case is not None:
            keys = [RequestId(key) for key in case.proposal.members]
            standing = [RequestId(key) for key in case.proposal.standing]
            self._decide(
                "reject_duplicates", self.tr("Keeping reports apart"), {"request_ids": keys, "standing": standing}
            )

    def split(self) -> None:
        """Tell what was taken out, or the report in focus, apart from the rest, which stays proposed."""
        draft, case = self._draft, self._case
        if draft is not None and case is not None and not draft.out:
            self.take_out(int(case.requests[draft.focused].id))
        kept, out = self._parted()
        if kept and out:
            self._decide("split_duplicates", self.tr("Splitting reports off"), {"request_ids": kept, "apart": out})

    def _parted(self) -> tuple[list[RequestId], list[RequestId]]:
        """What is kept, the parent first, and what was taken out."""
        draft, case = self._draft, self._case
        if draft is None or case is None or self._changed or self._asked:
            return [], []
        keys = [int(one.id) for one in case.requests]
        kept = [draft.parent, *(key for key in keys if key not in draft.out and key != draft.parent)]
        return [RequestId(key) for key in kept], [RequestId(key) for key in keys if key in draft.out]

    def accept_many(self) -> None:
        """Accept every proposal that is at least so likely."""
        chosen = self._likely()
        if chosen:
            groups = [[RequestId(key) for key in one.group] for one in chosen]
            one, many = self.tr("Accepting an incident"), self.tr("Accepting {0} incidents")
            title = one if len(groups) == 1 else many.format(words.count(len(groups)))
            self._decide("accept_duplicates", title, {"groups": groups, "apart": []})

    def _likely(self) -> list[Proposal]:
        """Those whose probability, as it is shown, is at least what was chosen."""
        return [one for one in self._proposals() if as_shown(one.probability) >= self._least]

    def ask_move(self, request_id: int) -> None:
        """Ask which incident a report belongs to."""
        mover = next((one for one in self._requests() if one.id == request_id), None)
        if mover is None:
            return
        dialog = NumberDialog(
            self.tr("Move request {0}").format(mover.service_request_id),
            self.tr("It joins the incident of another request, wherever that lies, and differs from the others here."),
            self.tr("Move"),
            self.view,
        )
        self._move.ask(mover, [one.id for one in self._requests() if one.id != request_id], dialog)

    def _moved(self, arguments: Mapping[str, Any]) -> None:
        self._decide("join_incident", self.tr("Moving a report"), arguments)

    def _requests(self) -> Sequence[Any]:
        return () if self._case is None else self._case.requests

    def _decide(self, operation: str, title: str, arguments: Mapping[str, Any]) -> None:
        self._asked = () if self._case is None else self._case.proposal.members
        self._done = None
        self._session.act(operation, title, arguments, ended=self._decided)
        self._show()

    def _decided(self, outcome: Changes | Failed | None) -> None:
        """A decision is in the store, and rests until the proposals tell so; or it could not be carried out."""
        if isinstance(outcome, Changes) and outcome.act_id is not None:
            self._done = outcome.act_id
            self._settle()
        else:
            self._asked = ()
            self._refused("" if outcome is None else outcome.sentence)
        self._show()

    def _refused(self, sentence: str) -> None:
        """Nothing was decided: a band over the proposal says why, and nothing can be done before it was read anew."""
        snapshot = self._session.snapshot
        if not sentence or snapshot is None:  # stopped, or a fault of ours: the window says so itself
            self._read()
            return
        told = words.told(sentence, self._session.clock.now(), snapshot.city.timezone)
        if self._case is None:
            self._instead = told  # once it is read
        else:
            self._changed = told

    def _settle(self) -> None:
        """Whether the proposals are those after our decision."""
        book = self._desk.book
        if self._done is not None and book is not None and book.last_act >= self._done:
            self._asked, self._done = (), None

    def look(self) -> None:
        """Learn from what was decided, where that is worth it, and search anew."""
        book = self._desk.book
        if book is not None and worth_learning(book):
            self._session.act(LEARN, self.tr("Learning from decisions"))
        self._session.act(GROUP, self.tr("Looking for duplicates"))

    def zoom(self, request_id: int) -> None:
        """The photos of a report, large."""
        one = next((one for one in self._requests() if one.id == request_id), None)
        snapshot = self._session.snapshot
        if one is not None and snapshot is not None:
            title = f"{snapshot.service(one.service_id).service_name} · {one.service_request_id}"
            self._session.runner.run_read(
                read_photos, self._session.store, request_id, title, on_result=self.photos.show
            )

    # what is shown

    def _bulk_changed(self, least: float) -> None:
        self._least = least
        self._show_bulk()

    def _draw_scene(self) -> None:
        case = self._case
        placed = [one for one in self._requests() if one.lat is not None and one.long is not None]
        if case is None or not placed:
            self._scenes.ask(None, None, "", 1)
        else:
            frame = frame_of([one.long for one in placed], [one.lat for one in placed])
            ratio = 2 if self.view.devicePixelRatioF() > 1 else 1
            self._scenes.ask(frame, self._tiles, theme().tokens.scheme, ratio)
        self._show()

    def _scene_whole(self) -> None:
        """A picture of the workspace may be taken once its small map is there, or there is none to come."""
        if self._case is not None or not self._proposals():
            self._workspace.part_arrived(SCENE)

    def _show(self) -> None:
        state = self._state()
        self.view.set_state(state)
        self._show_bulk()

    def _state(self) -> ReviewState | None:
        book, snapshot = self._desk.book, self._session.snapshot
        if book is None or snapshot is None:
            return None
        busy = bool(self._asked) or GROUP in self._session.busy
        state = list_state(book, self._lines(book, snapshot), self._chosen, busy=busy)
        case, draft, proposal = self._case, self._draft, self._proposal()
        if proposal is None:
            return state
        state = replace(head_state(state, book, proposal), changed=self._changed)
        if case is None or draft is None or case.proposal.parent != proposal.parent:
            return state
        now = self._session.clock.now()
        cards = cards_of(case, draft, snapshot, now)
        doubtful = {one.request_id for one in cards if is_doubtful(one.probability)}
        scene = self._scenes.scene(case, draft, self._credit, RADIUS_M, doubtful)
        state = case_state(state, book, case, snapshot, now)
        return replace(state, cards=cards, focused=draft.focused, scene=scene, accept=accept_words(case, draft))

    def _lines(self, book: Book, snapshot: Snapshot) -> tuple[ProposalLine, ...]:
        """The list, made once for each book: a key in a long one must not make it anew."""
        if self._listed is None or self._listed[0] is not book or self._listed[1] is not snapshot:
            self._listed = book, snapshot, lines_of(book, snapshot)
        return self._listed[2]

    def _show_bulk(self) -> None:
        self.view.set_bulk(bulk_state(self._proposals(), self._likely(), self._least, busy=bool(self._asked)))

    def _tell_reliability(self) -> None:
        book = self._desk.book
        if book is not None:
            self.view.show_reliability(reliability(book.decisions))


def worth_learning(book: Book) -> bool:
    """Whether there are enough confirmed pairs to learn from, and more than last time."""
    from geo.duplicate_model import FEWEST_LINKS

    confirmed = sum(one.same for one in book.decisions)
    return confirmed >= FEWEST_LINKS and confirmed > book.learned_from


def _case(store: Any, book: Book, proposal: Proposal, serial: int) -> tuple[int, Case | None]:
    return serial, read_case(store, book, proposal)
