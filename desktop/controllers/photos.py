"""Photos of requests: made small for the page, shown large over the window; decoded beside the event loop."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QWidget

from data.records import RequestId
from data.store import Store
from desktop.controllers.session import Runner
from desktop.views.photo_strip import MOST, Photo
from desktop.views.photo_viewer import PhotoViewer
from desktop.views.request_detail import RequestPane

SMALL = QSize(448, 336)  # twice the largest on the page, for screens of high density
LARGE_PX = 12_000  # a side; what a file claims beyond that is no photo


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos as files, under a title."""

    title: str
    contents: tuple[bytes, ...]


class PhotoShow(QObject):
    """Shows photos large over the window, one set at a time."""

    def __init__(self, owner: QWidget, runner: Runner) -> None:
        super().__init__(owner)
        self._owner, self._runner = owner, runner
        self.viewer: PhotoViewer | None = None
        self._contents: tuple[bytes, ...] = ()

    def show(self, photos: Photos, at: int = 0) -> None:
        """Open the viewer on one of some photos; nothing where there is none, or while it is open."""
        if self.viewer is not None or not photos.contents:
            return
        self._contents = photos.contents
        self.viewer = PhotoViewer(photos.title, len(photos.contents), self._owner)
        self.viewer.wanted.connect(self._read)
        self.viewer.finished.connect(self._closed)
        self.viewer.open()
        self.viewer.show_photo(at)

    def _read(self, at: int) -> None:
        self._runner.run_read(large, at, self._contents[at], on_result=self._show)

    def _show(self, answer: tuple[int, QImage]) -> None:
        if self.viewer is not None:
            self.viewer.set_picture(*answer)

    def _closed(self) -> None:
        if self.viewer is not None:
            self.viewer.deleteLater()
            self.viewer = None


class PagePhotos(PhotoShow):
    """The viewer for the photos of the request on a page."""

    def __init__(self, pane: RequestPane, runner: Runner) -> None:
        super().__init__(pane, runner)
        self._pane = pane
        pane.photo_opened.connect(self.open)

    def open(self, at: int) -> None:
        """Show a photo of the request on show."""
        shown = self._pane.shown()
        if shown is not None:
            contents = tuple(photo.content for photo in shown.photos)
            self.show(Photos(f"{shown.service} · {shown.service_request_id}", contents), at)


def read_photos(store: Store, request_id: int, title: str) -> Photos:
    """The photos of a request under a title."""
    with store.read() as unit:
        return Photos(title, tuple(photo.content for photo in unit.requests.photos(RequestId(request_id))))


def small_photos(contents: list[bytes]) -> tuple[Photo, ...]:
    """Photos, the first ones with their small pictures; of those, what is no picture is left out."""
    made: list[Photo] = []
    for content in contents:
        small = picture_of(content, SMALL) if len(made) < MOST else QImage()
        if len(made) >= MOST or not small.isNull():
            made.append(Photo(content, small))
    return tuple(made)


def large(at: int, content: bytes) -> tuple[int, QImage]:
    """A photo whole, with its number."""
    return at, picture_of(content, QSize(LARGE_PX, LARGE_PX))


def picture_of(content: bytes, within: QSize) -> QImage:
    """A picture the right way up, no larger than `within`; a null one for what cannot be read."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)  # cameras note how they were held
    size = reader.size()
    if size.isValid() and (size.width() > within.width() or size.height() > within.height()):
        reader.setScaledSize(size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio))
    picture = QImage(reader.read())
    buffer.close()
    return picture
