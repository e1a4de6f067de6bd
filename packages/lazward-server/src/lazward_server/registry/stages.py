"""The four stages a version can be in."""

from lazward.errors import InvalidRequest

NAMES = ("None", "Staging", "Production", "Archived")
"""By the number they are stored as."""
ARCHIVED = NAMES.index("Archived")

_ACTIVE = ("Staging", "Production")
_NUMBERS = {name.lower(): number for number, name in enumerate(NAMES)}


def number(stage: str) -> int:
    """The number of a stage, written in any case.

    Raises:
        InvalidRequest: There is no such stage.
    """
    found = _NUMBERS.get(stage.lower())
    if found is None:
        raise InvalidRequest(
            f"Invalid Model Version stage: {stage}. Value must be one of {', '.join(NAMES)}."
        )
    return found


def check_archiving(stage: str) -> None:
    """Refuse to archive the other versions of a stage that is not in use."""
    if NAMES[number(stage)] not in _ACTIVE:
        raise InvalidRequest(
            "Model version transition cannot archive existing model versions because"
            f" '{stage}' is not an Active stage. Valid stages are {list(_ACTIVE)}"
        )
