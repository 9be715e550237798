"""The tables of crews: who drives out in what and when, the plans of their days, what happened at their stops."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint, false
from sqlalchemy.types import JSON

from data.schema_base import BigKey, UtcTime, metadata

depot = Table(
    "depot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("lat", Float, nullable=False),
    Column("long", Float, nullable=False),
    Column("kind", String(10), nullable=False, default="depot", server_default="depot"),  # depot, dump
    Column("empty_min", Integer, nullable=False, default=10, server_default="10"),  # how long emptying takes at a dump
    Column("version", Integer, nullable=False, default=1),
)

vehicle = Table(
    "vehicle",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),  # car, van, lorry
    Column("capacity", Float),
    Column("equipment", JSON, nullable=False),  # counts among the skills of the crew that drives it
    Column("max_speed_kmh", Float),
    Column("version", Integer, nullable=False, default=1),
)

crew = Table(
    # The hours stand for every working day of the city where no crew_shift says otherwise.
    "crew",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("depot_id", ForeignKey("depot.id"), nullable=False),
    Column("agency_id", ForeignKey("agency.id")),
    Column("shift_start_min", Integer, nullable=False),
    Column("shift_end_min", Integer, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("capacity", Float),
    Column("break_start_min", Integer),
    Column("break_end_min", Integer),
    Column("break_minutes", Integer, nullable=False, default=0),
    Column("vehicle_id", ForeignKey("vehicle.id")),
    Column("end_depot_id", ForeignKey("depot.id")),  # none: it ends where it starts
    Column("works_holidays", Boolean, nullable=False, default=False, server_default=false()),
    Column("version", Integer, nullable=False, default=1),
)

crew_shift = Table(
    # What a crew works on a weekday. A crew with any has no shift on the weekdays without one.
    "crew_shift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("crew_id", ForeignKey("crew.id", ondelete="CASCADE"), nullable=False),
    Column("weekday", Integer, nullable=False),  # Monday is 0
    Column("start_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Column("break_start_min", Integer),
    Column("break_end_min", Integer),
    Column("break_minutes", Integer, nullable=False, default=0),
    Column("break_depot_id", ForeignKey("depot.id")),  # none: the break is taken wherever the crew is
    Column("overtime_min", Integer, nullable=False, default=0),
    Column("overtime_price", Integer, nullable=False, default=2),  # of a second, in seconds of driving
    Column("max_stops", Integer),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("crew_id", "weekday"),
)

member = Table(
    # Somebody who drives out, by the number that the city gave them. Names are kept apart, in member_person.
    "member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("skills", JSON, nullable=False),
    Column("left_on", Date),  # the first day on which they are not with us any more
    Column("version", Integer, nullable=False, default=1),
)

member_person = Table(
    "member_person",
    metadata,
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
)

crew_member = Table(
    # Who is in a crew, and on which days, both counted. One with a last day lends: it goes before one without.
    "crew_member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("crew_id", ForeignKey("crew.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("version", Integer, nullable=False, default=1),
)

absence = Table(
    # A member, a crew or a vehicle that is not there, both days counted. Why is personal: in absence_reason.
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", ForeignKey("member.id", ondelete="CASCADE"), index=True),
    Column("crew_id", ForeignKey("crew.id", ondelete="CASCADE"), index=True),
    Column("vehicle_id", ForeignKey("vehicle.id", ondelete="CASCADE"), index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("cancelled", Boolean, nullable=False, default=False),  # kept, so that its reason outlives an undo
    Column("version", Integer, nullable=False, default=1),
)

absence_reason = Table(
    "absence_reason",
    metadata,
    Column("absence_id", ForeignKey("absence.id", ondelete="CASCADE"), primary_key=True),
    Column("why", Text, nullable=False, default=""),
)

recurring_round = Table(
    # Places that are visited again and again, on the days of an RFC 5545 rule.
    "recurring_round",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("agency_id", ForeignKey("agency.id")),
    Column("skills", JSON, nullable=False),
    Column("rrule", Text, nullable=False),
    Column("first_day", Date, nullable=False),  # the weeks of the rule are counted from it
    Column("earliest_min", Integer),
    Column("latest_min", Integer),
    Column("priority", Integer, nullable=False, default=50),
    Column("places", JSON, nullable=False),  # name, lat, long, minutes, load of each
    Column("paused", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1),
)

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("date", Date, nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("content", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

stop_event = Table(
    # What happened at a stop of a plan, or with a whole crew (job empty).
    "stop_event",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False, index=True),
    Column("crew", String(200), nullable=False),
    Column("job", String(240), nullable=False, default=""),
    Column("sequence", Integer),
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), index=True),
    Column("part", Integer),  # of a job that is split over days
    Column("parts", Integer),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(20), nullable=False),  # acknowledged, started, done, not_found, other_crew
    Column("by", String(200), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=1),
)
