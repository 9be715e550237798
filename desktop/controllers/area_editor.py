"""Editing areas in Assignment: the draft of a layer, what is done to it on the map and in the pane, and its saving."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop.controllers.area_draft import AreaDraft, Opened, Version
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.area_edits import (
    Edit,
    Edited,
    drop,
    fill,
    gesture_edit,
    give_to,
    knit_borders,
    merge_areas,
    redo,
    remove_area,
    rename,
    run_edit,
    take_version,
    undo,
)
from desktop.controllers.area_layers import AreaLayers
from desktop.controllers.area_reads import Shapes, Unfit, go_on, open_and_pack, version_and_pack
from desktop.controllers.area_saving import AreaSaving
from desktop.controllers.area_trials import AreaTrials
from desktop.controllers.area_walk import AreaWalk, go_to_area, go_to_layer
from desktop.controllers.area_words import areas_state
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import today
from desktop.job import JobHandle, JobState
from desktop.map.area_editing import Gesture
from desktop.operations.replay_rules import Replay
from desktop.views import format as words
from desktop.views.assignment.area_state import AreasState
from desktop.views.assignment.place import AREAS, AssignmentPlace
from geo.area_layer import LayerOfAreas


class Desk(Protocol):
    """The Assignment workspace, which lends its replay pane."""

    place: AssignmentPlace
    lent_days_changed: SignalInstance
    lent_stopped: SignalInstance

    def lend(self) -> None: ...
    def show_lent(self, replay: Replay | None, told: str = "", *, running: bool = False) -> None: ...
    def take_back(self) -> None: ...
    def days(self) -> int: ...


class AreaEditorController(QObject):
    """The draft and the chosen areas live here and nowhere else.

    Edits run beside the event loop, one after the other, each on the draft that the one before left.
    """

    import_wanted = Signal()
    export_wanted = Signal(str)  # layer
    act_wanted = Signal(str)  # undo or redo, where the draft has no step of its own

    def __init__(self, desk: Desk, session: Session, map_view: Any, files: DraftFiles) -> None:
        super().__init__(map_view)
        self._desk, self._session, self._map, self._files = desk, session, map_view, files
        self.pane = desk.place.areas
        self.draft: AreaDraft | None = None
        self.trials = AreaTrials(session, desk.days, self)
        self.layers = AreaLayers(self.pane, session, files, self)
        self.saving = AreaSaving(self.pane, session, files, self._is_free, self)
        self.chosen: tuple[int, ...] = ()
        self.walk = AreaWalk(self.pane.pieces, map_view, self.trials, self)
        self._versions: tuple[Version, ...] = ()
        self._fixed = -1  # the version that is looked at
        self._fixed_layer: LayerOfAreas | None = None
        self._shapes: dict[int, str] = {}  # the draft's areas for the page
        self._layer_id: int | None = None
        self._told = ""  # of a layer that is to be opened
        self._waiting: deque[Edit] = deque()
        self._running: JobHandle | None = None
        self._version = 0
        self.is_open = False
        self._connect()
        session.watch(self._loaded)

    def _connect(self) -> None:
        pane = self.pane
        acts: Mapping[Any, Any] = {
            self._desk.place.right.page_shown: self._page_shown,
            self._desk.lent_days_changed: self._other_days,
            self._desk.lent_stopped: self.trials.stop,
            self._map.editing.gestured: self._gestured,
            pane.layer_chosen: self.open_layer,
            pane.undo_asked: lambda: self._step("undo"),
            pane.redo_asked: lambda: self._step("redo"),
            pane.drop_asked: lambda: self.do(drop),
            pane.merge_asked: self._merge,
            pane.remove_asked: self._remove,
            pane.fill_asked: self._fill_holes,
            pane.rebase_asked: lambda: self.do(go_on(self._session.store)),
            pane.remove_layer_asked: lambda: self._of_layer(self.layers.ask_to_remove),
            pane.rename_layer_asked: lambda: self._of_layer(self.layers.ask_to_rename),
            pane.repair_asked: lambda: self._of_layer(self.layers.repair),
            self.layers.wanted: self._take_up,
            self.layers.removed: self._layer_gone,
            pane.import_asked: self.import_wanted,
            pane.export_asked: self._export,
            pane.table.chosen: self._choose_listed,
            pane.table.areas.renamed: lambda key, name: self.do(rename(key, name)),
            pane.table.areas.given: lambda key, agency: self.do(give_to(key, agency or None)),
            pane.pieces.knit_asked: lambda within_m: self.do(knit_borders(within_m)),
            pane.versions.shown: self.show_version,
            pane.versions.taken: self._take_version,
            self.saving.saved: self._saved,
            self.walk.moved: self._mark,
            self.walk.mended: self.do,
            self.trials.replayed: self._replayed,
            self.trials.failed: pane.refuse,
        }
        for signal, slot in acts.items():
            signal.connect(slot)
        self._session.busy_changed.connect(self._show)

    @property
    def replay(self) -> Replay | None:
        """What the draft would move; None until that is known."""
        return self.trials.replay

    # opening

    def _page_shown(self, key: str) -> None:
        if key == AREAS and not self.is_open:
            self.begin()
        elif key != AREAS and self.is_open:
            self.end()

    def begin(self) -> None:
        """Edit: the map shows the draft, and the replay pane is its."""
        self.is_open = True
        self._desk.lend()
        if self.draft is None:
            self._open_first(self._session.snapshot)
            return
        self._show_whole()
        self.trials.again()

    def end(self) -> None:
        """The map and the replay pane are the rules' again; the draft is kept."""
        self.is_open = False
        self.trials.stop()
        self._map.editing.close()
        self._desk.take_back()

    def _open_first(self, snapshot: Snapshot | None, *, without: int | None = None) -> None:
        layers = [] if snapshot is None else [one for one in snapshot.layers if one.id != without]
        if layers:
            drafted = self._files.drafted(int(one.id) for one in layers)
            first = next((one for one in layers if one.assigns), layers[0])
            self.open_layer(drafted[0] if drafted else int(first.id))
        else:
            self._layer_id = None
            self._show_none()
            self.pane.refuse(self.tr("The city has no layer of areas yet. Make one, or import one from a file."))

    def open_layer(self, layer_id: int) -> None:
        """Take up the draft of a layer."""
        self._layer_id = layer_id
        self._waiting.clear()
        self.pane.refuse("")
        self.pane.show_unfit("")
        self.pane.say("")
        handle = self._session.runner.run_read(open_and_pack, self._session.store, self._files, layer_id)
        handle.succeeded.connect(self._opened)
        handle.failed.connect(self.pane.refuse)

    def _take_up(self, layer_id: int, told: str) -> None:
        """A layer that was made or repaired."""
        self._told = told
        self.open_layer(layer_id)

    def _of_layer(self, act: Callable[[int], None]) -> None:
        if self._layer_id is not None:
            act(self._layer_id)

    def _layer_gone(self, layer_id: int) -> None:
        """Its draft stays in its file: an undo brings the layer back."""
        if self._layer_id == layer_id:
            self._open_first(self._session.snapshot, without=layer_id)

    def _other_days(self) -> None:
        self.pane.save.seen.setChecked(False)
        self.trials.other_days()
        self._show_save()

    def _saved(self, layer_id: int) -> None:
        if layer_id == self._layer_id:
            self.open_layer(layer_id)

    def _show_none(self) -> None:
        """No layer is under edit, or one that cannot be."""
        self.draft, self.chosen = None, ()
        self.trials.stop()
        self.trials.forget()
        self._map.editing.close()
        self.pane.set_state(AreasState(0, "", (), (), (), ""), ())
        self.pane.save.hide()

    def _opened(self, answer: tuple[Opened, Shapes] | Unfit) -> None:
        if isinstance(answer, Unfit):
            if answer.layer_id == self._layer_id:
                self._show_none()
                self.pane.show_unfit(answer.sentence)
            return
        opened, shapes = answer
        if int(opened.draft.layer.id) != self._layer_id:
            return
        self.draft, self._versions, self._shapes = opened.draft, opened.versions, shapes
        self.chosen = ()
        self._fixed, self._fixed_layer = -1, None
        self.trials.forget()
        self.walk.forget()
        self.pane.say(f"{self._told} {opened.told}".strip())
        self._told = ""
        self.pane.behind.setVisible(opened.behind)
        snapshot = self._session.snapshot
        if snapshot is not None:
            self.layers.show(snapshot, self._layer_id)
            self.pane.save.day.set_day(today(self._session.clock, snapshot.city.timezone))
        self._changed()
        self._show_whole()
        if self.is_open:
            go_to_layer(self._map, opened.draft.present)

    def _loaded(self, snapshot: Snapshot) -> None:
        """Somebody may have changed the layer: a draft without changes follows, another one is told."""
        self.layers.show(snapshot, self._layer_id)
        if self.layers.take_up_imported(snapshot):
            return
        if self.draft is None:
            if self.is_open and self._layer_id is None and snapshot.layers:
                self._open_first(snapshot)  # the first layer came in
            return
        if int(self.draft.layer.id) != self._layer_id:
            return  # another layer is being opened, as it stands now
        layer = next((one for one in snapshot.layers if one.id == self._layer_id), self.draft.layer)
        if layer.name != self.draft.layer.name:
            self.draft = replace(self.draft, layer=layer)  # what was replayed was so under its former name
            self._changed()
        now = next((state[1:] for state in snapshot.areas.state if state[0] == self._layer_id), (0, 0))
        if now == tuple(self.draft.based_on):
            return
        if self.draft.is_changed and not self.saving.busy:
            self.pane.behind.show()
            self._show_save()
        elif self._layer_id is not None and not self.draft.is_changed:
            self.open_layer(self._layer_id)

    # edits

    def _gestured(self, gesture: Gesture) -> None:
        if self.draft is None or not self.is_open:
            return
        if gesture.act == "select":
            self.choose(gesture.ids)
        elif gesture.act in ("undo", "redo") and self._fixed < 0:
            self._step(gesture.act)
        elif self._fixed >= 0 or (gesture.points and gesture.version != self._version):
            self._refuse(self.tr("The areas changed meanwhile; point again."))
        else:
            takes = self.pane.takes.currentData()
            agency = self.draft.present.area(self.chosen[0]).agency_id if self.chosen else None
            self.do(gesture_edit(gesture, takes=takes, agency_id=agency))

    def do(self, edit: Edit) -> None:
        """Do an edit after those that wait."""
        if self.saving.busy:
            self._refuse(self.tr("The draft is being saved; go on when that is done."))
            return
        self._waiting.append(edit)
        self._next()

    def _step(self, way: str) -> None:
        """Back or forth in the draft; where it has no step that way, in what was saved, as everywhere."""
        if self.draft is None or self._is_at_end(way):
            self.act_wanted.emit(way)
        else:
            self.do(undo if way == "undo" else redo)

    def _is_at_end(self, way: str) -> bool:
        history = None if self.draft is None or self._waiting or self._running else self.draft.history
        return history is not None and (history.undo_label if way == "undo" else history.redo_label) is None

    def _next(self) -> None:
        if self._running is None and self._waiting and self.draft is not None:
            edit = self._waiting.popleft()
            self._running = self._session.runner.run_read(run_edit, self.draft, edit, self._files)
            self._running.ended.connect(self._ended)

    def _ended(self, handle: JobHandle) -> None:
        self._running = None
        if handle.state is JobState.SUCCEEDED:
            self._edited(handle.value)
        elif handle.state is JobState.FAILED:
            self._refuse(handle.failure.sentence if handle.failure is not None else "")
        else:
            self._refuse(self.tr("This could not be done; the draft is as it was."))
        self._next()

    def _edited(self, edited: Edited) -> None:
        if edited.draft.layer.id != self._layer_id:
            return  # another layer was chosen meanwhile; the edit is in its file
        if self.draft is not None and edited.draft.based_on != self.draft.based_on:
            self.pane.behind.hide()
        layer = edited.draft.layer if self.draft is None else self.draft.layer  # it may have been renamed meanwhile
        self.draft = replace(edited.draft, layer=layer)
        self._shapes |= edited.shapes or {}
        known = set(self.draft.present.ids)
        self.chosen = tuple(key for key in (self.chosen if edited.select is None else edited.select) if key in known)
        self._version += 1
        self.pane.refuse("")
        self.pane.say(edited.told)
        if self._fixed >= 0:
            self.show_version(-1)
        elif self.is_open:
            ids = self.draft.present.ids
            self._map.editing.change(edited.shapes or {}, ids, self._version, at=edited.at, done=edited.done)
        self._changed()
        self._mark()

    def _refuse(self, sentence: str) -> None:
        self.pane.refuse(sentence)
        if self._map.editing.is_open:
            self._map.editing.refuse(sentence)

    def _merge(self) -> None:
        if len(self.chosen) == 2:
            self.do(merge_areas(self.chosen))

    def _remove(self) -> None:
        if len(self.chosen) == 1 and self._fixed < 0:
            self.do(remove_area(self.chosen[0]))

    def _fill_holes(self) -> None:
        if len(self.chosen) == 1 and self._fixed < 0:
            self.do(fill(self.chosen[0]))

    def _changed(self) -> None:
        """The draft is another one: what was seen is not what would be saved."""
        assert self.draft is not None
        self.pane.save.seen.setChecked(False)
        self.trials.take(self.draft)
        self._show()

    # choosing

    def choose(self, ids: Sequence[int]) -> None:
        """Choose areas, as the map told."""
        self.chosen = tuple(ids)
        self._show()
        self._mark()

    def _choose_listed(self, ids: Sequence[int]) -> None:
        """From the list: the map goes there."""
        last = next((key for key in ids if key not in self.chosen), None)
        self.chosen = tuple(ids)[-2:] if len(ids) > 2 else tuple(ids)
        shown = self._shown()
        if last is not None and shown is not None:
            go_to_area(self._map, shown, last)
        self._show()
        self._mark()

    def _mark(self) -> None:
        self._map.editing.mark(self.chosen, [] if self._fixed >= 0 else self.walk.marks())

    # versions

    def show_version(self, row: int) -> None:
        """Show the layer as it held from a day on; -1 for the draft."""
        if self.draft is None:
            return
        if row < 0:
            self._fixed, self._fixed_layer = -1, None
            self._show_whole()
            self._show()
            return
        self._fixed = row
        day = self._versions[row].begins
        handle = self._session.runner.run_read(version_and_pack, self._session.store, self.draft, day, row)
        handle.succeeded.connect(self._version_read)
        handle.failed.connect(self.pane.refuse)

    def _version_read(self, answer: tuple[int, LayerOfAreas, dict[int, str]]) -> None:
        row, layer, shapes = answer
        if row != self._fixed:
            return
        self._fixed_layer, self.chosen = layer, ()
        self._version += 1
        self._map.editing.open(shapes, self._version, fixed=True)
        self._show()
        self._mark()

    def _take_version(self, row: int) -> None:
        """The draft goes on from an older version."""
        layer = self._fixed_layer
        if layer is not None and row == self._fixed:
            begins = self._versions[row].begins
            day = self.tr("from the beginning") if begins is None else words.short_date(begins)
            self.show_version(-1)
            self.do(take_version(layer, self.tr("As it was, {0}").format(day)))

    # replay and files

    def _replayed(self, replay: Replay | None, told: str, running: bool) -> None:
        if self.is_open:
            self._desk.show_lent(replay, told, running=running)
            self._show_save()

    def _export(self) -> None:
        if self.draft is not None:
            self.export_wanted.emit(self.draft.layer.name)

    # showing

    def _shown(self) -> LayerOfAreas | None:
        if self._fixed >= 0 and self._fixed_layer is not None:
            return self._fixed_layer
        return None if self.draft is None else self.draft.present

    def _show_whole(self) -> None:
        if self.draft is not None and self.is_open:
            self._version += 1
            self._map.editing.open({key: self._shapes[key] for key in self.draft.present.ids}, self._version)
            self._mark()

    def _show(self) -> None:
        snapshot, shown = self._session.snapshot, self._shown()
        if snapshot is None or self.draft is None or shown is None:
            return
        fixed = self._fixed if self._fixed_layer is not None else -1
        state = areas_state(
            self.draft,
            shown,
            self._versions,
            snapshot.agencies,
            snapshot.services,
            chosen=self.chosen,
            fixed=fixed,
            busy=self.saving.busy,
        )
        self.pane.set_state(state, self.chosen)
        self.pane.mark_draft(int(self.draft.layer.id), there=self.draft.is_changed)
        self.walk.show(self.draft)
        self._show_save()

    def _show_save(self) -> None:
        if self.draft is not None:
            self.pane.save.setVisible(self.draft.is_changed and self._fixed < 0)
            self.saving.show(self.draft, self.replay)

    def _is_free(self) -> bool:
        return self._running is None and self._fixed < 0
