"""The roster: members, vehicles, shifts, absences, rounds; what happened at the stops of a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# SQLite adds a column that names another table in its own statement only.
SQLITE_CREW = (
    "ALTER TABLE crew ADD COLUMN vehicle_id INTEGER CONSTRAINT fk_crew_vehicle_id REFERENCES vehicle (id)",
    "ALTER TABLE crew ADD COLUMN end_depot_id INTEGER CONSTRAINT fk_crew_end_depot_id REFERENCES depot (id)",
)


def upgrade() -> None:
    op.add_column("depot", sa.Column("kind", sa.String(length=10), nullable=False, server_default="depot"))
    op.add_column("depot", sa.Column("empty_min", sa.Integer(), nullable=False, server_default="10"))
    _vehicles()
    _people()
    _rounds()
    _stops()


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")


def _vehicles() -> None:
    op.create_table(
        "vehicle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("capacity", sa.Float(), nullable=True),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("max_speed_kmh", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("name", name=op.f("uq_vehicle_name")),
    )
    op.add_column("crew", sa.Column("works_holidays", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_CREW:
            op.execute(statement)
    else:
        for name, table in (("vehicle_id", "vehicle"), ("end_depot_id", "depot")):
            op.add_column("crew", sa.Column(name, sa.Integer(), nullable=True))
            op.create_foreign_key(op.f(f"fk_crew_{name}"), "crew", table, [name], ["id"])
    op.create_table(
        "crew_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("break_start_min", sa.Integer(), nullable=True),
        sa.Column("break_end_min", sa.Integer(), nullable=True),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("break_depot_id", sa.Integer(), nullable=True),
        sa.Column("overtime_min", sa.Integer(), nullable=False),
        sa.Column("overtime_price", sa.Integer(), nullable=False),
        sa.Column("max_stops", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["crew_id"], ["crew.id"], name=op.f("fk_crew_shift_crew_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["break_depot_id"], ["depot.id"], name=op.f("fk_crew_shift_break_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_shift")),
        sa.UniqueConstraint("crew_id", "weekday", name=op.f("uq_crew_shift_crew_id_weekday")),
    )


def _people() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code", name=op.f("uq_member_code")),
    )
    op.create_table(
        "member_person",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_person_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_person")),
    )
    op.create_table(
        "crew_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["crew_id"], ["crew.id"], name=op.f("fk_crew_member_crew_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_crew_member_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_member")),
    )
    op.create_index(op.f("ix_crew_member_member_id"), "crew_member", ["member_id"])
    op.create_index(op.f("ix_crew_member_crew_id"), "crew_member", ["crew_id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("vehicle_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["crew_id"], ["crew.id"], name=op.f("fk_absence_crew_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicle.id"], name=op.f("fk_absence_vehicle_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_member_id"), "absence", ["member_id"])
    op.create_index(op.f("ix_absence_crew_id"), "absence", ["crew_id"])
    op.create_index(op.f("ix_absence_vehicle_id"), "absence", ["vehicle_id"])
    op.create_table(
        "absence_reason",
        sa.Column("absence_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absence.id"], name=op.f("fk_absence_reason_absence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absence_reason")),
    )


def _rounds() -> None:
    op.create_table(
        "recurring_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("rrule", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("earliest_min", sa.Integer(), nullable=True),
        sa.Column("latest_min", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_recurring_round_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_round")),
        sa.UniqueConstraint("name", name=op.f("uq_recurring_round_name")),
    )


def _stops() -> None:
    op.create_table(
        "stop_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("crew", sa.String(length=200), nullable=False),
        sa.Column("job", sa.String(length=240), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("request_id", BIG, nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_stop_event_plan_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_stop_event_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_event")),
    )
    op.create_index(op.f("ix_stop_event_request_id"), "stop_event", ["request_id"])
    op.create_index(op.f("ix_stop_event_plan_id"), "stop_event", ["plan_id"])
