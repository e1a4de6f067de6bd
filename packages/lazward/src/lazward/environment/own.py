"""Our own packages as wheels, made from what is installed here, so that a job has the same.

They are made anew rather than fetched: a node need not reach an index that has them, and a job's client is
always the one that fits its server.
"""

import base64
import hashlib
import json
import secrets
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import NamedTuple

_MODULES = {"lazward": "lazward", "lazward-azureml": "azureml.core"}
"""A module of each of our distributions, by which it is found when it is installed in place."""
_WHEEL = "Wheel-Version: 1.0\nGenerator: lazward\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Wheel(NamedTuple):
    """One of our distributions.

    Attributes:
        file: The wheel.
        digest: Checksum of its content.
    """

    file: Path
    digest: str


def make(name: str, folder: Path) -> Wheel | None:
    """The wheel of one of our distributions below a folder; None if it is not installed here."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    members = dict(sorted(_members(name, found)))
    digest = hashlib.sha256()
    for path, content in members.items():
        digest.update(f"{path} {len(content)}\n".encode())
        digest.update(content)
    stem = f"{name.replace('-', '_')}-{found.version}"
    file = folder / digest.hexdigest()[:16] / f"{stem}-py3-none-any.whl"
    if not file.exists():
        _write(file, members, f"{stem}.dist-info")
    return Wheel(file, digest.hexdigest())


def _members(name: str, found: Distribution) -> Iterator[tuple[str, bytes]]:
    info = f"{name.replace('-', '_')}-{found.version}.dist-info"
    yield f"{info}/METADATA", (found.read_text("METADATA") or "").encode()
    yield f"{info}/WHEEL", _WHEEL.encode()
    if entry_points := found.read_text("entry_points.txt"):
        yield f"{info}/entry_points.txt", entry_points.encode()
    for path, file in _modules(name, found):
        yield str(path), file.read_bytes()


def _modules(name: str, found: Distribution) -> Iterator[tuple[PurePosixPath, Path]]:
    """The files that can be imported, with where they lie in the wheel."""
    if not _is_in_place(found):
        for file in found.files or ():
            if ".dist-info" not in file.parts[0] and file.suffix != ".pyc" and file.parts[0] != "..":
                yield PurePosixPath(*file.parts), Path(str(found.locate_file(file)))
        return
    module = _MODULES[name]
    spec = find_spec(module)
    top = Path(((spec and spec.submodule_search_locations) or [""])[0])
    root = top.parents[module.count(".")]
    for file in top.parents[module.count(".") - 1].rglob("*") if "." in module else top.rglob("*"):
        if file.is_file() and file.suffix != ".pyc":
            yield PurePosixPath(*file.relative_to(root).parts), file


def _is_in_place(found: Distribution) -> bool:
    direct = found.read_text("direct_url.json")
    return direct is not None and bool(json.loads(direct).get("dir_info", {}).get("editable"))


def _write(file: Path, members: dict[str, bytes], info: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    record = "".join(f"{path},{_hash(content)},{len(content)}\n" for path, content in members.items())
    part = file.with_suffix(f".{secrets.token_hex(4)}.part")  # several jobs may start at the same time
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**members, f"{info}/RECORD": (record + f"{info}/RECORD,,\n").encode()}.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    part.replace(file)


def _hash(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
