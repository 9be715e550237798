"""The panes of Assignment in their places, and what is chosen for a request that might come."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.assignment.area_pane import AreaPane
from desktop.views.assignment.explain_pane import ExplainPane
from desktop.views.assignment.replay_pane import ReplayPane
from desktop.views.assignment.rule_form import RuleForm
from desktop.views.assignment.rules_pane import RulesPane
from desktop.views.assignment.save_bar import SaveBar
from desktop.views.kit import Banner, Dropdown, Glyph, Rule, SegmentedChoice, Words
from desktop.views.workspace import Workspace

EXPLAIN, FORM, AREAS = "explain", "form", "areas"


class AskBar(QWidget):
    """Above the map: which service a click on the map asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(Glyph("locate-fixed", side=16, colour="text.secondary"))
        row.addWidget(Words(self.tr("Click the map to ask about any place"), step="table", tone="secondary"))
        row.addStretch(1)
        self.service = Dropdown(self.tr("Service of a request from there"))
        self.service.setMinimumWidth(180)
        row.addWidget(self.service)


class RightPane(QWidget):
    """Why a request goes where it goes, the form of the chosen rule, or areas; the foot saves the rules."""

    page_shown = Signal(str)

    def __init__(self, save: SaveBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Explain or edit"))
        self.choice = SegmentedChoice(
            ((EXPLAIN, self.tr("Explain")), (FORM, self.tr("Rule")), (AREAS, self.tr("Areas"))),
            self.tr("On the right"),
            stretch=True,
        )
        self._pages = QStackedWidget()
        self.banner = Banner("", tone="danger", act=" ")
        self.banner.hide()
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Rule())
        column.addWidget(self.banner)
        column.addWidget(self._pages, 1)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(Rule())
        foot.addWidget(save)
        column.addWidget(self._foot)
        self.choice.chosen.connect(self.show_page)

    def add_page(self, page: QWidget) -> None:
        """The explanation, the form and the areas, in this order."""
        self._pages.addWidget(page)

    def show_page(self, key: str) -> None:
        """Explain, the form, or areas."""
        self.choice.choose(key)
        self._pages.setCurrentIndex((EXPLAIN, FORM, AREAS).index(key))
        self._foot.setVisible(key != AREAS)
        self.page_shown.emit(key)


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentPanes:
    """All panes, not in their places yet."""

    rules: RulesPane
    explain: ExplainPane
    form: RuleForm
    replay: ReplayPane
    save: SaveBar
    ask: AskBar
    areas: AreaPane


def panes_in_steps() -> Generator[None, None, AssignmentPanes]:
    """Make the panes one by one: together they take as long as a person notices."""
    rules = RulesPane()
    yield
    explain, save, ask = ExplainPane(), SaveBar(), AskBar()
    yield
    form = RuleForm()
    yield
    replay = ReplayPane()
    yield
    areas = AreaPane()
    yield
    return AssignmentPanes(rules, explain, form, replay, save, ask, areas)


class AssignmentPlace(QObject):
    """Puts the panes where they belong."""

    service_chosen = Signal()

    def __init__(self, workspace: Workspace, map_view: QWidget, panes: AssignmentPanes) -> None:
        super().__init__(workspace)
        self.rules, self.explain, self.form = panes.rules, panes.explain, panes.form
        self.replay, self.save, self.ask, self.areas = panes.replay, panes.save, panes.ask, panes.areas
        self.right = RightPane(self.save)
        self._workspace, self._map = workspace, map_view
        self.ask.service.activated.connect(self.service_chosen)

    def put_in_steps(self) -> Iterator[None]:
        """Put the panes in one by one: a pane that comes into the window is styled then, with all that is in it."""
        workspace = self._workspace
        workspace.set_left(self.rules)
        workspace.first = self.rules.list
        yield
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.ask)
        column.addWidget(Rule())
        column.addWidget(self._map, 1)
        workspace.set_map(middle)
        yield
        workspace.set_table(self.replay)
        yield
        workspace.set_right(self.right)
        for page in (self.explain, self.form, self.areas):
            yield
            self.right.add_page(page)

    def set_services(self, services: tuple[tuple[str, str], ...]) -> None:
        """What a request from the map may be; the chosen one stays."""
        kept = self.service()
        box = self.ask.service
        box.blockSignals(True)
        box.clear()
        for code, name in sorted(services, key=lambda pair: pair[1].casefold()):
            box.addItem(name, code)
        box.setCurrentIndex(max(0, box.findData(kept)))
        box.blockSignals(False)

    def service(self) -> str:
        """The code of the chosen service; empty without any."""
        return str(self.ask.service.currentData() or "")

    def service_name(self) -> str:
        """The chosen service in words."""
        return self.ask.service.currentText()

    def show_form(self) -> None:
        """The form of the chosen rule."""
        self.right.show_page(FORM)

    def show_explanation(self) -> None:
        """Why a request goes where it goes."""
        self.right.show_page(EXPLAIN)

    def tell(self, sentence: str, act: str = "") -> None:
        """What could not be done, and what can be done about it; empty takes it away."""
        banner = self.right.banner
        banner.text.setText(sentence)
        banner.setAccessibleName(sentence)
        banner.act.setText(act)
        banner.act.setVisible(bool(act))
        self.right.banner.setVisible(bool(sentence))
