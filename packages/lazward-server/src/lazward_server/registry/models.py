"""Registered models: names with versions below them."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lazward.errors import AlreadyExists, NotFound
from lazward.wire.registry import IS_PROMPT, CreateModel, RegisteredModel
from lazward_server.db.bulk import Bulk
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from lazward_server.registry import load, names, tags

# Another process may be creating the same name: the loser gets no row, and no broken transaction.
_INSERT = Bulk(
    "insert into registered_models(workspace_id, name, description, created_at, updated_at)"
    " select workspace_id, name, description, time, time from given where true"
    " on conflict do nothing returning id",
    workspace_id="bigint",
    name="text",
    description="text",
    time="bigint",
)


def create(tx: Tx, workspace_id: int, req: CreateModel) -> RegisteredModel:
    """Make a registered model without versions.

    Raises:
        AlreadyExists: The name is taken, by a model or a prompt.
    """
    names.check_name(req.name)
    given = names.checked_tags(req.tags)
    made = _INSERT(tx, [(workspace_id, req.name, req.description, now())])
    if not made:
        raise _taken(tx, workspace_id, req.name, prompt=names.is_prompt(given))
    tags.set_on_model(tx, made[0][0], given)
    return one(tx, made[0][0])


def get(tx: Tx, workspace_id: int, name: str) -> RegisteredModel:
    """The registered model of this name."""
    return one(tx, find(tx, workspace_id, name))


def find(tx: Tx, workspace_id: int, name: str, *, change: bool = False) -> int:
    """The integer id of a model; with ``change`` its row is locked until the transaction ends.

    Raises:
        NotFound: The workspace has no model of this name.
    """
    names.check_name(name)
    query = sa.select(registered_models.c.id).where(_named(workspace_id, name))
    if change:
        query = query.with_for_update(key_share=True)
    number = tx.execute(query).scalar()
    if number is None:
        raise NotFound(f"Registered Model with name={name} not found")
    return number


def one(tx: Tx, number: int) -> RegisteredModel:
    """The registered model with this integer id."""
    (found,) = load.models(tx, [number])
    return found


def describe(tx: Tx, workspace_id: int, name: str, description: str) -> RegisteredModel:
    """Replace the description."""
    number = find(tx, workspace_id, name, change=True)
    touch(tx, number, description=description)
    return one(tx, number)


def rename(tx: Tx, workspace_id: int, name: str, new_name: str) -> RegisteredModel:
    """Give a model, and with it its versions, another name."""
    names.check_name(new_name, "new_name")
    number = find(tx, workspace_id, name, change=True)
    try:
        time = touch(tx, number, name=new_name)
    except IntegrityError as error:
        raise AlreadyExists(f"Registered Model (name={new_name}) already exists.") from error
    change = sa.update(model_versions).where(model_versions.c.model == number)
    tx.execute(change.values(updated_at=time))
    return one(tx, number)


def delete(tx: Tx, workspace_id: int, name: str) -> None:
    """Remove a model with its versions, aliases and tags."""
    number = find(tx, workspace_id, name, change=True)
    versions = sa.select(model_versions.c.id).where(model_versions.c.model == number)
    tx.execute(sa.delete(model_version_tags).where(model_version_tags.c.version.in_(versions)))
    for table in (model_versions, registered_model_aliases, registered_model_tags):
        tx.execute(sa.delete(table).where(table.c.model == number))
    tx.execute(sa.delete(registered_models).where(registered_models.c.id == number))


def touch(tx: Tx, number: int, **values: str) -> int:
    """Change columns of a model, and the time of its last change, which is returned."""
    time = now()
    change = sa.update(registered_models).where(registered_models.c.id == number)
    tx.execute(change.values(updated_at=time, **values))
    return time


def _named(workspace_id: int, name: str) -> sa.ColumnElement[bool]:
    return (registered_models.c.workspace_id == workspace_id) & (registered_models.c.name == name)


def _taken(tx: Tx, workspace_id: int, name: str, *, prompt: bool) -> AlreadyExists:
    """The error for a name in use, which tells models and prompts apart."""
    number = find(tx, workspace_id, name)
    tag = (registered_model_tags.c.model == number) & (registered_model_tags.c.key == IS_PROMPT)
    value = tx.execute(sa.select(registered_model_tags.c.value).where(tag)).scalar()
    wanted = "Prompt" if prompt else "Registered Model"
    there = "Prompt" if names.is_prompt({IS_PROMPT: value or ""}) else "Registered Model"
    if wanted == there:
        return AlreadyExists(f"{wanted} (name={name}) already exists.")
    return AlreadyExists(
        f"Tried to create a {wanted.lower()} with name {name!r}, but the name is already taken by a"
        f" {there.lower()}. A model and a prompt cannot have the same name."
    )
