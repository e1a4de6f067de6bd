"""The launcher as one file, for nodes that have nothing but Python: ``python3 BUNDLE FOLDER``.

It is made of what is installed here, so that a node has the launcher that fits its server, and needs no
package index where its Python and its system are the server's: what is compiled is carried for these alone.
``bootstrap`` is what runs first.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from packaging.requirements import Requirement

from lazward.environment import own
from lazward.launcher import bootstrap

_OURS = ("lazward", "lazward-azureml")
_NEEDED = ("msgspec", "httpx", "platformdirs", "pathspec", "packaging", "psutil", "pyyaml")
"""What the launcher imports; its command line's needs it does not."""
_OLDER = (("exceptiongroup", (3, 11)), ("typing_extensions", (3, 13)))
"""What those need on Pythons before that one, where the server's is newer and has not got it."""
_NOT_NEEDED = frozenset({"pyyaml"})
"""What works without its compiled modules."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_SUFFIXES = (".so", ".pyd", ".dylib")


class Bundle(NamedTuple):
    """A launcher.

    Attributes:
        name: What tells it from others: its content's checksum.
        content: The file.
    """

    name: str
    content: bytes


class _Carried(NamedTuple):
    """A distribution in a bundle.

    Attributes:
        name: Its name.
        version: Its version.
        files: By their path, with the content.
        compiled: Whether it serves one Python and system alone.
    """

    name: str
    version: str
    files: dict[str, bytes]
    compiled: bool


def make() -> Bundle:
    """The bundle of what is installed here; the same content gives the same name."""
    members: dict[str, bytes] = {}
    compiled: list[dict[str, str]] = []
    for one in _carried():
        top = f"for-{one.name}" if one.compiled else "lib"
        members |= {f"{top}/{path}": content for path, content in one.files.items()}
        if one.compiled:
            requirement = f"{one.name}=={one.version}"
            compiled.append({"requirement": requirement, "prefix": top, "for": bootstrap.here()})
    listed: dict[str, object] = {"compiled": compiled, "older": _older()}
    members["__main__.py"] = Path(bootstrap.__file__).read_bytes()
    name = _digest(members, listed)
    members[bootstrap.LIST] = json.dumps({"name": name, **listed}).encode()
    return Bundle(name, _zipped(members))


def _carried() -> Iterator[_Carried]:
    for name in _OURS:
        if found := _own(name):
            yield found
    for name, found in sorted(_needed().items()):
        files = dict(sorted(_files(found)))
        compiled = [path for path in files if path.endswith(_SUFFIXES)]
        if name in _NOT_NEEDED:
            files = {path: content for path, content in files.items() if path not in compiled}
        yield _Carried(name, found.version, files, bool(compiled) and name not in _NOT_NEEDED)


def _own(name: str) -> _Carried | None:
    with tempfile.TemporaryDirectory() as folder:
        made = own.make(name, Path(folder))
        if made is None:
            return None
        with zipfile.ZipFile(made.file) as wheel:
            files = {info.filename: wheel.read(info) for info in wheel.infolist()}
    return _Carried(name, distribution(name).version, files, compiled=False)


def _needed() -> dict[str, Distribution]:
    """What the launcher imports, with all that those need here."""
    found: dict[str, Distribution] = {}
    left = list(_NEEDED)
    while left:
        name = _normal(left.pop())
        if name not in found and (there := _distribution(name)):
            found[name] = there
            left += [one.name for one in map(Requirement, there.requires or ()) if _applies(one)]
    return found


def _applies(one: Requirement) -> bool:
    return one.marker is None or one.marker.evaluate({"extra": ""})


def _older() -> list[dict[str, object]]:
    there = _needed()
    return [{"requirement": name, "before": before} for name, before in _OLDER if _normal(name) not in there]


def _files(found: Distribution) -> Iterator[tuple[str, bytes]]:
    for file in found.files or ():
        if file.parts[0] != ".." and file.suffix != ".pyc" and file.name not in _LEFT_OUT:
            path = PurePosixPath(*file.parts)
            yield str(path), Path(str(found.locate_file(file))).read_bytes()


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _digest(members: dict[str, bytes], listed: dict[str, object]) -> str:
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode())
    for path, content in sorted(members.items()):
        digest.update(f"{path} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
