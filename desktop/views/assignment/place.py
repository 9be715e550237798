"""The panes of Assignment in their places, and what is chosen for a request that might come."""

from __future__ import annotations

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

    def __init__(
        self, explain: ExplainPane, form: RuleForm, areas: AreaPane, save: SaveBar, parent: QWidget | None = None
    ) -> None:
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
        self._pages.addWidget(explain)
        self._pages.addWidget(form)
        self._pages.addWidget(areas)
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

    def show_page(self, key: str) -> None:
        """Explain, the form, or areas."""
        self.choice.choose(key)
        self._pages.setCurrentIndex((EXPLAIN, FORM, AREAS).index(key))
        self._foot.setVisible(key != AREAS)
        self.page_shown.emit(key)


class AssignmentPlace(QObject):
    """Puts the panes where they belong."""

    service_chosen = Signal()

    def __init__(self, workspace: Workspace, map_view: QWidget) -> None:
        super().__init__(workspace)
        self.rules, self.explain, self.form = RulesPane(), ExplainPane(), RuleForm()
        self.replay, self.save, self.ask = ReplayPane(), SaveBar(), AskBar()
        self.areas = AreaPane()
        self.right = RightPane(self.explain, self.form, self.areas, self.save)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.ask)
        column.addWidget(Rule())
        column.addWidget(map_view, 1)
        workspace.set_left(self.rules)
        workspace.first = self.rules.list
        workspace.set_map(middle)
        workspace.set_table(self.replay)
        workspace.set_right(self.right)
        self.ask.service.activated.connect(self.service_chosen)

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
