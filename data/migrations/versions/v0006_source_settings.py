"""What a source is told, where and in which words, is kept with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("settings", sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")
