"""What working with requests needs: notes, answer templates, outcomes, assets, and views that people save."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# SQLite adds a column in a moment where its own statement does it; Alembic's batch mode would copy 750,000 rows.
SQLITE_ASSET = (
    "ALTER TABLE service_request ADD COLUMN asset_id INTEGER "
    "CONSTRAINT fk_service_request_asset_id REFERENCES asset (id)"
)


def upgrade() -> None:
    _assets()
    _words()
    _requests()
    op.add_column("city", sa.Column("settings", sa.JSON(), nullable=True))
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("kind", "owner", "name", name=op.f("uq_saved_view_kind_owner_name")),
    )


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")


def _assets() -> None:
    op.create_table(
        "asset_layer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("service_codes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_layer")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_layer_name")),
    )
    op.create_table(
        "asset",
        sa.Column("id", BIG, nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("asset_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("long", sa.Float(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["layer_id"], ["asset_layer.id"], name=op.f("fk_asset_layer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("layer_id", "asset_code", name=op.f("uq_asset_layer_id_asset_code")),
    )


def _words() -> None:
    op.create_table(
        "note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_note_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_request_id"), "note", ["request_id"], unique=False)
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_answer_template_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint("code", name=op.f("uq_answer_template_code")),
    )


def _requests() -> None:
    for column in (
        sa.Column("outcome", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("acknowledged_by", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("scheduled_for", sa.Date(), nullable=True),
        sa.Column("reopened_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("awaits_answer", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("service_request", column)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_ASSET)
    else:
        op.add_column("service_request", sa.Column("asset_id", BIG, nullable=True))
        op.create_foreign_key(op.f("fk_service_request_asset_id"), "service_request", "asset", ["asset_id"], ["id"])
    op.create_index(op.f("ix_service_request_asset_id"), "service_request", ["asset_id"], unique=False)
