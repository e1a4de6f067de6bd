"""Configuration files: read and written so that what is wrong with one is a ``UserErrorException``."""

import os
from pathlib import Path
from typing import Any

from azureml.exceptions import UserErrorException


def read(path: str | os.PathLike[str]) -> str:
    """The text of a file.

    Raises:
        UserErrorException: There is none, or it is not text.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        text = f"There is no file {Path(path).absolute()}."
        raise UserErrorException(text, inner_exception=error) from error
    except UnicodeDecodeError as error:
        raise UserErrorException(f"{path} is not text in UTF-8.", inner_exception=error) from error
    except (OSError, ValueError) as error:
        raise UserErrorException(f"{path} cannot be read: {error}.", inner_exception=error) from error


def write(path: str | os.PathLike[str], text: str) -> None:
    """Write a file, and the folders it lies in.

    Raises:
        UserErrorException: That is not possible.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UserErrorException(f"{path} cannot be written: {error}.", inner_exception=error) from error


def read_yaml(path: str | os.PathLike[str]) -> Any:
    """What a YAML file holds: numbers, texts, lists and dictionaries, and never an object of any class.

    Raises:
        UserErrorException: There is none, or it is not YAML.
    """
    import yaml

    text = read(path)
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserErrorException(f"{path} is not YAML: {error}", inner_exception=error) from error


def to_yaml(data: object) -> str:
    """The data as YAML, its keys in the order they have."""
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)
