"""What incidents need: each report's own deadline beside the incident's, and what was on show when staff decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_request", sa.Column("own_due_at", sa.BigInteger(), nullable=True))
    op.add_column("duplicate_decision", sa.Column("score", sa.Float(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")
