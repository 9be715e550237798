"""What leaves the door with the crews, and what they hand back, from the window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from data.errors import DataError, StoreFailure
from data.records import Plan
from desktop.controllers.acts import with_ending
from desktop.controllers.session import Session
from desktop.domain.hand_back import LONGEST_FILE, StopState
from desktop.operations.hand_back import Handed, Line, read_hand_back
from desktop.operations.work import Work
from desktop.views import format as words
from desktop.views.hand_back_dialog import HandBackDialog, HandedRow
from desktop.views.sheets_popover import SHEETS, SheetsPopover

PDF = "PDF (*.pdf)"


class CrewSheets(QObject):
    """Opens the choice of files under a button, writes them in the worker; takes in hand-backs."""

    def __init__(self, anchor: QWidget, session: Session) -> None:
        super().__init__(anchor)
        self._anchor, self._session = anchor, session
        self._plan: Plan | None = None
        self.popover: SheetsPopover | None = None
        self.dialog: HandBackDialog | None = None

    def open(self, plan: Plan) -> None:
        """Show what of a plan can be written."""
        self._plan = plan
        crews = [crew["crew"] for crew in plan.content["crews"] if crew["stops"]]
        self.popover = SheetsPopover(self._anchor, words.short_date(plan.date), crews, self._printed(plan))
        self.popover.wanted.connect(self.write)
        self.popover.hand_back_wanted.connect(self.take_in)
        self.popover.finished.connect(self.popover.deleteLater)
        self.popover.open()

    def _printed(self, plan: Plan) -> str:
        at = plan.content.get("printed_at")
        if not at:
            return ""
        zone = plan.content["timezone"]
        told = words.moment(datetime.fromisoformat(at), self._session.clock.now(), zone)
        return self.tr("Printed last: {0}").format(told)

    def write(self, crew: str | None, kinds: Sequence[str]) -> None:
        """Ask where to, and write; sheets alone are one file, all else goes to a folder."""
        plan = self._plan
        assert plan is not None
        window = self._anchor.window()
        if tuple(kinds) == (SHEETS,):
            name = self.tr("Route sheets {0}.pdf").format(plan.content["date"])
            chosen, kind = QFileDialog.getSaveFileName(window, self.tr("Print route sheets"), name, PDF)
            if chosen:
                place = {"plan_id": int(plan.id), "crew": crew, "path": with_ending(Path(chosen), kind, PDF)}
                self._session.act("print_sheets", self.tr("Printing the route sheets"), place)
            return
        folder = QFileDialog.getExistingDirectory(window, self.tr("Folder for the files of the crews"))
        if folder:
            wish = {"plan_id": int(plan.id), "crew": crew, "folder": Path(folder), "kinds": tuple(kinds)}
            self._session.act("export_routes", self.tr("Writing the files of the crews"), wish)

    # what comes back

    def take_in(self) -> HandBackDialog:
        """Open the dialog for a code or a file."""
        dialog = HandBackDialog(self._anchor.window())
        dialog.read_wanted.connect(self._read)
        dialog.record_wanted.connect(self._record)
        dialog.file_wanted.connect(self._open_file)
        dialog.finished.connect(self._closed)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()
        return dialog

    def _closed(self) -> None:
        self.dialog = None

    def _open_file(self) -> None:
        title = self.tr("The file that the crew's page saved")
        chosen, _ = QFileDialog.getOpenFileName(self._anchor.window(), title, "", "JSON (*.json)")
        if chosen:
            self._session.runner.run_read(_text_of, Path(chosen), on_result=self._file_read)

    def _file_read(self, text: str) -> None:
        if self.dialog is not None:
            self.dialog.read(text)

    def _read(self, text: str) -> None:
        session = self._session
        work = Work(session.store, session.actor, session.clock)
        session.runner.run_read(_answer, work, text, on_result=self._answered)

    def _answered(self, answer: tuple[str, Handed | None, str]) -> None:
        text, handed, sentence = answer
        if self.dialog is None:
            return
        if handed is None:
            self.dialog.show_fault(text, sentence)
            return
        snapshot = self._session.snapshot
        zone = "UTC" if snapshot is None else snapshot.city.timezone
        rows = [self._row(line, zone) for line in handed.lines]
        self.dialog.show_answer(text, self._told(sentence), rows, len(handed.of("new", "note")))

    def _told(self, sentence: str) -> str:
        snapshot = self._session.snapshot
        return sentence if snapshot is None else words.told(sentence, self._session.clock.now(), snapshot.city.timezone)

    def _row(self, line: Line, zone: str) -> HandedRow:
        states = {
            StopState.OPEN: "",
            StopState.DONE: self.tr("done"),
            StopState.NOT_FOUND: self.tr("not found"),
            StopState.OTHER_CREW: self.tr("other crew"),
        }
        fates = {
            "new": self._closes(line),
            "note": self.tr("note for staff"),
            "known": self.tr("told before"),
            "against": self.tr("left: {0}").format(line.why),
            "open": self.tr("stays open"),
        }
        at = words.clock_time(line.at, zone) if line.at is not None else ""
        return HandedRow(str(line.sequence), line.where, states[line.state], at, fates[line.fate], line.note)

    def _closes(self, line: Line) -> str:
        if line.state is StopState.OTHER_CREW or not line.reports:
            return self.tr("recorded")
        one, many = self.tr("closes 1 report"), self.tr("closes {0} reports").format(words.count(line.reports))
        return one if line.reports == 1 else many

    def _record(self, text: str) -> None:
        self._session.act("hand_back", self.tr("Recording what was handed back"), {"text": text})


def _answer(work: Work, text: str) -> tuple[str, Handed | None, str]:
    """What a text says, or why it is none; the text tells which question this answers."""
    try:
        handed = read_hand_back(work, text)
    except DataError as fault:
        return text, None, str(fault)
    return text, handed, handed.sentence


def _text_of(path: Path) -> str:
    """A file's text; one that is too long or no text is told as such when it is read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(LONGEST_FILE + 1)
    except OSError as fault:
        raise StoreFailure(f"{path} cannot be read ({fault.strerror}); choose another file.") from fault
