"""Which stage of life a search looks at."""

import sqlalchemy as sa

from lazward.wire.experiments import ViewType
from lazward_server.tracking.search.conditions import Boolean


def in_view(deleted_at: sa.ColumnElement[int | None], view: ViewType) -> Boolean:
    """Whether a row is of the stage asked for."""
    match view:
        case ViewType.ACTIVE_ONLY:
            return deleted_at.is_(None)
        case ViewType.DELETED_ONLY:
            return deleted_at.is_not(None)
        case ViewType.ALL:
            return sa.true()
