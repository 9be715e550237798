"""One step of the assistant: a file is looked into, its columns are named, it is checked, imported, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Signal

from data.connectors.areas import NoNames, OtherCrs, UnknownCrs
from data.connectors.encodings import KNOWN, UTF8, NotText
from data.connectors.preview import LayerPreview, RequestPreview
from desktop.domain.clock import Clock
from desktop.jobs import Job, JobHandle, JobRunner
from desktop.operations.changes import Changes
from desktop.operations.entry import run_operation
from desktop.operations.look_into import look_into
from desktop.views import format as words
from desktop.views.assistant.state import FieldChoice, Phase, StepState

translate = QCoreApplication.translate
Kind = Literal["requests", "areas", "streets", "assets", "addresses"]


class ImportStep(QObject):
    """Holds the state of one file on its way into a store."""

    changed = Signal()

    def __init__(self, kind: Kind, runner: JobRunner, clock: Clock, actor: str, parent: QObject) -> None:
        super().__init__(parent)
        self.kind: Kind = kind
        self.location = ""  # of the store; known once the city is founded
        self.state = StepState()
        self._runner, self._clock, self._actor = runner, clock, actor
        self._named: dict[str, str] = {}
        self._encoding: str | None = None  # that the file is read in, where that had to be found out
        self._preview: RequestPreview | LayerPreview | None = None
        self._handle: JobHandle | None = None
        self._act_id: int | None = None
        self.imported: Changes | None = None

    @property
    def ready(self) -> bool:
        """Whether the file can be imported."""
        return self.state.phase is Phase.SEEN and not any(f.needed and not f.column for f in self.state.fields)

    def choose(self, path: Path) -> None:
        """Look into another file."""
        self._named, self._encoding, self._act_id, self.imported = {}, None, None, None
        self.state = StepState(path=path)
        self._look()

    def name(self, field: str, column: str) -> None:
        """Say which column holds a field; "" for none."""
        self._named[field] = column
        self._show(told="", fields=self._fields())

    def read_as(self, encoding: str) -> None:
        """Read the letters of the file in another encoding."""
        self._encoding = encoding
        self.state = replace(self.state, encoding=encoding)
        self._look()

    def name_crs(self, text: str) -> None:
        """Say which coordinate system the file is in; "" for the one that it declares."""
        if text != self.state.crs:
            self._show(crs=text, told="", fault="")

    def check(self) -> None:
        """Read the whole file and store nothing."""
        self._import(dry_run=True)

    def run(self) -> None:
        """Import it."""
        self._import(dry_run=False)

    def take_back(self) -> None:
        """Undo the import."""
        arguments = {"act_id": self._act_id}
        handle = self._operation(self.tr("Taking the import back"), "undo", arguments)
        handle.succeeded.connect(self._taken_back)

    def stop(self) -> None:
        """Stop what runs; nothing of it is kept."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            handle.cancel()
            seen = self._preview is not None or self.state.phase is Phase.RUNNING
            told = self.tr("Stopped. Nothing of it was kept.")
            self._show(phase=Phase.SEEN if seen else Phase.EMPTY, told=told, fraction=None)

    # inside

    def _look(self) -> None:
        path = self.state.path
        assert path is not None
        kwargs: dict[str, Any] = {"kind": self.kind, "path": path, "columns": {}, "encoding": self._encoding}
        handle = self._start(
            Job(self.tr("Looking into {0}").format(path.name), look_into, kwargs, told_there=True), Phase.LOOKING
        )
        handle.succeeded.connect(self._looked)

    def _looked(self, preview: RequestPreview | LayerPreview | None) -> None:
        self._preview = preview
        path = self.state.path
        assert path is not None
        columns: tuple[str, ...] = ()
        samples: dict[str, str] = {}
        if isinstance(preview, RequestPreview):
            columns = tuple(dict.fromkeys(header for header in preview.headers if header))
            first = preview.rows[0] if preview.rows else ()
            samples = dict(zip(preview.headers, first, strict=False))
            one, many = self.tr("{0}: 1 column, read as {2}."), self.tr("{0}: {1} columns, read as {2}.")
            seen = (one if len(columns) == 1 else many).format(path.name, len(columns), preview.format)
            if preview.guessed:
                seen = f"{seen} {self._guess_words(preview)}"
            if preview.guessed or self._encoding is not None:
                self._encoding = preview.encoding
        elif isinstance(preview, LayerPreview):
            columns = tuple(name for name, _ in preview.columns)
            samples = dict(preview.columns)
            seen = self._layer_words(preview)
        else:
            size = QLocale().formattedDataSize(path.stat().st_size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
            seen = self.tr("{0}: {1}, its columns are found by themselves.").format(path.name, size)
        self._named = {field: name for field, name in self._named.items() if not name or name in columns}
        values = {"columns": columns, "samples": samples, "fields": self._fields(), **self._letters(preview)}
        if self._takes_crs(preview):
            values["crs"] = self.state.crs or ""
        self._show(phase=Phase.SEEN, seen=seen, told="", fraction=None, **values)

    def _takes_crs(self, preview: RequestPreview | LayerPreview | None) -> bool:
        """Whether a coordinate system can be named: not for degrees by definition, as an extract of OSM has."""
        if self.kind == "addresses":
            return True
        return isinstance(preview, LayerPreview) and preview.count is not None

    def _guess_words(self, preview: RequestPreview) -> str:
        name = dict(_encodings()).get(preview.encoding, preview.encoding)
        told = self.tr("Its letters are not UTF-8, most likely {0}. Choose another where words look wrong.")
        return told.format(name)

    def _letters(self, preview: RequestPreview | LayerPreview | None) -> dict[str, Any]:
        """The encoding, what else it might be, and words to judge it by; nothing for plain ASCII, where all agree."""
        if not isinstance(preview, RequestPreview) or not (preview.letters or self._encoding):
            return {"encoding": "", "encodings": (), "letters": ""}
        return {"encoding": preview.encoding, "encodings": _encodings(), "letters": ", ".join(preview.letters)}

    def _layer_words(self, preview: LayerPreview) -> str:
        if preview.count is None:
            return self.tr("{0}: a table of {1} columns.").format(preview.path.name, len(preview.columns))
        kinds = ", ".join(preview.kinds) or self.tr("no geometry")
        one, many = self.tr("{0}: 1 shape ({2})."), self.tr("{0}: {1} shapes ({2}).")
        told = one if preview.count == 1 else many
        return told.format(preview.path.name, words.count(preview.count), kinds)

    def _fields(self) -> tuple[FieldChoice, ...]:
        preview = self._preview
        if preview is None:
            return ()
        found = preview.fields
        return tuple(
            FieldChoice(key, text, needed, self._named.get(key, found.get(key, "")))
            for key, text, needed in self._wording()
        )

    def _wording(self) -> tuple[tuple[str, str, bool], ...]:
        """Which fields are offered: key, words, needed."""
        if self.kind == "areas":
            return (
                ("name_field", self.tr("Name of the area"), False),
                ("agency_field", self.tr("Department that serves it"), False),
            )
        if self.kind == "assets":
            return (
                ("id_field", self.tr("Number of the asset"), False),
                ("name_field", self.tr("Name of the asset"), False),
            )
        if self.kind == "streets":
            return (
                ("name_field", self.tr("Name of the street"), False),
                ("oneway_field", self.tr("One-way"), False),
                ("speed_field", self.tr("Speed"), False),
            )
        return (
            ("service_request_id", self.tr("Request number"), False),
            ("requested_at", self.tr("Opened"), True),
            ("service_name", self.tr("Service"), True),
            ("service_code", self.tr("Code of the service"), False),
            ("status", self.tr("Status"), False),
            ("description", self.tr("Description"), False),
            ("address", self.tr("Address"), False),
            ("lat", self.tr("Latitude"), False),
            ("long", self.tr("Longitude"), False),
            ("point", self.tr("Point as text"), False),
            ("acknowledged_at", self.tr("Acknowledged"), False),
            ("closed_at", self.tr("Closed"), False),
            ("due_at", self.tr("Due"), False),
            ("agency_name", self.tr("Department"), False),
            ("media_url", self.tr("Photo"), False),
        )

    def _import(self, *, dry_run: bool) -> None:
        path = self.state.path
        assert path is not None
        told = self.tr("Checking {0}") if dry_run else self.tr("Importing {0}")
        letters, system = self._encoding, self.state.crs
        arguments = {"wanted": wanted_import(self.kind, path, self._chosen(), letters, system, dry_run=dry_run)}
        handle = self._operation(told.format(path.name), f"import_{self.kind}", arguments)
        handle.succeeded.connect(self._checked if dry_run else self._imported)

    def _chosen(self) -> dict[str, str]:
        """The columns that a person named otherwise than they were found."""
        return {field: column for field, column in self._named.items() if column}

    def _operation(self, title: str, name: str, arguments: Mapping[str, Any]) -> JobHandle:
        kwargs = {
            "name": name,
            "location": self.location,
            "actor": self._actor,
            "clock": self._clock,
            "arguments": dict(arguments),
        }
        return self._start(
            Job(title, run_operation, kwargs, writes=True, initiator=self, told_there=True), Phase.RUNNING
        )

    def _start(self, job: Job, phase: Phase) -> JobHandle:
        handle = self._handle = self._runner.start(job)
        handle.progressed.connect(self._progressed)
        handle.failed.connect(self._failed)
        handle.broke.connect(self._broke)
        self._show(phase=phase, told="", fault="", fraction=None)
        return handle

    def _progressed(self, fraction: float | None, sentence: str) -> None:
        self._show(fraction=fraction, told=words.figured(sentence))

    def _failed(self, sentence: str) -> None:
        failure = self._handle.failure if self._handle is not None else None
        values: dict[str, Any] = {}
        if self.kind == "requests" and failure is not None and failure.kind == NotText.__name__:
            sentence = self.tr("{0}; choose how its letters are written.").format(sentence.partition("; ")[0])
            values = {"encodings": _encodings(), "encoding": self._encoding or UTF8, "letters": ""}
        elif failure is not None and failure.kind in (UnknownCrs.__name__, OtherCrs.__name__):
            unknown = failure.kind == UnknownCrs.__name__
            told = self.tr("{0}; name it below as EPSG:n.") if unknown else self.tr("{0}; name none below.")
            sentence = told.format(sentence.partition("; ")[0])
        elif failure is not None and failure.kind == NoNames.__name__:
            told = self.tr("{0}; choose above which column is the {1}.")
            sentence = told.format(sentence.partition("; ")[0], f"“{self.tr('Name of the area')}”")
        phase = Phase.SEEN
        if self.state.phase is Phase.LOOKING:  # what was seen of it before is not so any more
            phase, self._preview = Phase.EMPTY, None
            values |= {"fields": (), "columns": (), "seen": ""}
        self._show(phase=phase, fault=words.figured(sentence), told="", fraction=None, **values)

    def _broke(self) -> None:
        self._failed(self.tr("That did not work; the report says why. The store is as it was."))

    def _checked(self, changes: Changes) -> None:
        self._show(phase=Phase.SEEN, told=words.figured(changes.sentence), fraction=None)

    def _imported(self, changes: Changes) -> None:
        self._act_id, self.imported = changes.act_id, changes
        self._show(
            phase=Phase.DONE, told=words.figured(changes.sentence), fraction=None, can_undo=changes.act_id is not None
        )

    def _taken_back(self, changes: Changes) -> None:
        self._act_id, self.imported = None, None
        self._show(phase=Phase.SEEN, told=words.figured(changes.sentence), fraction=None, can_undo=False)

    def _show(self, **values: Any) -> None:
        if values.get("phase") in (Phase.EMPTY, Phase.SEEN, Phase.DONE):
            self._handle = None
        self.state = replace(self.state, **values)
        self.changed.emit()


def _encodings() -> tuple[tuple[str, str], ...]:
    """The encodings that may be chosen, and what they are called."""
    names = {
        UTF8: "UTF-8",
        "cp1252": translate("Encodings", "Western (Windows-1252)"),
        "latin-1": translate("Encodings", "Western (ISO 8859-1)"),
        "iso8859-15": translate("Encodings", "Western with euro (ISO 8859-15)"),
        "mac-roman": translate("Encodings", "Western (Macintosh)"),
        "cp850": translate("Encodings", "Western (DOS 850)"),
        "cp1250": translate("Encodings", "Central European (Windows-1250)"),
        "iso8859-2": translate("Encodings", "Central European (ISO 8859-2)"),
        "cp1251": translate("Encodings", "Cyrillic (Windows-1251)"),
        "koi8-r": translate("Encodings", "Cyrillic (KOI8-R)"),
        "cp1253": translate("Encodings", "Greek (Windows-1253)"),
        "cp1254": translate("Encodings", "Turkish (Windows-1254)"),
        "cp1257": translate("Encodings", "Baltic (Windows-1257)"),
        "utf-16": "UTF-16",
    }
    return tuple((name, names[name]) for name in KNOWN)


def wanted_import(
    kind: str,
    path: Path,
    named: Mapping[str, str],
    encoding: str | None = None,
    crs: str | None = None,
    *,
    dry_run: bool = False,
) -> object:
    """What an import is asked for; what is not named is found by itself."""
    system = (crs or "").strip() or None
    if kind == "requests":
        from desktop.operations.import_requests import RequestImport

        return RequestImport(path, columns=dict(named), encoding=encoding, dry_run=dry_run)
    if kind == "areas":
        from desktop.operations.import_areas import AreaImport

        return AreaImport(path, **named, crs=system)  # type: ignore[arg-type]
    if kind == "assets":
        from desktop.operations.import_assets import AssetImport

        return AssetImport(path, **named, crs=system)  # type: ignore[arg-type]
    if kind == "addresses":
        from desktop.operations.import_addresses import AddressImport

        return AddressImport(path, dict(named), system)
    from desktop.operations.import_streets import StreetImport

    return StreetImport(path, **named, crs=system)
