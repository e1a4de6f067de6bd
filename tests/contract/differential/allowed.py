"""Every way in which our answers may differ from a genuine server's, each with its reason.

The differential tests fail on any difference that no entry covers, so this is the whole list.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conditions import (
    asked,
    fault,
    refused,
    same_but,
    same_files,
    thinned,
    too_long,
    without,
    without_aliases_of_versions,
    without_nan,
    without_users_of_versions,
)


@dataclass(frozen=True)
class Allowed:
    """A difference that is meant.

    Attributes:
        what: The difference in a few words.
        why: Why ours is better for clients, or why it cannot matter.
        covers: Whether an exchange is a case of it.
    """

    what: str
    why: str
    covers: Callable[[Any], bool]


USED: Counter[str] = Counter()
"""How often each entry was needed."""


def find(exchange: Any) -> Allowed | None:
    """The entry that covers this exchange."""
    for entry in ALLOWED:
        if entry.covers(exchange):
            USED[entry.what] += 1
            return entry
    return None


GENERAL = [
    Allowed(
        "the server's own failure",
        "A user's mistake is told as one (or is none, as null for absent). Genuine fails with 500, or with"
        " the text of its database.",
        lambda e: (
            e.ours.status < 500
            and (e.genuine.status >= 500 or "sqlite3." in e.genuine.text or "(builtins." in e.genuine.text)
        ),
    ),
    Allowed(
        "a value of another type",
        "Refused, with the field's name. Genuine's parser stops silently at such a field and leaves it and"
        " all that come after at their defaults.",
        lambda e: fault(e, "type") and refused(e),
    ),
    Allowed(
        "a word that an enumeration does not have",
        "Refused, for the same reason.",
        lambda e: fault(e, "limit", at=("status", "view_type")) and refused(e),
    ),
    Allowed(
        "a text that is too long",
        "Refused everywhere. Genuine leaves it to the database's columns, and SQLite's know no limit.",
        lambda e: fault(e, "limit") and refused(e) and too_long(e),
    ),
    Allowed(
        "pages of no, or of very many, items",
        "Refused everywhere. Genuine refuses some, and takes others for its default or for no limit.",
        lambda e: (
            fault(e, "limit", at="max_results")
            and (refused(e) or asked(e, "metrics/get-history"))
            and not 0 < e.wrong.value <= 50_000
        ),
    ),
    Allowed(
        "items of a list without their required fields",
        "Refused. Genuine stores tags without keys, datasets without names and outputs of no model.",
        lambda e: fault(e, "absent") and "." in e.wrong.where and refused(e),
    ),
    Allowed(
        "a body that is no JSON object",
        "The error says that. Genuine takes it for an empty one and says what is missing, if anything is.",
        lambda e: fault(e, "body") and refused(e) and "JSON" in e.ours.text,
    ),
    Allowed(
        "Content-Type with PATCH and DELETE",
        "Looked at as with POST, so that pages of other sites cannot send them; all clients set it.",
        lambda e: fault(e, "body", at="Content-Type") and e.method in ("PATCH", "DELETE") and refused(e),
    ),
    Allowed(
        "camelCase",
        "Taken everywhere, as protobuf's JSON form allows. Genuine takes it only where nothing is required.",
        lambda e: fault(e, "body", at="camelCase") and e.ours.status == 200,
    ),
]

TRACKING = [
    Allowed(
        "numbers as ids of experiments",
        "Taken as text, as very old clients send them. Genuine does so here and there.",
        lambda e: (
            fault(e, "type", at=("experiment_id", "experiment_ids", "experiment_ids.0"))
            and e.ours.status in (200, 404)
        ),
    ),
    Allowed(
        "ids of experiments that are no numbers, in searches",
        "They name no experiment, so nothing is found in them. Genuine refuses the search.",
        lambda e: e.ours.status == 200 and e.genuine.text.startswith("Invalid experiment ID"),
    ),
    Allowed(
        "ids of runs that cannot be any run's",
        "There is no such run: 404, as for one that could be. Genuine checks the form in some places.",
        lambda e: fault(e, "type", "limit", at="run_id") and e.ours.code == "RESOURCE_DOES_NOT_EXIST",
    ),
    Allowed(
        "a run without start_time, or with end_time 0",
        "What was not sent is not answered, and what was is. Genuine says 0 for none and none for 0.",
        lambda e: asked(e, "runs/create", "runs/update") and same_but(e, without("start_time", "end_time")),
    ),
    Allowed(
        "names of runs, and values of tags they are born with, that are too long",
        "Cut at 8000 characters like tags set later. Genuine cuts only the latter.",
        lambda e: (
            asked(e, "runs/create", "runs/update")
            and fault(e, "limit", at=("tags.0.value", "run_name"))
            and same_but(e, without("value", "run_name"))
        ),
    ),
    Allowed(
        "renaming an experiment to a name that is taken",
        "The code says what is wrong. Genuine passes on the text of its database under BAD_REQUEST.",
        lambda e: (
            asked(e, "experiments/update")
            and (e.ours.code, e.genuine.code) == ("RESOURCE_ALREADY_EXISTS", "BAD_REQUEST")
        ),
    ),
    Allowed(
        "the same output logged twice to a run",
        "Nothing changes, as with inputs. Genuine passes on a violated constraint of its database.",
        lambda e: asked(e, "runs/outputs") and e.ours.status == 200 and "UNIQUE" in e.genuine.text,
    ),
    Allowed(
        "thinned histories",
        "Up to 3.6 the steps of all runs together are thinned out, later the points of each run, in another"
        " way. Charts are the same to the eye; a history that need not be thinned is the same.",
        lambda e: asked(e, "get-history-bulk-interval") and thinned(e),
    ),
    Allowed(
        "a run named twice in an interval",
        "Answered once.",
        lambda e: asked(e, "get-history-bulk-interval") and fault(e, "limit", at="run_ids") and e.ok,
    ),
]

SEARCH = [
    Allowed(
        "`attributes.`, and operators in small letters, in filters for experiments",
        "Both are right in filters for runs; we have one grammar for all searches.",
        lambda e: (
            e.ours.status == 200
            and e.genuine.text.startswith(("Invalid entity type 'attributes'", "Invalid comparator 'like'"))
        ),
    ),
    Allowed(
        "spaces around an item of order_by",
        "They cannot mean anything else. Genuine refuses some of them.",
        lambda e: (
            e.wrong == "order_by"
            and e.ours.status == 200
            and e.body["order_by"][0].strip() != e.body["order_by"][0]
        ),
    ),
    Allowed(
        "filters and orders that have to be guessed at",
        "Refused; a wrong guess would show the wrong runs.",
        lambda e: (
            e.wrong in ("filter", "order_by")
            and refused(e)
            and (e.body.get("filter") or e.body["order_by"][0])
            in {"metrics.`a`b", "metrics.a = 1 tags.a = 'b'", "metrics. a = 1"}
        ),
    ),
]

MODELS = [
    Allowed(
        "archiving existing versions while moving one to a stage that has no others",
        "The user's mistake, so 400. Genuine says 500, which makes clients try again.",
        lambda e: asked(e, "transition-stage") and refused(e) and "archive existing" in e.genuine.text,
    ),
    Allowed(
        "who registered a version",
        "Ours tells, in the field that the protocol has for it. Genuine's stores leave it out.",
        lambda e: same_but(e, without_users_of_versions),
    ),
    Allowed(
        "aliases of versions inside other answers than their own",
        "They are always there. Genuine leaves them out of models and searches.",
        lambda e: same_but(e, lambda answer: without_aliases_of_versions(without_users_of_versions(answer))),
    ),
    Allowed(
        "deleting a tag under a key that no tag can have",
        "There is none, so nothing is done, as for any other key. Genuine looks at the key first.",
        lambda e: (
            asked(e, "delete-tag") and e.method == "DELETE" and fault(e, "key") and e.ours.status == 200
        ),
    ),
    Allowed(
        "NaN as a metric of a logged model",
        "It is NaN, as on the run. Genuine forgets that and says 0.",
        lambda e: "logged-models" in e.path and same_but(e, without_nan),
    ),
    Allowed(
        "logged models filtered by status",
        "It works. Genuine compares a number with a word, and finds nothing for = and all for !=.",
        lambda e: asked(e, "logged-models/search") and e.ok and "status" in e.body["filter"],
    ),
    Allowed(
        "logged models ordered by `attributes.name` and the like",
        "As in filters. Genuine knows the bare names only.",
        lambda e: (
            asked(e, "logged-models/search")
            and e.ours.status == 200
            and "Invalid order by field name: attributes." in e.genuine.text
        ),
    ),
    Allowed(
        "logged models ordered by more than 20 fields",
        "Refused; there are not that many.",
        lambda e: asked(e, "logged-models/search") and fault(e, "limit", at="order_by") and refused(e),
    ),
    Allowed(
        "the id of a logged model in the body beside the one in the path",
        "The path's counts, and suffices. Genuine wants both, and goes by the body's.",
        lambda e: (
            "/logged-models/" in e.path
            and (fault(e, "type", "limit", "absent", at="model_id") or fault(e, "body"))
            and e.ours.status == 200
        ),
    ),
]

ARTIFACTS = [
    Allowed(
        "paths that lead elsewhere, or would be something else in a URL",
        "Refused in every place. Genuine refuses them in some and trips over them in others.",
        lambda e: e.wrong == "path" and refused(e),
    ),
    Allowed(
        "paths that are too long for a file system",
        "Refused. Genuine says there is nothing, or fails when it writes.",
        lambda e: fault(e, "limit", at="path") and refused(e),
    ),
    Allowed(
        "a dot as a segment of a path",
        "It means nothing and is left out. Genuine fails with 500 when it writes.",
        lambda e: e.wrong == "path" and e.ours.status == 200 and "/." in e.path,
    ),
    Allowed(
        "sizes of empty files, and folders that have become empty",
        "A size of 0 is told. A folder is there while something is in it, as in object stores.",
        lambda e: asked(e, "artifacts/list", "/artifacts") and same_files(e),
    ),
]

ALLOWED = GENERAL + TRACKING + SEARCH + MODELS + ARTIFACTS
