"""The configuration file of a workspace: ``.azureml/config.json``, as ``azureml.core`` scripts know it.

It names a workspace by ``subscription_id``, ``resource_group`` and ``workspace_name``; ours adds ``server``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lazward.errors import ConfigError

_FOLDERS = (".azureml", "aml_config", "")
_FILES = ("config.json", "project.json")
_SCOPE = re.compile(
    r"/subscriptions/(?P<subscription_id>[^/]+)/resource[gG]roups/(?P<resource_group>[^/]+)"
    r"/.*/workspaces/(?P<workspace_name>[^/]+)"
)


@dataclass(frozen=True)
class WorkspaceConfig:
    """What a configuration says.

    Attributes:
        workspace_name: The workspace.
        server: The server's address; None if it is to be found elsewhere.
        subscription_id: Carried along for scripts that print it.
        resource_group: The same.
        file: Where it was read.
    """

    workspace_name: str
    server: str | None = None
    subscription_id: str = "local"
    resource_group: str = "default"
    file: Path | None = None


def find(start: Path, file_name: str | None = None) -> Path | None:
    """The configuration that holds for a folder.

    Each combination of folder and file name is looked for all the way up before the next one, so a
    ``.azureml/config.json`` anywhere above wins over a plain ``config.json`` right here.
    """
    start = start.absolute()
    for place in _places(file_name):
        for folder in (start, *start.parents):
            if (folder / place).is_file():
                return folder / place
    return None


def _places(file_name: str | None) -> Iterator[Path]:
    for folder in _FOLDERS:
        for name in (file_name,) if file_name else _FILES:
            yield Path(folder, name)


def read(file: Path) -> WorkspaceConfig:
    """What the file says.

    Raises:
        ConfigError: It cannot be read, is no JSON object, or names no workspace.
    """
    content = _load(file)
    if isinstance(scope := content.get("Scope"), str) and (found := _SCOPE.search(scope)):
        content = found.groupdict() | content
    known = {key: content[key] for key in _KEYS if content.get(key)}
    if wrong := [key for key, value in known.items() if not isinstance(value, str)]:
        raise ConfigError(f"{file}: '{wrong[0]}' must be a string.")
    if "workspace_name" not in known:
        raise ConfigError(f"{file} names no workspace: 'workspace_name' is missing.")
    return WorkspaceConfig(**known, file=file)


_KEYS = ("workspace_name", "server", "subscription_id", "resource_group")


def write(config: WorkspaceConfig, folder: Path, file_name: str | None = None) -> Path:
    """Write the configuration for a folder and return the file; keys that are not ours stay as they are.

    Raises:
        ConfigError: There is a file of that name which is no configuration, or it cannot be written.
    """
    legacy = folder / "aml_config"
    file = (legacy if legacy.is_dir() else folder / ".azureml") / (file_name or "config.json")
    content = _load(file) if file.exists() else {}
    content |= {key: value for key in _KEYS if (value := getattr(config, key)) is not None}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=4) + b"\n")
        new.replace(file)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}.") from error
    return file


def _load(file: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{file} is not a valid configuration: {error}.") from None
