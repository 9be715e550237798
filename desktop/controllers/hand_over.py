"""The hand-over in the window: read beside the event loop, shown, printed, saved as PDF or as a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from data.errors import StoreFailure
from desktop.controllers.acts import with_ending
from desktop.controllers.session import Session, Snapshot
from desktop.controllers.shell import ShellController
from desktop.main_window import MainWindow
from desktop.operations.hand_over import HandOver, hand_over
from desktop.operations.work import Work
from desktop.reports.hand_over_page import CONTEXT, Speech, page_body, print_css, title_of, write_page
from desktop.views import format as words
from desktop.views.hand_over import OPENING, HandOverSheet
from desktop.views.shell.printing import print_words, words_layout, write_words_pdf

COMMAND = "handover"
KINDS = "PDF (*.pdf);;HTML (*.html)"


def speech() -> Speech:
    """How the window says it."""
    return Speech(words.language(CONTEXT), times=words.moment, day_and_time=words.day_and_time, act=words.act_in_words)


def _link(kind: str, value: str, text: str) -> str:
    """Words that the sheet follows; what is due in the next shift is no line of the queue."""
    return text if value == "due_next" else f"<a href='{kind}:{value}'>{text}</a>"


class HandOverController(QObject):
    """Hears the command and the sheet. The page is the one that the command line writes."""

    request_wanted = Signal(int)
    line_wanted = Signal(str)  # a line of the queue

    def __init__(self, window: MainWindow, session: Session, shell: ShellController) -> None:
        super().__init__(window)
        self._window, self._session, self._shell = window, session, shell
        self._sheet: HandOverSheet | None = None
        self.told: HandOver | None = None
        window.asked.connect(self._asked)

    def _asked(self, command_id: str) -> None:
        if command_id == COMMAND and self._session.snapshot is not None:
            self.open()

    def open(self) -> HandOverSheet:
        """Show the hand-over of the shift that ends now."""
        sheet = HandOverSheet(self._window)
        sheet.span_chosen.connect(self._read)
        sheet.opened.connect(self._follow)
        sheet.print_wanted.connect(self._print)
        sheet.save_wanted.connect(self._ask_place)
        sheet.finished.connect(self._closed)
        sheet.finished.connect(sheet.deleteLater)
        self._sheet = sheet
        sheet.open()
        self._read(OPENING)
        return sheet

    def _closed(self) -> None:
        self._sheet = None

    def _read(self, span: str) -> None:
        session = self._session
        work = Work(session.store, session.actor, session.clock)
        hours = None if span == OPENING else float(span)
        session.runner.run_read(_told, work, session.snapshot, hours, on_result=self._show)

    def _show(self, answer: tuple[HandOver, str]) -> None:
        self.told, body = answer
        if self._sheet is not None:
            self._sheet.show_page(body, print_css())

    def _follow(self, link: str) -> None:
        kind, _, value = link.partition(":")
        if kind == "request":
            self.request_wanted.emit(int(value))
        elif kind == "queue":
            self.line_wanted.emit(value)

    # onto paper

    def _ask_place(self) -> None:
        if self.told is None:
            return
        day = self.told.shift.until.date()
        name = self.tr("Hand-over {0}.pdf").format(f"{day:%Y-%m-%d}")
        chosen, kind = QFileDialog.getSaveFileName(self._window, self.tr("Save the hand-over"), name, KINDS)
        if chosen:
            self.save(with_ending(Path(chosen), kind, KINDS))

    def save(self, path: Path) -> None:
        """Write what is on show as PDF, or as a page where the file ends so."""
        self._session.runner.run_read(_write, self.told, path, on_result=self._saved)

    def _saved(self, path: Path) -> None:
        self._shell.tell(self.tr("Saved {0}.").format(path.name))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        told = self.told
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(words_layout())
        if told is not None and QPrintDialog(printer, self._window).exec():
            print_words(printer, page_body(told, speech()), print_css())
            self._shell.tell(self.tr("Sent to the printer."))


def _told(work: Work, snapshot: Snapshot, hours: float | None) -> tuple[HandOver, str]:
    """The hand-over of what the window shows, and its page."""
    told = hand_over(work, hours=hours, columns=snapshot.columns)
    return told, page_body(told, replace(speech(), link=_link))


def _write(told: HandOver, path: Path) -> Path:
    if path.suffix.lower() == ".html":
        write_page(path, told, speech())
        return path
    try:
        write_words_pdf(page_body(told, speech()), print_css(), title_of(told, speech()), path)
    except OSError as fault:
        why = fault.strerror or fault
        raise StoreFailure(f"{path} cannot be written ({why}). Choose another folder.") from fault
    return path
