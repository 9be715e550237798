"""The right pane of Operations: one request, its deadline, its incident, why it is assigned, and its history."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from data.records import Status
from desktop.domain.plain_text import shortened
from desktop.views import format as words
from desktop.views.act_bar import ActBar
from desktop.views.asset_section import AssetSection, AssetState
from desktop.views.composer import Composer, ComposerState
from desktop.views.deadline_section import DeadlineSection, DeadlineState
from desktop.views.icons import service_icon
from desktop.views.kit import (
    Banner,
    Caption,
    Centred,
    ElidedWords,
    Glyph,
    IconButton,
    KeyValueRow,
    Link,
    LoadingCard,
    Mark,
    Rule,
    StateCard,
    Tag,
    Words,
)
from desktop.views.kit.layouts import clear_layout
from desktop.views.kit.tips import set_tip
from desktop.views.marks import MARKS
from desktop.views.photo_strip import Photo, PhotoStrip
from desktop.views.request_acts import LEAVE, offered
from desktop.views.theme import theme
from desktop.views.unsent_section import UnsentLine, UnsentSection

REPORTS_FIRST = 8
NOTHING, PAGE, LOADING, FAILED = range(4)
TIME_PX = 72
NUMBER_WIDTH = 160  # px; a request's number is any text of a source
LONGEST, LONGEST_TITLE = 4000, 300  # letters that are shown


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Another report of the same incident."""

    request_id: int
    service_request_id: str
    text: str
    opened: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened: when, what, by whom, and what it changed, each change in a sentence."""

    at: str
    what: str
    who: str
    changes: tuple[str, ...] = ()
    mark: str = ""
    internal: bool = False  # among staff


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """Everything the pane shows of one request, ready to read."""

    request_id: int
    service_request_id: str
    service: str
    icon: str
    status: str
    status_word: str
    title: str
    place: str
    description: str
    department: str
    reason: str
    deadline: DeadlineState | None
    reports: tuple[ReportLine, ...] = ()
    incident: str = ""  # who said that they are one
    answers: tuple[tuple[str, str], ...] = ()
    history: tuple[HistoryLine, ...] = ()
    photos: tuple[Photo, ...] = ()
    unlocated: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    asset: AssetState | None = None
    version: int = 0  # of the request as it is shown
    stands: Status = Status.SUBMITTED
    composer: ComposerState | None = None
    unsent: tuple[UnsentLine, ...] = ()
    reported_as: str = ""  # the service it was reported as, where it is of another one now
    moved: str = ""  # between departments, in a sentence
    reported_by: bool = False  # whether it is known who did; who it was is read when asked for


@dataclass(frozen=True, slots=True)
class ReporterState:
    """Who reported a request: personal, read when asked for, shown, and kept nowhere."""

    request_id: int
    lines: tuple[tuple[str, str], ...]


class RequestPane(QWidget):
    """Shows a request; tells which other report was opened, and steps to the next or previous one."""

    opened = Signal(int)
    stepped = Signal(int)  # +1 or -1
    asset_opened = Signal(int)
    why_wanted = Signal(int)  # the rules that were asked
    photo_opened = Signal(int)  # its number, from 0
    asset_named = Signal(int, object)  # the request, and the asset it names now or None
    act_wanted = Signal(str)  # the command of an act on the request that is shown
    reporter_wanted = Signal(int)
    all_wanted = Signal()  # the filters hide the request that is shown
    again_wanted = Signal()  # it could not be read

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Request"))
        self._shown: RequestDetail | None = None
        self._clock: DeadlineSection | None = None
        self._rest: list[QWidget] = []  # reports of the incident that are not shown at once
        self._public_only = False
        self._stack = QStackedWidget()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        card = StateCard(
            self.tr("No request chosen"),
            self.tr("Choose one on the map or in the table; its history and its reasons show here."),
            icon="mouse-pointer-2",
        )
        self._stack.addWidget(Centred(card))
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(self.tr("The chosen request"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        told = self.tr("The filters exclude this request; it is not among those shown.")
        self.hidden_band = Banner(told, tone="info", act=self.tr("Show everything"))
        self.hidden_band.acted.connect(self.all_wanted)
        self.hidden_band.hide()
        whole.addWidget(self.hidden_band)
        whole.addWidget(self._scroll, 1)
        self.composer = Composer()
        whole.addWidget(self.composer)
        self._stack.addWidget(page)
        self.loading = LoadingCard("", self.tr("Reading the request"))
        self.loading.bar.hide()
        self._stack.addWidget(Centred(self.loading))
        failed = StateCard(
            self.tr("The request could not be read"),
            self.tr("Nothing was changed. The message below says why."),
            icon="circle-alert",
            act=self.tr("Try again"),
            error=True,
        )
        failed.acted.connect(self.again_wanted)
        self._stack.addWidget(Centred(failed))

    def set_hidden(self, hidden: bool) -> None:
        """Say that the filters hide the request on show."""
        self.hidden_band.setVisible(hidden)

    def set_loading(self, title: str) -> None:
        """Another request is on its way; nothing of the one before stands under its name."""
        self._shown = self._clock = None
        self.loading.title.setText(title)
        self.loading.setAccessibleName(self.tr("Reading the request: {0}").format(title))
        self._stack.setCurrentIndex(LOADING)

    def set_failed(self) -> None:
        """It could not be read."""
        self._shown = self._clock = None
        self._stack.setCurrentIndex(FAILED)

    def shown(self) -> RequestDetail | None:
        """What is on show."""
        return self._shown

    def shows_request(self) -> bool:
        """Whether a request is on show."""
        return self._stack.currentIndex() == PAGE

    def set_state(self, detail: RequestDetail | None) -> None:
        """Show a request, or that none is chosen."""
        before, self._shown = self._shown, detail
        if detail is None:
            self._stack.setCurrentIndex(NOTHING)
        elif before is not None and detail.deadline is not None and detail == replace(before, deadline=detail.deadline):
            self.set_deadline(detail.deadline)
        else:
            self._fill(detail, same=before is not None and before.request_id == detail.request_id)
            self.composer.set_state(detail.composer)
            self._stack.setCurrentIndex(PAGE)

    def _fill(self, detail: RequestDetail, *, same: bool) -> None:
        """Lay the page out anew; the same request stays where the eye and the hand are."""
        bar, focused = self._scroll.verticalScrollBar(), self._scroll.widget()
        at = bar.value() if same else 0
        had_focus = focused is not None and focused.isAncestorOf(self.focusWidget() or self)
        self._scroll.setWidget(self._page(detail))
        bar.setValue(at)
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _page(self, detail: RequestDetail) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addWidget(self._head(detail))
        column.addWidget(Rule())
        for section in (
            self._what(detail),
            self._unsent(detail),
            self._deadline(detail),
            self._incident(detail),
            self._asset(detail),
            self._photos(detail),
            self._assignment(detail),
            self._answers(detail),
            self._reporter(detail),
            self._history(detail),
        ):
            if section is not None:
                column.addWidget(section)
                column.addWidget(Rule())
        column.addStretch(1)
        return page

    def _head(self, detail: RequestDetail) -> QWidget:
        head = QWidget()
        head.setFixedHeight(theme().tokens.size.pane_header)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(Glyph(service_icon(detail.icon)))
        row.addWidget(ElidedWords(detail.service, step="table", weight=600), 1)
        number = Tag(detail.service_request_id)
        number.setMaximumWidth(NUMBER_WIDTH)
        set_tip(number, detail.service_request_id if number.sizeHint().width() > NUMBER_WIDTH else "")
        row.addWidget(number)
        for icon, name, step in (("chevron-up", self.tr("Previous"), -1), ("chevron-down", self.tr("Next"), 1)):
            button = IconButton(icon, name)
            button.setProperty("step", step)
            button.clicked.connect(self._step)
            row.addWidget(button)
        return head

    def _step(self) -> None:
        self.stepped.emit(int(self.sender().property("step")))

    def _quoted(self, text: str) -> str:
        """What the resident wrote; of a text without an end, its beginning: to lay out more stops the window."""
        if len(text) <= LONGEST:
            return f"“{text}”"
        more = self.tr("{0} more letters, which an export holds.").format(words.count(len(text) - LONGEST))
        return f"“{shortened(text, LONGEST)}”\n{more}"

    def _what(self, detail: RequestDetail) -> QWidget:
        box, column = _section()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Mark(detail.status, detail.status_word))
        row.addWidget(Words(detail.status_word, step="body", weight=500))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(Words(shortened(" ".join(detail.title.split()), LONGEST_TITLE), step="heading", wrap=True))
        if detail.reported_as:
            told = self.tr("Reported as {0}").format(" ".join(detail.reported_as.split()))
            column.addWidget(Words(told, step="table", tone="secondary", wrap=True))
        if detail.place:
            column.addWidget(Words(detail.place, step="table", tone="tertiary", wrap=True))
        if detail.description:
            column.addWidget(Words(self._quoted(detail.description), step="table", tone="secondary", wrap=True))
        if detail.unlocated:
            column.addWidget(Tag(detail.unlocated, "warning", icon="map-pin-off"))
        acts = offered(detail.stands)
        if acts.shown or acts.more:
            self.acts = ActBar(acts)
            self.acts.wanted.connect(self.act_wanted)
            column.addWidget(self.acts)
        return box

    def _unsent(self, detail: RequestDetail) -> QWidget | None:
        if not detail.unsent:
            return None
        self.unsent = UnsentSection(detail.unsent)
        self.unsent.wanted.connect(self.act_wanted)
        return self.unsent

    def _deadline(self, detail: RequestDetail) -> QWidget | None:
        self._clock = None if detail.deadline is None else DeadlineSection(detail.deadline)
        return self._clock

    def set_deadline(self, state: DeadlineState) -> None:
        """A later moment of the deadline that is shown; nothing else of the page moves."""
        if self._clock is not None and self._shown is not None:
            self._shown = replace(self._shown, deadline=state)
            self._clock.set_state(state)

    def _incident(self, detail: RequestDetail) -> QWidget | None:
        if not detail.reports:
            return None
        box, column = _section()
        column.addWidget(Caption(self.tr("One incident, {0} reports").format(len(detail.reports) + 1)))
        if detail.incident:
            column.addWidget(Words(detail.incident, step="table", tone="secondary", wrap=True))
        first, rest = detail.reports[:REPORTS_FIRST], detail.reports[REPORTS_FIRST:]
        for report in first:
            column.addWidget(self._report(report))
        if rest:
            more = Link(self.tr("And {0} more").format(words.count(len(rest))))
            more.clicked.connect(self._show_rest)
            column.addWidget(more)
            self._rest = [self._report(report) for report in rest]
            for line in self._rest:
                line.hide()
                column.addWidget(line)
        leave = Link(self.tr("Take this report out"))
        leave.clicked.connect(lambda: self.act_wanted.emit(LEAVE))
        column.addWidget(leave)
        return box

    def _report(self, report: ReportLine) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        link = Link(report.service_request_id)
        link.setProperty("request_id", report.request_id)
        link.clicked.connect(self._open)
        row.addWidget(link)
        row.addWidget(ElidedWords(report.text, step="table", tone="secondary"), 1)
        row.addWidget(Words(report.opened, step="caption", tone="tertiary", weight=450))
        return line

    def _show_rest(self) -> None:
        """All reports of the incident; the link that asked for them leaves."""
        for line in self._rest:
            line.show()
        link = self.sender()
        assert isinstance(link, Link)
        link.hide()

    def _open(self) -> None:
        self.opened.emit(int(self.sender().property("request_id")))

    def _asset(self, detail: RequestDetail) -> QWidget | None:
        if detail.asset is None:
            return None
        section = AssetSection(detail.asset)
        section.asset_opened.connect(self.asset_opened)
        section.request_opened.connect(self.opened)
        section.named.connect(self._name_asset)
        return section

    def _name_asset(self, asset_id: int | None) -> None:
        if self._shown is not None:
            self.asset_named.emit(self._shown.request_id, asset_id)

    def _photos(self, detail: RequestDetail) -> QWidget | None:
        if not detail.photos:
            return None
        strip = PhotoStrip(detail.photos)
        strip.opened.connect(self.photo_opened)
        return strip

    def _assignment(self, detail: RequestDetail) -> QWidget:
        box, column = _section()
        title = self.tr("{0}, because").format(detail.department) if detail.department else self.tr("No department yet")
        column.addWidget(Caption(title))
        reason = detail.reason or self.tr(
            "It has not been assigned yet. “Assign to departments” in the left pane does it for all requests."
        )
        column.addWidget(Words(reason, step="table", wrap=True))
        why = Link(self.tr("Why this department?"), step="caption")
        why.clicked.connect(lambda: self.why_wanted.emit(detail.request_id))
        column.addWidget(why)
        if detail.moved:
            column.addWidget(Words(detail.moved, step="table", tone="secondary", wrap=True))
        return box

    def _answers(self, detail: RequestDetail) -> QWidget | None:
        if not detail.answers and not detail.facts:
            return None
        box, column = _section()
        column.addWidget(Caption(self.tr("Answers and details")))
        for question, answer in detail.answers:  # questions are sentences: over their answers, never cut
            column.addWidget(Words(question, step="table", tone="tertiary", wrap=True))
            column.addWidget(Words(shortened(" ".join(answer.split()), LONGEST) or "–", step="table", wrap=True))
            column.addSpacing(2)
        for key, value in detail.facts:
            column.addWidget(KeyValueRow(key, " ".join(value.split())))
        return box

    def _reporter(self, detail: RequestDetail) -> QWidget | None:
        if not detail.reported_by:
            return None
        box, column = _section()
        row = QHBoxLayout()
        row.addWidget(Caption(self.tr("Reporter")))
        row.addWidget(ElidedWords(self.tr("personal, for this request only"), step="caption", tone="tertiary"), 1)
        self.reporter_link = Link(self.tr("Show reporter"), step="caption")
        self.reporter_link.clicked.connect(self._ask_reporter)
        row.addWidget(self.reporter_link)
        column.addLayout(row)
        self._reporter_lines = QVBoxLayout()
        column.addLayout(self._reporter_lines)
        return box

    def _ask_reporter(self) -> None:
        if self._shown is not None:
            self.reporter_wanted.emit(self._shown.request_id)

    def show_reporter(self, reporter: ReporterState) -> None:
        """Show who reported it, until the page shows something else."""
        if self._shown is None or self._shown.request_id != reporter.request_id or not self._shown.reported_by:
            return
        self.reporter_link.setEnabled(False)
        clear_layout(self._reporter_lines)
        for name, value in reporter.lines:
            self._reporter_lines.addWidget(KeyValueRow(name, value))

    def _history(self, detail: RequestDetail) -> QWidget:
        box, column = _section()
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(Caption(self.tr("History")))
        head.addStretch(1)
        head.addWidget(Words(self.tr("public"), step="caption", tone="tertiary", weight=450))
        self.internal_link = Link(
            self.tr("and internal") if self._public_only else self.tr("without internal"), step="caption"
        )
        self.internal_link.clicked.connect(self._toggle_internal)
        head.addWidget(self.internal_link)
        column.addLayout(head)
        told = [line for line in detail.history if not (line.internal and self._public_only)]
        times = [Words(line.at, step="table", tone="tertiary") for line in told]
        widest = max((at.sizeHint().width() for at in times), default=0)
        for at, line in zip(times, told, strict=True):
            at.setFixedWidth(max(TIME_PX, widest))
            column.addLayout(self._history_line(at, line))
        return box

    def _history_line(self, at: Words, line: HistoryLine) -> QHBoxLayout:
        """When, what and by whom; under it what it changed."""
        head = QHBoxLayout()
        head.setSpacing(8)
        if line.mark in MARKS:
            head.addWidget(Mark(line.mark, line.what))
        elif line.mark:
            head.addWidget(Glyph(line.mark, side=14))
        head.addWidget(Words(line.what, step="table", weight=500))
        head.addWidget(ElidedWords(" ".join(line.who.split()), step="table", tone="tertiary"), 1)
        told = QVBoxLayout()
        told.setSpacing(1)
        told.addLayout(head)
        for change in line.changes:
            told.addWidget(Words(change, step="table", tone="secondary", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(at, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(told, 1)
        return row

    def _toggle_internal(self) -> None:
        self._public_only = not self._public_only
        if self._shown is not None:
            self._fill(self._shown, same=True)


def _section() -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(5)
    return box, column
