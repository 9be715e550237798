"""How photos look, as 64 bits that can be compared: a picture that was sent twice is known again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo", sa.Column("look_hash", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to an older schema; restore a backup instead")
