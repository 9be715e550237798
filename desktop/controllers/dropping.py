"""Files dropped on the window: the import that fits is opened with them; what cannot be taken is said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from desktop.controllers.assistant import FILES
from desktop.controllers.import_step import Kind
from desktop.main_window import MainWindow
from desktop.views.kit import Toast
from desktop.views.shell.drop_veil import DropVeil
from desktop.views.shell.overlay import dialog_open
from desktop.views.table_menus import Choice, open_menu

# What a file of an ending most likely holds; the rest of what it may hold follows in the order of the menu.
LIKELIEST: dict[str, Kind] = {".geojson": "areas", ".gpkg": "areas", ".shp": "areas", ".kml": "areas"}
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic")


def kinds_for(path: Path) -> tuple[Kind, ...]:
    """The imports that can read a file of this name, the likeliest first."""
    name = path.name.lower()
    found = [kind for kind, globs in FILES.items() if any(fnmatch(name, glob) for glob in globs.split())]
    found.sort(key=lambda kind: kind != LIKELIEST.get(path.suffix.lower(), "requests"))
    return tuple(found)  # type: ignore[arg-type] # the keys of FILES are kinds


class FileDrops(QObject):
    """Hears files over the window. `open_import` opens the assistant's step of a kind with a file."""

    def __init__(self, window: MainWindow, open_import: Callable[[Kind, Path], object], parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._open = window, open_import
        self.veil = DropVeil(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and not isinstance(event, QDragMoveEvent):
            self.veil.hide()
            self._drop(event)
            return True
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.veil.hide()
        return False

    def _enter(self, event: QDragEnterEvent) -> None:
        files = _files(event)
        if not files or dialog_open(self._window):
            event.ignore()
            return
        event.acceptProposedAction()
        refusal = self._refusal(files)
        told = refusal or self.tr("Drop {0} here to import it").format(files[0].name)
        self.veil.tell(told, taken=not refusal)

    def _drop(self, event: QDropEvent) -> None:
        files = _files(event)
        refusal = self._refusal(files)
        if refusal:
            event.ignore()
            self._window.tell(Toast(refusal, tone="info"))
            return
        event.acceptProposedAction()
        at = self._window.mapToGlobal(event.position().toPoint())
        QTimer.singleShot(0, self, lambda: self._offer(files[0], at))  # the drag has to end first

    def _refusal(self, files: Sequence[Path]) -> str:
        """Why files are not taken; empty where they are."""
        if len(files) != 1:
            return self.tr("{0} files at once: drop one at a time, each is looked into before it is imported.").format(
                len(files)
            )
        path = files[0]
        if path.suffix.lower() in PICTURES:
            return self.tr("Photos come with what residents report; Opsmap cannot add {0} to a request.").format(
                path.name
            )
        if not kinds_for(path) or path.is_dir():
            known = self.tr(
                "{0} cannot be imported. CSV, GeoJSON, GeoPackage, Shapefile, zip and OpenStreetMap files can."
            )
            return known.format(path.name)
        return ""

    def _offer(self, path: Path, at: QPoint) -> None:
        """Open the only import there is for a file, or let the person say what it holds."""
        kinds = kinds_for(path)
        if len(kinds) == 1:
            self._open(kinds[0], path)
            return
        choices = [Choice(kind, self._words(kind).format(path.name), icon="file-down") for kind in kinds]
        open_menu(choices, self._window, at, lambda kind: self._open(kind, path))  # type: ignore[arg-type]

    def _words(self, kind: Kind) -> str:
        return {
            "requests": self.tr("Import {0} as requests…"),
            "areas": self.tr("Import {0} as areas…"),
            "streets": self.tr("Import {0} as streets…"),
            "assets": self.tr("Import {0} as assets…"),
            "addresses": self.tr("Import {0} as addresses…"),
        }[kind]


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
