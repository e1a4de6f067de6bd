"""Messages about the files of runs and models."""

from lazward.wire.base import Answer, Request, Text


class ListArtifacts(Request, frozen=True):
    """Files and folders of a run, directly in ``path``, or in its root."""

    run_id: Text
    path: str | None = None
    page_token: str | None = None


class ListProxied(Request, frozen=True):
    """Files and folders directly in ``path`` of a workspace's artifacts."""

    path: str | None = None


class GetArtifact(Request, frozen=True):
    """One file of a run."""

    run_id: Text
    path: Text


class FileInfo(Answer):
    """A file or folder.

    Attributes:
        path: Relative to what was asked: the run, or for ``ListProxied`` the folder.
        is_dir: Whether it is a folder.
        file_size: Bytes; a folder has none.
    """

    path: str
    is_dir: bool
    file_size: int | None = None


class Artifacts(Answer):
    """What a folder holds, by path. All of it: there is never a next page."""

    root_uri: str | None = None
    files: list[FileInfo] = []


class ViewArtifact(GetArtifact, frozen=True):
    """A file of a run, to be shown in a frame of the portal; with ``scripts``, its own run there."""

    scripts: bool = False


class GetArchive(Request, frozen=True):
    """A folder of a run, or all of its files; as one archive."""

    path: str = ""
