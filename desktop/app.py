"""The composition root: clock, store, settings, job runner, window and controllers. Nothing else builds objects."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from data.connectors.source_keys import SourceKeys
from data.errors import NoStore
from desktop.change_bus import ChangeBus
from desktop.controllers.shell import ShellController, StoreSummary, read_summary
from desktop.domain.clock import Clock, FixedClock, SystemClock
from desktop.errors import Faults
from desktop.garbage import GarbageSearch
from desktop.interrupts import Interrupts
from desktop.jobs import JobRunner
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.pictures import PictureTaker
from desktop.settings import SettingsFile
from desktop.views.language import load_translation
from desktop.views.places import make_workspaces, show_empty, show_opening
from desktop.views.theme import CHOICES, Theme

if TYPE_CHECKING:
    from data.store import Store
    from desktop.content import Content

NO_DISPLAY = (
    "There is no display. Start Opsmap in a desktop session, or take pictures without one: "
    "QT_QPA_PLATFORM=offscreen python -m desktop --pictures FOLDER"
)
AS_ROOT = (
    "Opsmap does not open as root: the map's browser needs its sandbox. Start it as a normal user; "
    "pictures (--pictures) can be taken as root."
)
INTERRUPTED = 130  # the exit code of a program that was asked to stop
PATIENCE_MS = 300  # nothing is said about waiting before


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line and in the environment."""

    store: str
    theme: str
    pictures: Path | None
    actor: str
    moment: datetime | None = None  # the clock stands still there
    keys: SourceKeys = field(default_factory=SourceKeys)  # of sources that are written to


@dataclass(slots=True)
class Application:
    """Everything that was built, for tests and for quitting in order."""

    options: Options
    clock: Clock
    faults: Faults
    garbage: GarbageSearch
    settings: SettingsFile
    theme: Theme
    runner: JobRunner
    bus: ChangeBus
    window: MainWindow
    shell: ShellController
    store: Store | None = None
    summary: StoreSummary | None = None
    following: str | None = None  # the store to open when this one is closed
    content: Content | None = None

    def stop(self, _signal_number: int) -> None:
        """Leave the event loop because somebody asked the process to end."""
        QCoreApplication.exit(INTERRUPTED)

    def close(self) -> None:
        """Quit order: jobs, then pages, then their web profiles, then the store; the hooks last."""
        self.shell.remember_jobs()
        self.runner.shut_down()
        self.window.close()
        if self.content is not None:
            self.content.close()
            self.content = None
        self.window.deleteLater()  # with it the pages, each before its profile
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.garbage.stop()
        for part in (self.garbage, self.runner, self.bus, self.theme, self.faults):
            part.deleteLater()
        if self.store is not None:
            self.store.close()
            self.store = None
        self.faults.uninstall()


def read_options(argv: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Options from the command line, the environment and the user's data folder, in this order."""
    parser = argparse.ArgumentParser(
        prog="python -m desktop", description="Opsmap: a city's service requests on a map."
    )
    parser.add_argument("location", nargs="?", metavar="STORE", help="a file (city.opsmap) or a SQLAlchemy URL")
    parser.add_argument("--store", dest="store", help="the same, by name")
    parser.add_argument("--theme", choices=CHOICES, default="", help="light, dark or the system's")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="save a picture of every workspace, then quit")
    parser.add_argument("--as", dest="actor", default="", metavar="PERSON", help="who acts, as history shows it")
    parser.add_argument(
        "--at", type=_moment, metavar="MOMENT", help="look at the city as of 2026-10-13T08:00 in UTC; the clock stands"
    )
    given = parser.parse_args(argv[1:])
    usual = str(Path(platformdirs.user_data_dir("opsmap")) / "city.opsmap")
    return Options(
        store=given.store or given.location or environment.get("OPSMAP_STORE", "") or usual,
        theme=given.theme,
        pictures=given.pictures,
        actor=given.actor or _login_name(),
        moment=given.at,
        keys=SourceKeys.of(environment),
    )


def _moment(text: str) -> datetime:
    """An ISO moment; one without a zone is UTC. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def why_not(options: Options, environment: Mapping[str, str], platform: str, user_id: int | None) -> str:
    """Why the window cannot open here, in a sentence; empty when it can."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    shown = chosen or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if platform.startswith("linux") and not shown and options.pictures is None:
        return NO_DISPLAY
    if user_id == 0 and options.pictures is None and chosen != "offscreen":
        return AS_ROOT
    return ""


def prepare(options: Options, environment: dict[str, str], user_id: int | None) -> None:
    """What must be settled before Qt starts."""
    if options.pictures is not None:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        if user_id == 0:
            # The browser refuses to run as root with its sandbox. Pictures show the city's own store only.
            environment.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    if environment.get("QT_QPA_PLATFORM") == "offscreen":
        environment.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu")
    QCoreApplication.setAttribute(
        Qt.ApplicationAttribute.AA_ShareOpenGLContexts
    )  # the map's page comes after the start
    from desktop.map.scheme import register_scheme

    register_scheme()
    QCoreApplication.setApplicationName("opsmap")
    QCoreApplication.setApplicationVersion("")


def build_app(
    qt: QApplication,
    options: Options,
    *,
    clock: Clock | None = None,
    config_folder: Path | None = None,
    log_folder: Path | None = None,
) -> Application:
    """Build and connect everything; the store opens beside the event loop, after the first paint."""
    clock = clock or (FixedClock(options.moment) if options.moment is not None else SystemClock())
    settings = SettingsFile(config_folder or Path(platformdirs.user_config_dir("opsmap")))
    if options.theme:
        settings.settings.theme = options.theme  # type: ignore[assignment] # one of CHOICES
    faults = Faults(log_folder or Path(platformdirs.user_log_dir("opsmap")), qt)
    faults.install()
    theme = Theme(qt, settings.settings.theme)
    runner, bus = JobRunner(qt), ChangeBus(qt)
    window = MainWindow(settings.settings)
    window.add_workspaces(make_workspaces())
    window.top_bar.person.set_person(options.actor)
    shell = ShellController(window, runner, faults, settings, clock)
    app = Application(options, clock, faults, GarbageSearch(qt), settings, theme, runner, bus, window, shell)
    Opening(app)
    return app


class Opening(QObject):
    """Opens the store once the window has been painted, and hands it to those who need it."""

    def __init__(self, app: Application) -> None:
        super().__init__(app.window)
        self._app = app
        app.runner.wrote.connect(self._wrote)
        app.shell.store_asked.connect(self._another)
        app.window.asked.connect(self._asked)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(PATIENCE_MS)
        self._slow.timeout.connect(self._takes_long)
        QTimer.singleShot(0, self, self._open)
        if app.settings.told:
            app.shell.tell_failure(app.settings.told)
        app.shell.tell_last_time()

    def _open(self) -> None:
        app = self._app
        if app.runner.shut:
            return
        for place in app.window.workspaces.values():
            place.set_ready(False)
        self._slow.start()
        handle = app.runner.run_read(open_with_summary, app.options.store)
        handle.succeeded.connect(self._opened)
        handle.failed.connect(self._refused)

    def _takes_long(self) -> None:
        show_opening(self._app.window.workspaces.values(), Path(self._app.options.store).name)

    def _opened(self, opened: tuple[Store, StoreSummary]) -> None:
        self._slow.stop()
        app = self._app
        app.store, app.summary = opened
        app.shell.show_store(opened[1])
        if opened[1].city:
            from desktop.content import fill_workspaces  # imported by the read before

            app.content = fill_workspaces(app)
        else:
            self._show_empty(self.tr("{0} holds no city yet.").format(opened[1].name))

    def _refused(self, sentence: str) -> None:
        self._slow.stop()
        app, failure = self._app, self.sender().failure  # type: ignore[attr-defined] # of the read's handle
        if failure.kind == NoStore.__name__:  # as at the first start: nothing went wrong
            self._show_empty(self.tr("There is no store {0} yet.").format(Path(app.options.store).name))
        else:
            self._show_empty("")
            app.shell.tell_failure(sentence)
        app.window.status_bar.set_store(Path(app.options.store).name, self.tr("not open"), None)

    def _show_empty(self, told: str) -> None:
        app = self._app
        show_empty(app.window.workspaces.values(), told)
        for place in app.window.workspaces.values():
            place.set_ready(True)

    def _wrote(self, value: object, initiator: object) -> None:
        if isinstance(value, Changes):
            self._app.bus.publish(value, initiator)

    def _asked(self, command_id: str) -> None:
        if command_id == "city.new":
            from desktop.controllers.assistant import Assistant

            app = self._app
            assistant = Assistant(app.window, app.runner, app.clock, app.options.actor)
            assistant.founded.connect(self._another)
            assistant.open()
        elif command_id == "city.demo":
            from desktop.controllers.demo_making import DemoMaking

            making = DemoMaking(self._app.window, self._app.runner, self._app.clock, self._app.options.actor)
            making.made.connect(self._another)
            making.ask_place()

    def _another(self, location: str) -> None:
        self._app.following = location
        self._app.window.close()


def open_with_summary(location: str) -> tuple[Store, StoreSummary]:
    """Open a store and read what the frame says about it; runs beside the event loop, imports and all."""
    import desktop.content  # noqa: F401
    from data.store import open_store

    store = open_store(location)
    return store, read_summary(store)


def main(argv: Sequence[str]) -> int:
    """Open the desktop; 0 when it was closed, 1 when a picture failed, 2 when it cannot open here."""
    options = read_options(argv, os.environ)
    user_id = os.geteuid() if hasattr(os, "geteuid") else None
    if refusal := why_not(options, os.environ, sys.platform, user_id):
        sys.stderr.write(refusal + "\n")
        return 2
    prepare(options, os.environ, user_id)  # type: ignore[arg-type] # os.environ is a mapping that can be written
    qt = QApplication(list(argv[:1]))
    load_translation(qt)
    following: str | None = options.store
    code = 0
    interrupts = Interrupts(qt)
    try:
        while following is not None:
            code, following = run_once(qt, replace(options, store=following), interrupts)
    finally:
        interrupts.restore()
    return code


def run_once(qt: QApplication, options: Options, interrupts: Interrupts) -> tuple[int, str | None]:
    """One store, from opening to quitting; the exit code, and the store to open next."""
    with ExitStack() as stack:
        folder = None
        if options.pictures is not None:  # pictures show the usual settings, and change nobody's
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opsmap-")))
        return _run_app(build_app(qt, options, config_folder=folder), qt, options, interrupts)


def _run_app(app: Application, qt: QApplication, options: Options, interrupts: Interrupts) -> tuple[int, str | None]:
    if options.pictures is not None:
        QCursor.setPos(5000, 5000)  # nothing is hovered
    app.window.show()
    interrupts.came.connect(app.stop)
    if options.pictures is not None:
        taker = PictureTaker(app.window, app.theme, options.pictures, app.window)
        taker.done.connect(qt.exit)
        app.faults.broke.connect(taker.fail)
        app.faults.noted.connect(taker.fail)
        taker.start()
    code = qt.exec()
    interrupts.came.disconnect(app.stop)
    app.close()
    return code, app.following
