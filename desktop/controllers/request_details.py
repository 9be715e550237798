"""One request put into words for the detail pane; read in the background."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from data import outbox
from data.records import Incident, Placement, ServiceRequest, Status
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.controllers.act_facts import composer_state
from desktop.controllers.asset_details import asset_state
from desktop.controllers.history_words import Speaker
from desktop.controllers.photos import small_photos
from desktop.controllers.place_words import place_words
from desktop.controllers.request_history import history_lines
from desktop.controllers.session import Snapshot
from desktop.domain.agency_trail import moves, returns
from desktop.domain.working_time import WorkingTime
from desktop.models.fields import status_word
from desktop.operations.incident_policy import POLICY
from desktop.operations.places import CityPlaces, sentence_of
from desktop.views import format as words
from desktop.views.deadline_section import DeadlineState
from desktop.views.request_detail import ReportLine, RequestDetail
from desktop.views.unsent_section import UnsentLine

translate = QCoreApplication.translate


def read_detail(
    store: Store, snapshot: Snapshot, request_id: int, now: datetime, places: CityPlaces | None = None
) -> RequestDetail | None:
    """Everything the pane shows of a request; None when it is gone. `places` name one that came without address."""
    zone = snapshot.city.timezone
    with store.read() as unit:
        request = unit.requests.get(request_id)
        if request is None:
            return None
        members = unit.incidents.members(request.incident_id) if request.incident_id is not None else []
        others = unit.requests.many([key for key in members if key != request.id])
        incident = unit.incidents.get(request.incident_id) if request.incident_id is not None else None
        answers = tuple((answer.code, answer.value) for answer in unit.requests.answers(request.id))
        photos = [photo.content for photo in unit.requests.photos(request.id)]
        history = unit.requests.history(request.id)
        questions = _questions(unit, request)
        asset = asset_state(unit, request, snapshot.service(request.service_id).service_code, now, zone)
        notes = unit.notes.of(request.id)
        reporter = unit.requests.reporter(request.id) is not None
        composer = composer_state(unit, snapshot.city, request, others, now)
        unsent = _unsent(unit, request_id, now, zone) if request_id in snapshot.unsent else ()
    placements = {placement: placement_words(placement) for placement in Placement}
    speaker = Speaker(snapshot.names, placements, now, zone)
    service = snapshot.service(request.service_id)
    mark, word = status_of(request, now)
    return RequestDetail(
        request_id=int(request.id),
        service_request_id=request.service_request_id,
        service=service.service_name,
        icon=service.icon,
        status=mark,
        status_word=word,
        title=request.address or named_place(request, places) or service.service_name,
        place=place_of(request),
        description=request.description,
        department=snapshot.names.agencies.get(request.agency_id, "") if request.agency_id is not None else "",
        reason=request.assigned_reason,
        deadline=deadline_of(request, now, snapshot.working),
        reports=tuple(_report(other, now, zone) for other in others),
        incident=_accepted(incident),
        answers=tuple((questions.get(code, code), value) for code, value in answers),
        history=history_lines(request, history, notes, now, zone, speaker.by_act(history)),
        photos=small_photos(photos),
        unlocated=placement_words(request.placement),
        facts=tuple((key, value) for key, value in request.extras.items() if value)[:8],
        asset=asset,
        version=request.version,
        stands=request.status,
        composer=composer,
        unsent=unsent,
        reported_as=_reported_as(request, snapshot),
        moved=moved_words(request),
        reported_by=reporter,
    )


def _unsent(unit: ReadUnit, request_id: int, now: datetime, zone: str) -> tuple[UnsentLine, ...]:
    """What could not be sent about a request, with the source's reason."""
    messages = unit.outbox.in_trouble([request_id])
    why = outbox.reasons(unit, [message.id for message in messages])
    return tuple(
        UnsentLine(
            str(message.payload.get("text", "")),
            why.get(message.id, ""),
            words.moment(message.hold_until, now, zone) if message.state == outbox.HELD else "",
        )
        for message in messages
    )


def _reported_as(request: ServiceRequest, snapshot: Snapshot) -> str:
    reported = request.reported_service_id
    return "" if reported in (None, request.service_id) else snapshot.service(reported).service_name


def moved_words(request: ServiceRequest) -> str:
    """How often it went from department to department and came back; empty where it stayed."""
    moved = moves(request.agency_trail, request.agency_id)
    back = returns(request.agency_trail, request.agency_id)
    if not moved:
        return ""
    went = (
        translate("Request", "Moved between departments once")
        if moved == 1
        else translate("Request", "Moved between departments {0} times").format(words.count(moved))
    )
    if not back:
        return translate("Request", "{0}.").format(went)
    came = (
        translate("Request", "came back once")
        if back == 1
        else translate("Request", "came back {0} times").format(words.count(back))
    )
    return translate("Request", "{0}, {1}.").format(went, came)


def _questions(unit: ReadUnit, request: ServiceRequest) -> dict[str, str]:
    """What the resident was asked, by code: the present service's words before those of the one reported as."""
    services = [request.reported_service_id or request.service_id, request.service_id]
    return {one.code: one.question for service in services for one in unit.services.questions(service)}


def _accepted(incident: Incident | None) -> str:
    """Who said that some reports are one incident."""
    if incident is None:
        return ""
    if incident.accepted_by == POLICY:
        return translate("Request", "Found by the search, {0} likely").format(words.percent(incident.score, 0))
    return translate("Request", "Accepted by {0}").format(incident.accepted_by)


def status_of(request: ServiceRequest, now: datetime) -> tuple[str, str]:
    """The mark and the word of a request's state; overdue wins while it is open."""
    done = request.status in (Status.CLOSED, Status.ARCHIVED)
    if not done and request.due_at is not None and request.due_at < now:
        return "overdue", translate("Status", "Overdue")
    return request.status.value, status_word(request.status)


def placement_words(placement: Placement) -> str:
    """Why a request is not on the map; empty when it is."""
    return {
        Placement.LOCATED: "",
        Placement.MISSING: translate("Placement", "no coordinates"),
        Placement.INVALID: translate("Placement", "coordinates are no place on earth"),
        Placement.SWAPPED: translate("Placement", "latitude and longitude look exchanged"),
        Placement.OUT_OF_TOWN: translate("Placement", "outside the city"),
        Placement.PLACEHOLDER: translate("Placement", "at a point that stands for “not located”"),
    }[placement]


def named_place(request: ServiceRequest, places: CityPlaces | None) -> str:
    """What is where a request was reported; empty where that cannot be believed, or nothing with a name is near."""
    if places is None or request.lat is None or request.long is None or request.placement is not Placement.LOCATED:
        return ""
    here = places.where(request.lat, request.long)
    return "" if here is None or here.relation in ("area", "nowhere") else sentence_of(here, place_words())


def place_of(request: ServiceRequest) -> str:
    """The coordinates in words."""
    if request.lat is None or request.long is None:
        return ""
    return words.coordinates(request.lat, request.long)


def deadline_of(request: ServiceRequest, now: datetime, working: WorkingTime) -> DeadlineState | None:
    """The deadline of an open request."""
    if request.due_at is None or request.status in (Status.CLOSED, Status.ARCHIVED):
        return None
    return deadline_state(request.requested_at, request.due_at, now, working)


def deadline_state(opened: datetime, due: datetime, now: datetime, working: WorkingTime) -> DeadlineState:
    """The time from opening to deadline as of now, in the city's working hours."""
    opened_ms, due_ms, now_ms = (round(moment.timestamp() * 1000) for moment in (opened, due, now))
    zone, late = working.calendar.timezone, due < now
    told = words.working_time(int(working.between(now_ms, due_ms)) / 1000)
    sentence = (
        translate("Deadline", "{0} of working time late") if late else translate("Deadline", "{0} of working time left")
    )
    return DeadlineState(
        opened_ms=opened_ms,
        now_ms=now_ms,
        due_ms=due_ms,
        left=sentence.format(told),
        late=late,
        opened_words=words.moment(opened, now, zone),
        due_words=translate("Deadline", "due {0}").format(words.deadline(due, now, zone)),
        rests=tuple(working.rests(opened_ms, max(due_ms, now_ms))),
    )


def deadline_later(state: DeadlineState, now: datetime, working: WorkingTime) -> DeadlineState:
    """The same deadline as of a later moment."""
    opened, due = (datetime.fromtimestamp(moment / 1000, UTC) for moment in (state.opened_ms, state.due_ms))
    return deadline_state(opened, due, now, working)


def _report(request: ServiceRequest, now: datetime, zone: str) -> ReportLine:
    text = request.description or request.address
    return ReportLine(int(request.id), request.service_request_id, text, words.moment(request.requested_at, now, zone))
