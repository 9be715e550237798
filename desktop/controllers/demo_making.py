"""The demo city from the window: a place is chosen, the city is made there as a job that can be stopped, and opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from desktop.domain.clock import Clock
from desktop.jobs import Job, JobHandle, JobRunner
from desktop.main_window import MainWindow
from desktop.operations.make_demo import make_demo_store
from desktop.views import format as words
from desktop.views.kit import Button, MeterBar, Words
from desktop.views.shell.overlay import Dialog

REQUESTS, SEED = 20_000, 13


class DemoMaking(QObject):
    """One demo city on its way. What stops it leaves nothing."""

    made = Signal(str)  # the location of the store

    def __init__(self, window: MainWindow, runner: JobRunner, clock: Clock, actor: str) -> None:
        super().__init__(window)
        self._window, self._runner, self._clock, self._actor = window, runner, clock, actor
        self._handle: JobHandle | None = None

    def ask_place(self) -> None:
        """Ask where its store goes, and make it there."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Where the demo city is kept"), "demo.opsmap", self.tr("Opsmap stores (*.opsmap)")
        )
        if chosen:
            path = Path(chosen)
            self.start(path if path.suffix == ".opsmap" else path.with_name(f"{path.name}.opsmap"))
        else:
            self.deleteLater()

    def start(self, path: Path) -> None:
        """Make it in a new store."""
        title = self.tr("Making the demo city")
        about = self.tr("A fictional city of {0} requests in {1}; it opens when it is made.")
        self.dialog = Dialog(title, about.format(words.count(REQUESTS), path.name), parent=self._window)
        self.bar, self.told = MeterBar(), Words("", step="table", wrap=True)
        self.dialog.body.addWidget(self.bar)
        self.dialog.body.addWidget(self.told)
        self.stop = self.dialog.add_act(Button(self.tr("Stop")))
        self.stop.clicked.connect(self.dialog.accept)
        self.dialog.finished.connect(self._shut)
        self.dialog.open()
        kwargs = {
            "location": str(path),
            "actor": self._actor,
            "clock": self._clock,
            "requests": REQUESTS,
            "seed": SEED,
        }
        handle = self._handle = self._runner.start(Job(title, make_demo_store, kwargs, told_there=True))
        handle.progressed.connect(self._progressed)
        handle.succeeded.connect(lambda _changes: self._done(str(path)))
        handle.failed.connect(self._failed)
        handle.broke.connect(self._broke)

    def _progressed(self, fraction: float | None, sentence: str) -> None:
        self.bar.set_share(fraction)
        self.told.setText(words.figured(sentence))

    def _done(self, location: str) -> None:
        self._handle = None
        self.dialog.accept()
        self.made.emit(location)

    def _broke(self) -> None:
        self._failed(self.tr("That did not work; the report says why. Nothing of it was kept."))

    def _failed(self, sentence: str) -> None:
        self._handle = None
        self.bar.hide()
        self.told.set_tone("danger")
        self.told.setText(words.figured(sentence))
        self.stop.setText(self.tr("Close"))

    def _shut(self) -> None:
        if self._handle is not None:
            handle, self._handle = self._handle, None
            handle.cancel()
        self.dialog.deleteLater()
        self.deleteLater()
