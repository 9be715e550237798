"""A form of the roster, built of the fields that a kind of entry asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.views.assignment.choices import Choices
from desktop.views.kit import DateField, Dropdown, Field
from desktop.views.kit.focus import INSIDE
from desktop.views.kit.layouts import clear_layout
from desktop.views.roster.state import Asked, Values

LINES_PX = 76


class EntryForm(QScrollArea):
    """Shows the values of an entry and gives them back as a person left them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty(INSIDE, True)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("The chosen entry"))
        self.asked: tuple[Asked, ...] = ()
        self.controls: dict[str, QWidget] = {}
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(12, 10, 12, 16)
        self._column.setSpacing(10)
        self.setWidget(page)

    def set_fields(self, asked: Sequence[Asked]) -> None:
        """Ask for these; the controls stay while they are the same."""
        if tuple(asked) == self.asked:
            return
        self.asked = tuple(asked)
        self.controls.clear()
        clear_layout(self._column)
        for one in asked:
            control = _control(one)
            control.setAccessibleName(one.caption)
            self.controls[one.key] = control
            self._column.addWidget(control if one.kind == "flag" else Field(one.caption, control))
        self._column.addStretch(1)

    def set_values(self, values: Values) -> None:
        """Show an entry."""
        for one in self.asked:
            _show(one, self.controls[one.key], values.get(one.key))

    def values(self) -> dict[str, Any]:
        """What stands in the form."""
        return {one.key: _read(one, self.controls[one.key]) for one in self.asked}


def _control(asked: Asked) -> QWidget:
    if asked.kind == "lines":
        lines = QPlainTextEdit()
        lines.setTabChangesFocus(True)
        lines.setFixedHeight(LINES_PX)
        lines.setPlaceholderText(asked.hint)
        return lines
    if asked.kind == "choice":
        box = Dropdown(asked.caption)
        for value, words in asked.options:
            box.addItem(words, value)
        return box
    if asked.kind == "choices":
        several = Choices(asked.hint)
        several.set_entries(asked.options)
        return several
    if asked.kind == "number":
        least, most, decimals, *words = asked.options
        spin = QDoubleSpinBox()
        spin.setRange(least, most)
        spin.setDecimals(decimals)
        spin.setSpecialValueText(words[0] if words else "")
        return spin
    if asked.kind == "day":
        return DateField(asked.caption)
    if asked.kind == "flag":
        return QCheckBox(asked.caption)
    edit = QLineEdit()
    edit.setPlaceholderText(asked.hint)
    return edit


def _show(asked: Asked, control: QWidget, value: Any) -> None:
    if isinstance(control, QPlainTextEdit):
        control.setPlainText(str(value or ""))
    elif isinstance(control, Dropdown):
        control.setCurrentIndex(max(0, control.findData(value)))
    elif isinstance(control, Choices):
        control.set_chosen(value or ())
    elif isinstance(control, QDoubleSpinBox):
        control.setValue(control.minimum() if value is None else float(value))
    elif isinstance(control, DateField):
        control.set_day(value)
    elif isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, QLineEdit):
        control.setText(", ".join(value or ()) if asked.kind == "skills" else str(value or ""))


def _read(asked: Asked, control: QWidget) -> Any:
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    if isinstance(control, Dropdown):
        return control.currentData()
    if isinstance(control, Choices):
        return control.chosen()
    if isinstance(control, QDoubleSpinBox):
        stands_for_none = bool(control.specialValueText()) and control.value() == control.minimum()
        return None if stands_for_none else control.value()
    if isinstance(control, DateField):
        return control.day()
    if isinstance(control, QCheckBox):
        return control.isChecked()
    assert isinstance(control, QLineEdit)
    if asked.kind == "skills":
        return [part.strip() for part in control.text().split(",") if part.strip()]
    return control.text().strip()
