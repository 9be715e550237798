"""Questions under names: kept as bookmarks of the map are, one's own and those that others share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from data.records import SavedView
from data.store import Store
from desktop.controllers.question_json import question_content, question_kept
from desktop.controllers.session import Session
from desktop.views import map_menus
from desktop.views.commands import Command
from desktop.views.map_menus import make_menu, named_menu
from desktop.views.neighbourhoods.question import GRIDS, Question
from desktop.views.shell.name_dialog import NameDialog

KIND = "question"
KEEP = "question.keep"


class KeptQuestions(QObject):
    """`wanted` brings a question that was chosen; `refused` says why one cannot be asked here any more."""

    wanted = Signal(object)  # Question
    refused = Signal(str)

    def __init__(self, session: Session, window: Callable[[], QWidget], form: Callable[[], Question], parent: QObject):
        super().__init__(parent)
        self._session, self._window, self._form = session, window, form
        self._views: list[SavedView] = []  # as the last menu showed them
        self.menu: QMenu | None = None
        self.dialog: NameDialog | None = None

    def open_menu(self, at: QPoint) -> None:
        """The questions that are kept, and what can be done with them."""
        self._read(partial(self._show_menu, at))

    def ask_name(self) -> None:
        """Keep what stands in the form under a name that is asked for."""
        self._read(self._ask_name)

    def _read(self, then: Callable[[list[SavedView]], None]) -> None:
        self._session.runner.run_read(_questions, self._session.store, self._session.actor, on_result=then)

    def _show_menu(self, at: QPoint, views: list[SavedView]) -> None:
        self._views = views
        save = Command(KEEP, self.tr("Keep this question…"), icon="plus")
        self.menu = make_menu(named_menu(views, self._session.actor, save), self._window())
        self.menu.triggered.connect(lambda action: self.carry_out(action.objectName()))
        self.menu.aboutToHide.connect(self.menu.deleteLater)
        self.menu.popup(at)

    def carry_out(self, command: str) -> None:
        """Do what a line of the menu says."""
        if command == KEEP:
            self._ask_name(self._views)
            return
        act, _, number = command.partition(":")
        view = next((one for one in self._views if str(one.id) == number), None)
        if view is None:
            return
        if f"{act}:" == map_menus.GO:
            self._use(view)
        elif f"{act}:" == map_menus.RENAME:
            self._ask_other_name(view)
        else:
            self._session.act("remove_view", self.tr("Removing {0}").format(view.name), {"view_id": view.id})

    def _use(self, view: SavedView) -> None:
        question = question_kept(view.content)
        if question is None:
            self.refused.emit(self.tr("“{0}” holds nothing that this version can ask. Remove it.").format(view.name))
            return
        missing = self._missing(question)
        if missing:
            self.refused.emit(self.tr("“{0}” asks about {1}, which is not here.").format(view.name, missing))
            return
        self.wanted.emit(question)

    def _missing(self, question: Question) -> str:
        """What a question is about and the city has not, in words; empty where all is there."""
        snapshot = self._session.snapshot
        assert snapshot is not None
        if question.service_code and question.service_code not in {one.service_code for one in snapshot.services}:
            return self.tr("the service {0}").format(question.service_code)
        if question.zones not in GRIDS and question.zones not in {str(layer.id) for layer in snapshot.layers}:
            return self.tr("a layer of areas")
        return ""

    def _ask_name(self, views: list[SavedView]) -> None:
        told = self.tr("Everything that stands in the form is kept, its days too; answers are not.")
        dialog = NameDialog(
            self.tr("Keep this question"), told, self.tr("Keep question"), taken=self._taken(views), share=True,
            parent=self._window(),
        )  # fmt: skip
        dialog.named.connect(partial(self._keep, self._form()))
        self._show(dialog)

    def _ask_other_name(self, view: SavedView) -> None:
        taken = self._taken([one for one in self._views if one.id != view.id])
        dialog = NameDialog(
            self.tr("Rename a question"), "", self.tr("Rename"), taken=taken, name=view.name, share=False,
            parent=self._window(),
        )  # fmt: skip
        dialog.named.connect(lambda name, _shared: self._rename(view, name))
        self._show(dialog)

    def _taken(self, views: list[SavedView]) -> list[str]:
        return [view.name for view in views if view.owner == self._session.actor]

    def _show(self, dialog: NameDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _keep(self, question: Question, name: str, shared: bool) -> None:
        arguments = {"kind": KIND, "name": name, "content": question_content(question), "shared": shared}
        self._session.act("save_view", self.tr("Keeping {0}").format(name), arguments)

    def _rename(self, view: SavedView, name: str) -> None:
        title = self.tr("Renaming {0}").format(view.name)
        self._session.act("rename_view", title, {"view_id": view.id, "name": name})


def _questions(store: Store, actor: str) -> list[SavedView]:
    with store.read() as unit:
        return unit.saved_views.of(actor, KIND)
