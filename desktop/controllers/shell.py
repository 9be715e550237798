"""The frame's controller: commands, jobs, messages, the clock and the store's name between the window and the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from desktop.controllers.base_map_choice import BaseMapChoice
from desktop.domain.clock import Clock
from desktop.errors import Faults
from desktop.jobs import Job, JobHandle, JobRunner, JobState
from desktop.main_window import MainWindow
from desktop.settings import SettingsFile
from desktop.views.commands import DENSITY_PREFIX, THEME_PREFIX, key_lines
from desktop.views.format import long_date, percent, told
from desktop.views.kit import Toast
from desktop.views.shell.dialogs import AboutDialog, JobsPanel, KeySheet, PrintDialog, ReportDialog, SettingsDialog
from desktop.views.shell.help import HelpDialog
from desktop.views.shell.overlay import Dialog
from desktop.views.shell.printing import page_layout, paint_page, write_pdf
from desktop.views.theme import theme

if TYPE_CHECKING:
    from data.store import Store

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
MESSAGES_KEPT = 30
DONE_SHOWN_MS = 6000


@dataclass(frozen=True, slots=True)
class StoreSummary:
    """What the frame says about a store; no city means an empty one."""

    name: str
    city: str
    timezone: str
    crs_epsg: int | None
    requests: int


def read_summary(store: Store) -> StoreSummary:
    """The store's name, its city and how many requests it holds."""
    with store.read() as unit:
        city, requests = unit.city.get(), unit.requests.count()
    name = store.path.name if store.path is not None else store.location.rsplit("/", 1)[-1]
    if city is None:
        return StoreSummary(name, "", "UTC", None, requests)
    return StoreSummary(name, city.name, city.timezone, city.crs_epsg, requests)


class ShellController(QObject):
    """Connects the frame. What concerns a workspace's content belongs to that workspace's controller."""

    density_changed = Signal(str)
    letters_changed = Signal(bool)
    motion_changed = Signal(bool)
    base_map_changed = Signal()
    request_wanted = Signal(int)  # as it is now
    store_asked = Signal(str)  # the location of another store

    def __init__(
        self, window: MainWindow, runner: JobRunner, faults: Faults, settings: SettingsFile, clock: Clock
    ) -> None:
        super().__init__(window)
        self._window, self._runner, self._file, self._clock = window, runner, settings, clock
        self._faults = faults
        self._zone, self._store_name = "UTC", ""
        self._crs: int | None = None
        self._scale: float | None = None
        self._place: tuple[float, float] | None = None
        self._messages: deque[tuple[str, str]] = deque(maxlen=MESSAGES_KEPT)
        self._panel: JobsPanel | None = None
        self._reporting = False
        self._minute = QTimer(self)
        self._minute.setSingleShot(True)
        self._minute.timeout.connect(self.tick)
        self._done = QTimer(self)
        self._done.setSingleShot(True)
        self._done.setInterval(DONE_SHOWN_MS)
        self._done.timeout.connect(self._show_job)
        window.asked.connect(self.carry_out)
        window.closing.connect(self._closing)
        runner.job_started.connect(self._job_started)
        runner.job_ended.connect(self._job_ended)
        runner.stopped.connect(self._job_stopped)
        runner.broke.connect(faults.report)
        runner.read_failed.connect(self.tell_failure)
        faults.broke.connect(self.show_report)
        faults.failed.connect(self.tell_failure)
        self.density_changed.connect(theme().choose_rows)
        self.letters_changed.connect(window.set_single_letters)
        theme().choose_rows(settings.settings.density)
        window.set_single_letters(settings.settings.single_letters)
        self.tick()

    # the store and the time

    def show_store(self, summary: StoreSummary) -> None:
        """Name the store in the status bar and the title, and keep the city's time."""
        self._zone = summary.timezone
        self._window.setWindowTitle(f"{summary.city} – Opsmap" if summary.city else "Opsmap")
        self._window.status_bar.set_store(summary.name, self.tr("saved"), summary.requests)
        self._store_name = summary.name
        self._crs, self._scale, self._place = summary.crs_epsg, None, None
        self._show_map()
        self.tick()

    def show_requests(self, requests: int) -> None:
        """How many requests the store holds by now."""
        self._window.status_bar.set_store(self._store_name, self.tr("saved"), requests)

    def show_scale(self, denominator: float | None) -> None:
        """The scale at the middle of the map on show; None where there is none, and then no place either."""
        self._scale = denominator
        if denominator is None:
            self._place = None
        self._show_map()

    def show_place(self, lat: float, long: float) -> None:
        """Where the pointer is."""
        self._place = (lat, long)
        self._show_map()

    def _show_map(self) -> None:
        self._window.status_bar.set_map(self._crs, self._scale, self._place)

    def tick(self) -> None:
        """Show the city's time, and again when the minute turns."""
        now = self._clock.now()
        self._window.set_now(now, self._zone)
        left = timedelta(seconds=60 - now.second, microseconds=-now.microsecond)
        self._minute.start(max(50, round(left.total_seconds() * 1000)))

    # what is told

    def in_words(self, sentence: str) -> str:
        """A sentence of an operation as the window says it, with times on the city's clocks."""
        return told(sentence, self._clock.now(), self._zone)

    def tell(self, sentence: str, *, act: str = "", then: Callable[[], None] | None = None, keys: str = "") -> Toast:
        """A toast about something done."""
        sentence = self.in_words(sentence)
        self._remember(sentence)
        toast = Toast(sentence, act=act, keys=keys)
        if then is not None:
            toast.acted.connect(then)
        return self._window.tell(toast)

    def tell_note(self, sentence: str) -> None:
        """A toast about something that is as it is, neither done nor failed."""
        sentence = self.in_words(sentence)
        self._remember(sentence)
        self._window.tell(Toast(sentence, tone="info"))

    def keep_message(self, sentence: str) -> None:
        """Something to be found among the messages, of which nobody is told now."""
        self._remember(self.in_words(sentence))

    def tell_last_time(self) -> None:
        """Say what the closing of the window cut short the last time, once."""
        titles = self._file.settings.stopped_jobs
        if titles:
            words = self.tr("When Opsmap was closed, this stopped: {0}. Nothing of it was kept; start it again.")
            self.tell_note(words.format(", ".join(titles)))
            self._file.settings.stopped_jobs = []
            self._file.save()

    def remember_jobs(self) -> None:
        """Keep what runs now and will be cut short by the window's closing."""
        titles = [handle.title for handle in self._runner.jobs() if handle.job is not None and handle.job.writes]
        if titles:
            self._file.settings.stopped_jobs = titles
            self._file.save()

    def tell_failure(self, sentence: str, request_id: int | None = None) -> None:
        """A toast about something the world did; it stays until it is dismissed, and shows the request it is about."""
        sentence = self.in_words(sentence)
        self._remember(sentence)
        if request_id is None:
            self._window.tell(Toast(sentence, tone="danger"))
            return
        toast = self._window.tell(Toast(sentence, tone="warning", act=self.tr("Show"), stays=True))
        toast.acted.connect(lambda: self.request_wanted.emit(request_id))

    def show_report(self, report: str) -> None:
        """The dialog about a fault of ours; one at a time."""
        if self._reporting:
            return
        self._reporting = True
        dialog = ReportDialog(report, self._faults.log_path, self._window)
        dialog.finished.connect(self._reported)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _reported(self) -> None:
        self._reporting = False

    def _remember(self, sentence: str) -> None:
        at = self._clock.now().astimezone(ZoneInfo(self._zone)).strftime("%H:%M")
        self._messages.appendleft((at, sentence))

    # jobs

    def _job_started(self, handle: JobHandle) -> None:
        handle.progressed.connect(self._progressed)
        self._done.stop()
        self._show_job()

    def _job_ended(self, handle: JobHandle) -> None:
        self._show_job()
        if handle.failure is not None and handle.job is not None and handle.job.told_there:
            self._remember(self.in_words(handle.failure.sentence))
        elif handle.failure is not None:
            self.tell_failure(handle.failure.sentence, handle.failure.request_id)
        if handle.state is JobState.SUCCEEDED and not self._runner.jobs():
            self._window.status_bar.set_job(handle.title, 1.0, done=True)
            self._done.start()

    def _job_stopped(self, job: Job, kept: bool) -> None:
        if kept:
            self.tell_note(self.tr("{0}: it was done before it could stop.").format(job.title))
        elif job.writes:
            self.tell_note(self.tr("{0}: stopped. Nothing of it was kept.").format(job.title))

    def _progressed(self, fraction: float | None, sentence: str) -> None:
        handle = self.sender()
        jobs = self._runner.jobs()
        if self._panel is not None and handle in jobs:
            self._panel.set_progress(jobs.index(handle), fraction, self.in_words(sentence))
        self._show_bar()

    def _show_job(self) -> None:
        self._show_bar()
        if self._panel is not None:
            running = enumerate(self._runner.jobs())
            jobs = [(n, job.title, job.fraction, self.in_words(job.sentence)) for n, job in running]
            self._panel.set_state(jobs, list(self._messages))

    def _show_bar(self) -> None:
        jobs = self._runner.jobs()
        if not jobs:
            self._window.status_bar.set_job("", None)
            return
        shown = next((job for job in jobs if job.state is JobState.RUNNING), jobs[0])
        share = "" if shown.fraction is None else f" {percent(shown.fraction, 0)}"
        more = self.tr(", {0} more").format(len(jobs) - 1) if len(jobs) > 1 else ""
        self._window.status_bar.set_job(f"{shown.title}{share}{more}", shown.fraction)

    def _cancel_job(self, number: int) -> None:
        jobs = self._runner.jobs()
        if number < len(jobs):
            jobs[number].cancel()

    # commands

    def carry_out(self, command_id: str) -> None:
        """Carry out a command of the frame."""
        if command_id.startswith(THEME_PREFIX):
            self._choose_theme(command_id.removeprefix(THEME_PREFIX))
            return
        if command_id.startswith(DENSITY_PREFIX):
            self._choose_density(command_id.removeprefix(DENSITY_PREFIX))
            return
        acts: Mapping[str, Callable[[], None]] = {
            "help": self._open_help,
            "keys": self._open_keys,
            "about": self._open_about,
            "settings": self._open_settings,
            "jobs": self._open_jobs,
            "print": self._print,
            "store.open": self._open_store,
        }
        if command_id in acts:
            acts[command_id]()

    def _choose_theme(self, choice: str) -> None:
        self._file.settings.theme = choice  # type: ignore[assignment] # checked by the model
        theme().choose(self._file.settings.theme)
        self._file.save()

    def _choose_density(self, density: str) -> None:
        self._file.settings.density = density  # type: ignore[assignment] # checked by the model
        self.density_changed.emit(density)
        self._file.save()

    def _choose_letters(self, on: bool) -> None:
        self._file.settings.single_letters = on
        self.letters_changed.emit(on)
        self._file.save()

    def _choose_motion(self, reduced: bool) -> None:
        self._file.settings.reduced_motion = reduced
        self.motion_changed.emit(reduced)
        self._file.save()

    def _open_help(self) -> None:
        self._open(HelpDialog(GUIDE, self._window.current().key, self._window))

    def _open_keys(self) -> None:
        lines = key_lines(self._window.current().key)
        self._open(KeySheet(self._window.commands(), lines, self._window))

    def _open_about(self) -> None:
        self._open(AboutDialog(version("opsmap"), self._window))

    def _open_settings(self) -> None:
        kept = self._file.settings
        choice = BaseMapChoice(self._file, self._runner, self)
        choice.changed.connect(self.base_map_changed)
        dialog = SettingsDialog(
            theme=theme().choice,
            density=kept.density,
            letters=kept.single_letters,
            reduced_motion=kept.reduced_motion,
            base_map=choice.part,
            parent=self._window,
        )
        dialog.theme_chosen.connect(self._choose_theme)
        dialog.density_chosen.connect(self._choose_density)
        dialog.letters_chosen.connect(self._choose_letters)
        dialog.motion_chosen.connect(self._choose_motion)
        choice.setParent(dialog)
        self._open(dialog)

    def _open_jobs(self) -> None:
        self._panel = JobsPanel(self._window)
        self._panel.cancel_asked.connect(self._cancel_job)
        self._panel.finished.connect(self._jobs_closed)
        self._show_job()
        self._open(self._panel)

    def _jobs_closed(self) -> None:
        self._panel = None

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_store(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a store"), "", self.tr("Opsmap stores (*.opsmap)")
        )
        if chosen:
            self.store_asked.emit(chosen)

    def _print(self) -> None:
        dialog = PrintDialog(self._window.current().title, self._window)
        dialog.printer_asked.connect(self._to_printer)
        dialog.file_asked.connect(self._to_file)
        self._open(dialog)

    def _to_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        if QPrintDialog(printer, self._window).exec():
            try:
                paint_page(printer, self._window.current().grab(), *self._page_words())
            except OSError as fault:
                self.tell_failure(str(fault))
                return
            self.tell(self.tr("Sent to the printer."))

    def _to_file(self) -> None:
        place = self._window.current()
        suggestion = f"{place.key}-{self._clock.now():%Y-%m-%d}.pdf"
        chosen, _kind = QFileDialog.getSaveFileName(
            self._window, self.tr("Save this picture"), suggestion, self.tr("PDF (*.pdf)")
        )
        if chosen:
            self.save_picture(Path(chosen))

    def save_picture(self, path: Path) -> None:
        """Write the workspace on show as a PDF page."""
        try:
            write_pdf(self._window.current().grab(), *self._page_words(), path)
        except OSError as fault:
            self.tell_failure(
                self.tr("{0} cannot be written ({1}). Choose another folder.").format(path, fault.strerror or fault)
            )
            return
        self.tell(self.tr("Saved {0}.").format(path.name))

    def _page_words(self) -> tuple[str, str]:
        now = self._clock.now().astimezone(ZoneInfo(self._zone))
        return self._window.current().title, f"{long_date(now.date())} {now:%H:%M}"

    def _closing(self) -> None:
        self.remember_jobs()
        self._window.keep(self._file.settings)
        self._file.save()
