"""What assignment needs: versions of the rules, areas with the days on which they hold, what became of requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite adds a column in a moment where its own statement does it; Alembic's batch mode would copy 750,000 rows.
SQLITE_SERVICE = (
    "ALTER TABLE service_request ADD COLUMN reported_service_id INTEGER "
    "CONSTRAINT fk_service_request_reported_service_id REFERENCES service (id)"
)


def upgrade() -> None:
    op.drop_table("assignment_rule")  # no version wrote into it
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
    )
    for name in ("effective_from", "effective_to"):
        op.add_column("area", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("area", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("agency", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("note", sa.Column("by_machine", sa.Boolean(), nullable=False, server_default=sa.false()))
    _requests()


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")


def _requests() -> None:
    for column in (
        sa.Column("queue", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("assigned_kind", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("agency_trail", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("service_request", column)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_SERVICE)
        return
    op.add_column("service_request", sa.Column("reported_service_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_service_request_reported_service_id"), "service_request", "service", ["reported_service_id"], ["id"]
    )
