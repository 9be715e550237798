"""The assistant: founds a city in a new store and brings files in; the same steps import into the open city."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import available_timezones

from PySide6.QtCore import QObject, QTimeZone, Signal
from PySide6.QtWidgets import QFileDialog

from desktop.controllers.import_step import ImportStep, Kind
from desktop.domain.clock import Clock
from desktop.jobs import Job, JobHandle, JobRunner
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.operations.found_city import CityWish, found_store
from desktop.views.assistant.dialog import AssistantDialog
from desktop.views.assistant.state import Phase, StepState
from desktop.views.assistant.steps import CityStep, FileStep

ORDER: tuple[Kind, ...] = ("streets", "areas", "requests")  # of a new city
FILES = {
    "requests": "*.csv *.json *.geojson *.xml *.zip *.gz",
    "areas": "*.geojson *.json *.gpkg *.shp *.zip *.kml",
    "addresses": "*.csv *.geojson *.gpkg *.shp *.zip *.gz",
    "assets": "*.csv *.geojson *.json *.gpkg *.shp *.zip",
    "streets": "*.pbf *.osm *.geojson *.gpkg *.shp *.zip",
}


class Assistant(QObject):
    """Steps of one dialog. With a store it imports one kind of file; without one it founds a city first."""

    founded = Signal(str)  # the location of a new store, once the dialog is shut
    over = Signal()

    def __init__(
        self,
        window: MainWindow,
        runner: JobRunner,
        clock: Clock,
        actor: str,
        *,
        location: str = "",
        kind: Kind = "requests",
    ) -> None:
        super().__init__(window)
        self._window, self._runner, self._clock, self._actor = window, runner, clock, actor
        self._location = location
        self._founding: JobHandle | None = None
        self._boundary: Path | None = None
        self._place: Path | None = None
        self._at = 0
        self._new = not location
        self.kinds: tuple[Kind, ...] = ORDER if self._new else (kind,)
        self.city = CityStep(sorted(available_timezones()), bytes(QTimeZone.systemTimeZoneId().data()).decode())
        self.steps = [ImportStep(each, runner, clock, actor, self) for each in self.kinds]
        self.pages = [FileStep(self._hint(each)) for each in self.kinds]
        self.dialog = AssistantDialog(self._title(), self._parts(), window)
        for step in self.steps:
            step.location = location
        self._connect()
        self._refresh()

    @property
    def imported(self) -> Changes | None:
        """What the last step brought in; None where it did nothing, or that was taken back."""
        return self.steps[-1].imported

    def open(self, path: Path | None = None) -> None:
        """Show it, perhaps with a file in its first step."""
        self.dialog.open()
        (self.city.name if self._new else self.pages[0].choose).setFocus()
        if path is not None:
            self.steps[0].choose(path)

    # wording

    def _title(self) -> str:
        if self._new:
            return self.tr("A new city")
        return {
            "requests": self.tr("Import requests"),
            "areas": self.tr("Import areas"),
            "assets": self.tr("Import assets"),
            "addresses": self.tr("Import addresses"),
            "streets": self.tr("Import streets"),
        }[self.kinds[0]]

    def _parts(self) -> list[tuple[str, str, CityStep | FileStep]]:
        names = {
            "streets": (
                self.tr("Streets"),
                self.tr("What the map shows and crews drive on: an OpenStreetMap extract, or a line layer."),
            ),
            "areas": (
                self.tr("Areas"),
                self.tr("Districts, neighbourhoods, service areas. A field that names a department makes them assign."),
            ),
            "addresses": (
                self.tr("Addresses"),
                self.tr("House numbers with their points, so that an address is found; they replace earlier ones."),
            ),
            "assets": (
                self.tr("Assets"),
                self.tr("What the city owns that stands at a place, each with a number: lights, hydrants, signals."),
            ),
            "requests": (
                self.tr("Requests"),
                self.tr("What residents reported. Columns are found by their names; change what is wrong."),
            ),
        }
        files = [(*names[kind], page) for kind, page in zip(self.kinds, self.pages, strict=True)]
        about = self.tr("Its name and its time, and the file that will hold it. Everything else can come later.")
        return [(self.tr("City"), about, self.city), *files] if self._new else list(files)

    def _hint(self, kind: Kind) -> str:
        return {
            "requests": self.tr("CSV, JSON, GeoJSON, XML, also in .zip or .gz; drop it here"),
            "addresses": self.tr("CSV, GeoJSON, GeoPackage or Shapefile; drop it here"),
            "assets": self.tr("CSV, GeoJSON, GeoPackage or Shapefile of points; drop it here"),
            "areas": self.tr("GeoJSON, GeoPackage or Shapefile; drop it here"),
            "streets": self.tr(".osm.pbf, .osm, or a line layer; drop it here"),
        }[kind]

    # connecting

    def _connect(self) -> None:
        dialog = self.dialog
        self.city.boundary_wanted.connect(self._choose_boundary)
        self.city.place_wanted.connect(self._choose_place)
        self.city.changed.connect(self._refresh)
        dialog.back_wanted.connect(self._back)
        dialog.next_wanted.connect(self._next)
        dialog.check_wanted.connect(self._check)
        dialog.go_wanted.connect(self._go)
        dialog.stop_wanted.connect(self._stop)
        dialog.shut.connect(self._shut)
        for step, page in zip(self.steps, self.pages, strict=True):
            step.changed.connect(self._refresh)
            page.file_wanted.connect(self._choose_file)
            page.dropped.connect(step.choose)
            page.column_named.connect(step.name)
            page.encoding_named.connect(step.read_as)
            page.crs_named.connect(step.name_crs)
            page.undo_wanted.connect(step.take_back)

    @property
    def step(self) -> ImportStep | None:
        """The import on show; None on the city's own step."""
        number = self._at - (1 if self._new else 0)
        return self.steps[number] if number >= 0 else None

    def _refresh(self) -> None:
        for step, page in zip(self.steps, self.pages, strict=True):
            page.set_state(step.state)
        done = {n + (1 if self._new else 0) for n, step in enumerate(self.steps) if step.state.phase is Phase.DONE}
        if self._new and self._location:
            done.add(0)
        self.dialog.show_step(self._at, done)
        if self.step is None:
            self._city_acts()
        else:
            self._import_acts(self.step, self.step.state)

    def _city_acts(self) -> None:
        busy = self._founding is not None
        ready = bool(self.city.name.text().strip()) and self._place is not None
        self.dialog.set_acts(go=self.tr("Found the city"), ready=ready, busy=busy)

    def _import_acts(self, step: ImportStep, state: StepState) -> None:
        busy = state.phase in (Phase.LOOKING, Phase.RUNNING)
        last = self._at == self.dialog.stack.count() - 1
        over = state.phase is Phase.DONE
        finish = self.tr("Open the city") if self._new else self.tr("Done")
        if over:
            go = finish if last else self.tr("Next")
        else:
            go = {
                "requests": self.tr("Import the requests"),
                "areas": self.tr("Import the areas"),
                "assets": self.tr("Import the assets"),
                "addresses": self.tr("Import the addresses"),
                "streets": self.tr("Import the streets"),
            }[step.kind]
        self.dialog.set_acts(
            go=go,
            ready=over or step.ready,
            back=self._new and self._at > 1,
            check=step.kind == "requests" and step.ready,
            skip=self._new and not over,
            busy=busy,
            over=over and last,
        )

    # what a person does

    def choose_place(self, path: Path) -> None:
        """Where the new store will be."""
        self._place = path if path.suffix == ".opsmap" else path.with_name(f"{path.name}.opsmap")
        self.city.set_files(self._boundary, self._place)
        self._refresh()

    def choose_boundary(self, path: Path) -> None:
        """The city's own polygon."""
        self._boundary = path
        self.city.set_files(self._boundary, self._place)

    def _choose_boundary(self) -> None:
        chosen = self._ask(self.tr("The city's boundary"), FILES["areas"])
        if chosen is not None:
            self.choose_boundary(chosen)

    def _choose_place(self) -> None:
        name = "".join(letter for letter in self.city.name.text().lower() if letter.isalnum()) or "city"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Where the city is kept"), f"{name}.opsmap", self.tr("Opsmap stores (*.opsmap)")
        )
        if chosen:
            self.choose_place(Path(chosen))

    def _choose_file(self) -> None:
        step = self.step
        assert step is not None
        chosen = self._ask(self._title() if not self._new else self.tr("A file to import"), FILES[step.kind])
        if chosen is not None:
            step.choose(chosen)

    def _ask(self, title: str, files: str) -> Path | None:
        filters = self.tr("Files that can be read ({0});;All files (*)").format(files)
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, "", filters)
        return Path(chosen) if chosen else None

    def _go(self) -> None:
        step = self.step
        if step is None:
            self._found()
        elif step.state.phase is Phase.DONE:
            self._next()
        else:
            step.run()

    def _found(self) -> None:
        if self._location:
            self._next()
            return
        assert self._place is not None
        self.city.name_field.set_fault("")
        wish = CityWish(self.city.name.text(), self.city.zone.currentText().strip(), None, self._boundary)
        kwargs = {"location": str(self._place), "actor": self._actor, "clock": self._clock, "wish": wish}
        job = Job(self.tr("Founding {0}").format(wish.name), found_store, kwargs, told_there=True)
        self._founding = self._runner.start(job)
        self._founding.succeeded.connect(self._founded)
        self._founding.failed.connect(self._refused)
        self._founding.broke.connect(self._refused)
        self._refresh()

    def _founded(self) -> None:
        self._founding, self._location = None, str(self._place)
        for step in self.steps:
            step.location = self._location
        self.city.setEnabled(False)
        self._next()

    def _refused(self, sentence: str) -> None:
        self._founding = None
        about_zone = self.city.zone.currentText() in sentence and "time zone" in sentence
        field = self.city.zone_field if about_zone else self.city.name_field
        field.set_fault(sentence.strip().splitlines()[-1])
        self._refresh()

    def _check(self) -> None:
        if self.step is not None:
            self.step.check()

    def _stop(self) -> None:
        if self.step is not None:
            self.step.stop()
        elif self._founding is not None:
            handle, self._founding = self._founding, None
            handle.cancel()
            self._refresh()

    def _back(self) -> None:
        self._at = max(1 if self._new else 0, self._at - 1)
        self._refresh()

    def _next(self) -> None:
        if self._at == self.dialog.stack.count() - 1:
            self.dialog.accept()
            return
        self._at += 1
        self._refresh()

    def _shut(self) -> None:
        self._stop_all()
        if self._new and self._location:
            self.founded.emit(self._location)
        self.over.emit()
        self.dialog.deleteLater()
        self.deleteLater()

    def _stop_all(self) -> None:
        for step in self._busy():
            step.stop()

    def _busy(self) -> Sequence[ImportStep]:
        return [step for step in self.steps if step.state.phase in (Phase.LOOKING, Phase.RUNNING)]
