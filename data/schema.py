"""The whole domain as tables. Only data/ reads this file; Alembic's migrations are compared with it in a test.

Those of crews have a file of their own and are named here too, so that whoever has this file has every table.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import JSON

from data.schema_base import BigKey
from data.schema_base import UtcTime as UtcTime
from data.schema_base import epoch_ms as epoch_ms
from data.schema_base import from_epoch_ms as from_epoch_ms
from data.schema_base import metadata as metadata
from data.schema_crews import absence as absence
from data.schema_crews import absence_reason as absence_reason
from data.schema_crews import crew as crew
from data.schema_crews import crew_member as crew_member
from data.schema_crews import crew_shift as crew_shift
from data.schema_crews import depot as depot
from data.schema_crews import member as member
from data.schema_crews import member_person as member_person
from data.schema_crews import plan as plan
from data.schema_crews import recurring_round as recurring_round
from data.schema_crews import stop_event as stop_event
from data.schema_crews import vehicle as vehicle

store_meta = Table(
    # What the store knows of itself: identity, made_by, migrated_by. Readable by every later version.
    "store_meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

city = Table(
    "city",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("crs_epsg", Integer),
    Column("boundary_wkb", LargeBinary),
    Column("settings", JSON),  # working hours, goals, how long messages are held: what differs from the usual
    Column("version", Integer, nullable=False, default=1),
    CheckConstraint("id = 1", name="one_city"),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(40), nullable=False, default="operations"),
    Column("version", Integer, nullable=False, default=1),
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("settings", JSON),  # where it takes what becomes of its requests, and in which words; never a key
    Column("version", Integer, nullable=False, default=1),
)

agency = Table(
    "agency",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("closed_on", Date),  # the first day on which it takes nothing more
    Column("version", Integer, nullable=False, default=1),
)

service = Table(
    "service",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("service_code", String(120), nullable=False, unique=True),
    Column("service_name", String(200), nullable=False),
    Column("group", String(120), nullable=False, default=""),
    Column("description", Text, nullable=False, default=""),
    Column("mapped", Boolean, nullable=False, default=True),
    Column("agency_id", ForeignKey("agency.id")),
    Column("icon", String(40), nullable=False, default=""),
    Column("deadline_working_h", Float),
    Column("service_duration_s", Integer, nullable=False, default=1800),
    Column("priority", Integer, nullable=False, default=50),
    Column("skills", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

service_question = Table(
    "service_question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("code", String(120), nullable=False),
    Column("datatype", String(40), nullable=False),
    Column("question", Text, nullable=False),
    Column("required", Boolean, nullable=False, default=False),
    Column("values", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("service_id", "code"),
)

area_layer = Table(
    "area_layer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("assigns", Boolean, nullable=False, default=False),
    Column("service_codes", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

area = Table(
    "area",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("layer_id", ForeignKey("area_layer.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False, default=0, server_default="0"),  # where areas overlap, the first has it
    Column("name", String(200), nullable=False),
    Column("agency_id", ForeignKey("agency.id")),
    Column("geometry_wkb", LargeBinary, nullable=False),
    # The days on which it is so, the last one not among them; none: since ever, until further notice.
    Column("effective_from", Date),
    Column("effective_to", Date),
    Column("version", Integer, nullable=False, default=1),
)

rule_set = Table(
    # One version of all rules of assignment, in order. A row is never changed: what is saved next stands above it.
    "rule_set",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("effective_from", Date, nullable=False),  # for requests of this day and later, in the city's zone
    Column("saved_at", UtcTime, nullable=False),
    Column("saved_by", String(200), nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

asset_layer = Table(
    # Things the city owns that stand at a place: hydrants, lights, signals.
    "asset_layer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("icon", String(40), nullable=False, default=""),
    Column("service_codes", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

asset = Table(
    "asset",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("layer_id", ForeignKey("asset_layer.id", ondelete="CASCADE"), nullable=False),
    Column("asset_code", String(200), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("lat", Float, nullable=False),
    Column("long", Float, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("layer_id", "asset_code"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", BigKey, primary_key=True),
    # No foreign key: requests point here, and the parent is always one of the incident's own requests.
    Column("parent_request_id", BigInteger, nullable=False, index=True),
    Column("accepted_by", String(200), nullable=False),
    Column("score", Float, nullable=False),
    Column("request_count", Integer, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

# Of the requests that were recategorised or had another department before, as both databases write it.
WENT_ABOUT = "reported_service_id IS NOT NULL OR agency_trail <> ''"

service_request = Table(
    "service_request",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("service_request_id", String(200), nullable=False),
    Column("service_id", ForeignKey("service.id"), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("address", Text, nullable=False, default=""),
    Column("lat", Float),
    Column("long", Float),
    Column("placement", String(20), nullable=False),
    Column("requested_at", UtcTime, nullable=False, index=True),
    Column("acknowledged_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("updated_at", UtcTime),
    Column("due_at", UtcTime),
    Column("own_due_at", UtcTime),  # where the incident's deadline, an earlier one, stands in due_at
    Column("status_notes", Text, nullable=False, default=""),
    Column("agency_id", ForeignKey("agency.id")),
    Column("assigned_area", String(200), nullable=False, default=""),
    Column("assigned_rule", String(200), nullable=False, default=""),
    Column("assigned_reason", Text, nullable=False, default=""),
    # Why nobody has it, or why it should be looked at (domain.unassigned); empty where all is well.
    Column("assigned_kind", String(20), nullable=False, default="", server_default=""),
    Column("queue", String(80), nullable=False, default="", server_default=""),  # within its department
    Column("agency_trail", Text, nullable=False, default="", server_default=""),  # the departments it had, in order
    Column("reported_service_id", ForeignKey("service.id")),  # what it was reported as, once it was recategorised
    Column("incident_id", ForeignKey("incident.id"), index=True),
    Column("incident_score", Float),
    Column("priority", Integer, nullable=False, default=50),
    Column("media_url", Text, nullable=False, default=""),
    Column("outcome", String(40), nullable=False, default="", server_default=""),  # how a closed one ended
    Column("acknowledged_by", String(20), nullable=False, default="", server_default=""),  # person or machine
    Column("scheduled_for", Date),
    Column("reopened_count", Integer, nullable=False, default=0, server_default="0"),
    # Whether the resident wrote last, so that the next word is ours.
    Column("awaits_answer", Boolean, nullable=False, default=False, server_default=false()),
    Column("asset_id", ForeignKey("asset.id"), index=True),
    Column("extras", JSON, nullable=False),
    Column("row_digest", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("source_id", "service_request_id"),
    CheckConstraint("placement <> 'located' OR (lat IS NOT NULL AND long IS NOT NULL)", name="located_has_point"),
    # Few are: without it every look at the figures would read all requests.
    Index("ix_service_request_went_about", "id", sqlite_where=text(WENT_ABOUT), postgresql_where=text(WENT_ABOUT)),
)

reporter = Table(
    "reporter",
    metadata,
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
)

answer = Table(
    "answer",
    metadata,
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), primary_key=True),
    Column("code", String(120), primary_key=True),
    Column("value", Text, nullable=False),
)

answer_before = Table(
    # The answers of a request before an act that replaced them: what the log, where nothing personal goes, cannot hold.
    "answer_before",
    metadata,
    # Deferred: an act is written when it is committed, after what it replaced.
    Column("act_id", ForeignKey("act.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("code", String(120), primary_key=True),
    Column("value", Text, nullable=False),
)

photo = Table(
    "photo",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("media_type", String(40), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("look_hash", BigInteger),  # how it looks (data.photo_looks); none for what cannot be told
)

note = Table(
    # What was said about a request: to and from the resident, or among staff.
    "note",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("request_id", ForeignKey("service_request.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("author", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # internal, answer, reporter
    Column("text", Text, nullable=False),
    Column("by_machine", Boolean, nullable=False, default=False, server_default=false()),  # nobody wrote it
    Column("version", Integer, nullable=False, default=1),
)

answer_template = Table(
    "answer_template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("service_id", ForeignKey("service.id")),  # none: every service
    Column("verb", String(40), nullable=False, default=""),  # the act it goes with; empty: any
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

saved_view = Table(
    # A filter of the table with its columns and order, or a place on the map, under a name.
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # filter, bookmark
    Column("name", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("shared", Boolean, nullable=False, default=False),
    Column("content", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("kind", "owner", "name"),
)

duplicate_decision = Table(
    "duplicate_decision",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("child_request_id", ForeignKey("service_request.id", ondelete="CASCADE"), nullable=False),
    Column("parent_request_id", ForeignKey("service_request.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("same", Boolean, nullable=False),
    Column("score", Float),  # the probability that was on show when it was decided; none: nothing was proposed
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("child_request_id", "parent_request_id"),
)

suspect_point = Table(
    "suspect_point",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lat", Float, nullable=False),
    Column("long", Float, nullable=False),
    Column("request_count", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("lat", "long"),
)

artifact = Table(
    # Large derived or imported arrays (streets, base map geometry): one row a name, npz without pickles.
    "artifact",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("format", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

act = Table(
    "act",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("verb", String(80), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("summary", JSON, nullable=False),
    Column("undoes", ForeignKey("act.id")),
)

event = Table(
    # One row holds what an act did to one entity, or to a block of up to some thousand (first_id to last_id);
    # `payload` is zlib-compressed JSON, columnar for blocks. Append-only: triggers refuse update and delete.
    "event",
    metadata,
    Column("sequence", BigKey, primary_key=True),
    Column("act_id", ForeignKey("act.id"), nullable=False, index=True),
    Column("entity", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # created, changed, removed, attached
    Column("first_id", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("entity_count", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("ix_event_entity_first_id_last_id", "entity", "first_id", "last_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True),
    # Deferred: an act is written when it is committed, after what it queued.
    Column("act_id", ForeignKey("act.id", deferrable=True, initially="DEFERRED"), nullable=False, index=True),
    Column("source_id", ForeignKey("source.id")),
    Column("request_id", ForeignKey("service_request.id")),
    Column("kind", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(20), nullable=False),  # held, sending, sent, withdrawn, failed
    Column("hold_until", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
)

# Personal or private rows: written apart, never in the log, which names those they are about.
PRIVATE_TABLES = ("reporter", "answer", "answer_before", "photo", "member_person", "absence_reason")
# The log itself and what the store knows of itself: not domain rows.
LOG_TABLES = ("act", "event")
