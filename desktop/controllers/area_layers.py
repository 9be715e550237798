"""Layers of areas as wholes, from the pane of areas: made, removed, repaired."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from data.store import Store
from desktop.controllers.area_draft_files import DraftFiles
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import Clock
from desktop.operations.area_layers import LayerRemoval, describe_removal
from desktop.operations.changes import Changes
from desktop.operations.work import Work
from desktop.views import format as words
from desktop.views.assignment.area_pane import AreaPane
from desktop.views.assignment.layer_dialogs import NewLayerDialog, RemoveLayerDialog
from desktop.views.shell.name_dialog import NameDialog
from desktop.worker import Failed

MAKE, REMOVE, REPAIR, RENAME = "make_area_layer", "remove_area_layer", "repair_area_layer", "rename_area_layer"


LayerDialog = NewLayerDialog | RemoveLayerDialog | NameDialog


class AreaLayers(QObject):
    """Asks what has to be asked, runs the act, and says which layer is to be taken up then."""

    wanted = Signal(int, str)  # layer id, what to say of it
    removed = Signal(int)

    def __init__(self, pane: AreaPane, session: Session, files: DraftFiles, parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._session, self._files = pane, session, files
        self._imported = ""  # the name of a layer that is to be taken up once it is known
        self.dialog: LayerDialog | None = None
        pane.new_layer_asked.connect(self.ask_for_new)

    def show(self, snapshot: Snapshot, chosen: int | None) -> None:
        """List the layers, those that hold a draft marked."""
        self._pane.set_layers([(int(one.id), one.name) for one in snapshot.layers], chosen)
        self._pane.mark_drafts(self._files.drafted(int(one.id) for one in snapshot.layers))

    def take_up_named(self, name: str) -> None:
        """Take up a layer that was imported, at once, or as soon as it is known."""
        self._imported = name
        if self._session.snapshot is not None:
            self.take_up_imported(self._session.snapshot)

    def take_up_imported(self, snapshot: Snapshot) -> bool:
        """Whether a layer that was waited for is there now."""
        found = next((int(one.id) for one in snapshot.layers if one.name == self._imported), None)
        if found is None:
            return False
        self._imported = ""
        self.wanted.emit(found, "")
        return True

    def ask_for_new(self) -> None:
        """A name, and what the layer is for."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        services = sorted(snapshot.services, key=lambda one: one.service_name.casefold())
        dialog = NewLayerDialog([(one.service_code, one.service_name) for one in services], self._pane)
        dialog.made.connect(self._make)
        self._show(dialog)

    def ask_to_remove(self, layer_id: int) -> None:
        """What it would mean is worked out first."""
        session = self._session
        handle = session.runner.run_read(_described, session.store, session.clock, session.actor, layer_id)
        handle.succeeded.connect(self._confirm)
        handle.failed.connect(self._pane.refuse)

    def ask_to_rename(self, layer_id: int) -> None:
        """Another name."""
        snapshot = self._session.snapshot
        layers = {} if snapshot is None else {int(one.id): one.name for one in snapshot.layers}
        name = layers.pop(layer_id, None)
        if name is None:
            return
        dialog = NameDialog(
            self.tr("Rename {0}").format(name),
            self.tr("Rules ask for a layer by its name; while one does, it keeps it."),
            self.tr("Rename layer"),
            taken=layers.values(),
            name=name,
            share=False,
            parent=self._pane,
        )
        dialog.named.connect(lambda wanted, _shared: self._rename(layer_id, wanted))
        self._show(dialog)

    def repair(self, layer_id: int) -> None:
        """Make the polygons valid."""

        def ended(outcome: Changes | Failed | None) -> None:
            if isinstance(outcome, Failed):
                self._pane.refuse(outcome.sentence)
            elif outcome is not None:
                self.wanted.emit(layer_id, outcome.sentence)

        self._session.act(REPAIR, self.tr("Repairing polygons"), {"layer_id": layer_id}, ended=ended)

    # inside

    def _rename(self, layer_id: int, name: str) -> None:
        def ended(outcome: Changes | Failed | None) -> None:
            if isinstance(outcome, Failed):
                self._pane.refuse(outcome.sentence)
            elif outcome is not None:
                self._pane.say(outcome.sentence)

        self._session.act(RENAME, self.tr("Renaming a layer"), {"layer_id": layer_id, "name": name}, ended=ended)

    def _show(self, dialog: LayerDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _make(self, name: str, assigns: bool, service_codes: tuple[str, ...]) -> None:
        arguments = {"name": name, "assigns": assigns, "service_codes": list(service_codes)}
        self._session.act(MAKE, self.tr("Making a layer of areas"), arguments, ended=self._made)

    def _made(self, outcome: Changes | Failed | None) -> None:
        if isinstance(self.dialog, NewLayerDialog):
            if not isinstance(outcome, Changes):
                self.dialog.refuse("" if outcome is None else outcome.sentence)
                return
            self.dialog.accept()
        if isinstance(outcome, Changes):
            self.wanted.emit(int(outcome.counts["layer_id"]), outcome.sentence)

    def _confirm(self, removal: LayerRemoval) -> None:
        dialog = RemoveLayerDialog(removal.name, self._means(removal), removal.refusal, self._pane)
        dialog.confirmed.connect(lambda: self._remove(removal))
        self._show(dialog)

    def _means(self, removal: LayerRemoval) -> str:
        one, many = self.tr("Its area goes with it."), self.tr("Its {0} areas go with it.")
        if removal.former:
            many = self.tr("Its {0} areas go with it, {1} of former days among them.")
        told = many.format(words.count(removal.areas), words.count(removal.former))
        said = [one if removal.areas == 1 else told] if removal.areas else []
        if removal.assigns:
            said.append(self.tr("It assigns: what lies in it goes by the other layers from then on, or to nobody."))
        if removal.earlier:
            earlier = self.tr("{0} rule sets of former days name it; they take nothing in it any more.")
            said.append(earlier.format(words.count(removal.earlier)))
        return " ".join([*said, self.tr("This can be undone.")])

    def _remove(self, removal: LayerRemoval) -> None:
        def ended(outcome: Changes | Failed | None) -> None:
            if isinstance(outcome, Failed):
                self._pane.refuse(outcome.sentence)
            elif outcome is not None:
                self.removed.emit(removal.layer_id)

        title = self.tr("Removing {0}").format(removal.name)
        self._session.act(REMOVE, title, {"layer_id": removal.layer_id}, ended=ended)


def _described(store: Store, clock: Clock, actor: str, layer_id: int) -> LayerRemoval:
    return describe_removal(Work(store, actor, clock), layer_id)
