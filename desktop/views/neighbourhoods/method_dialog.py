"""The method of an answer, whole, as text that can be copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.views.fonts import font
from desktop.views.kit import Button
from desktop.views.shell.overlay import Dialog

HIGH_PX = 380


class MethodDialog(Dialog):
    """Shows a text; copies all of it."""

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self.set_title(self.tr("Method"), title)
        self.text_edit = QPlainTextEdit(text)
        self.text_edit.setReadOnly(True)
        self.text_edit.setFont(font("table"))
        self.text_edit.setMinimumHeight(HIGH_PX)
        self.text_edit.setAccessibleName(self.tr("Method"))
        self.body.addWidget(self.text_edit)
        self.copy = self.add_act(Button(self.tr("Copy"), icon="copy"))
        self.copy.clicked.connect(self._copy)
        self.add_close(self.tr("Close"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text_edit.toPlainText())
