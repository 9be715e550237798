"""Photos of requests: made small for the page, shown large over the window; decoded beside the event loop."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desktop.controllers.session import Runner
from desktop.views.photo_strip import MOST, Photo
from desktop.views.photo_viewer import PhotoViewer
from desktop.views.request_detail import RequestPane

SMALL = QSize(448, 336)  # twice the largest on the page, for screens of high density
LARGE_PX = 12_000  # a side; what a file claims beyond that is no photo


class Photos(QObject):
    """Opens the viewer for the photo that was chosen."""

    def __init__(self, pane: RequestPane, runner: Runner) -> None:
        super().__init__(pane)
        self._pane, self._runner = pane, runner
        self.viewer: PhotoViewer | None = None
        self._photos: tuple[Photo, ...] = ()
        pane.photo_opened.connect(self.open)

    def open(self, at: int) -> None:
        """Show a photo of the request on show."""
        shown = self._pane.shown()
        if shown is None or self.viewer is not None:
            return
        self._photos = shown.photos
        title = f"{shown.service} · {shown.service_request_id}"
        self.viewer = PhotoViewer(title, len(self._photos), self._pane)
        self.viewer.wanted.connect(self._read)
        self.viewer.finished.connect(self._closed)
        self.viewer.open()
        self.viewer.show_photo(at)

    def _read(self, at: int) -> None:
        self._runner.run_read(large, at, self._photos[at].content, on_result=self._show)

    def _show(self, answer: tuple[int, QImage]) -> None:
        if self.viewer is not None:
            self.viewer.set_picture(*answer)

    def _closed(self) -> None:
        if self.viewer is not None:
            self.viewer.deleteLater()
            self.viewer = None


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
