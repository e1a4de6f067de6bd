"""Which runs are parents, by the tag with which clients name the parent of a run."""

import sqlalchemy as sa

from lazward.wire.runs import Nesting, Parent
from lazward_server.db.database import Tx
from lazward_server.db.schema import runs, tags
from lazward_server.tracking import experiments
from lazward_server.tracking.tags import PARENT

MOST_PARENTS = 10_000
MOST_ORPHANS = 1000

_CHILD = runs.alias("child")


def nesting(tx: Tx, workspace_id: int, experiment_id: str) -> Nesting:
    """The parents and orphans among the active runs of an experiment.

    Raises:
        NotFound: There is no such experiment.
    """
    number = int(experiments.get(tx, workspace_id, experiment_id).experiment_id)
    parents = tx.execute(_PARENTS, {"home": number})
    orphans = tx.execute(_ORPHANS, {"home": number}).scalars()
    return Nesting([Parent(*row) for row in parents], list(orphans))


_HOME = sa.bindparam("home", type_=sa.BigInteger())
_IS_CHILD = (tags.c.key == sa.literal_column(f"'{PARENT}'")) & (tags.c.run == _CHILD.c.id)
_ACTIVE_CHILD = (_CHILD.c.experiment_id == _HOME) & _CHILD.c.deleted_at.is_(None)
_PARENT_HERE = (runs.c.run_id == tags.c.value) & (runs.c.experiment_id == _HOME) & runs.c.deleted_at.is_(None)

_PARENTS = (
    sa.select(runs.c.run_id, sa.func.count())
    .select_from(_CHILD.join(tags, _IS_CHILD).join(runs, _PARENT_HERE))
    .where(_ACTIVE_CHILD)
    .group_by(runs.c.id, runs.c.run_id)
    .order_by(runs.c.id.desc())
    .limit(MOST_PARENTS)
)
_ORPHANS = (
    sa.select(_CHILD.c.run_id)
    .select_from(_CHILD.join(tags, _IS_CHILD))
    .where(_ACTIVE_CHILD, ~sa.exists().where(_PARENT_HERE))
    .order_by(_CHILD.c.id.desc())
    .limit(MOST_ORPHANS)
)
