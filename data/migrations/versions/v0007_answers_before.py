"""The answers before an act that replaced them, so that it can be taken back; which requests went about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WENT_ABOUT = "reported_service_id IS NOT NULL OR agency_trail <> ''"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer_before",
        sa.Column("act_id", BIG, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["act.id"],
            name=op.f("fk_answer_before_act_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_request.id"],
            name=op.f("fk_answer_before_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("act_id", "request_id", "code", name=op.f("pk_answer_before")),
    )
    op.create_index(op.f("ix_answer_before_request_id"), "answer_before", ["request_id"])
    op.create_index(
        op.f("ix_service_request_went_about"),
        "service_request",
        ["id"],
        sqlite_where=sa.text(WENT_ABOUT),
        postgresql_where=sa.text(WENT_ABOUT),
    )


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")
