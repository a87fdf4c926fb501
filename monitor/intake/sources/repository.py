"""A git repository as it is read: by plumbing commands that run none of its hooks and settings.

Only `rev-parse`, `rev-list` and `cat-file` are used. They check nothing out, write nothing, and
know no pager, no signature program and no filter.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from monitor.base.errors import FileRefused, SourceError, brief, printable
from monitor.base.settings import GitSource

_SECONDS = 600
"""No listing of commits takes so long."""
_PIECE = 1 << 20
_FILES = frozenset({b"100644", b"100755", b"100664"})
"""The modes of files. A symbolic link and a submodule are none."""
_POINTER = b"version https://git-lfs.github.com/spec/"
_OPTIONS = (
    # It is read by whoever runs talentwatch, who may not be its owner; nothing of it is run.
    *("-c", "safe.directory=*"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    # A clone without all of its objects would fetch those that are missing.
    *("-c", "protocol.allow=never"),
)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the line of a branch."""

    name: str
    seconds: int
    """When it was committed, since 1970."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A clone with or without a working tree, or a bare mirror."""

    path: Path

    def tip(self, branch: str) -> str:
        """The commit at which a branch or tag stands. Raises SourceError if there is none."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{branch}^{{commit}}")
        if branch.startswith("-"):
            raise SourceError(f"{self._name}: {printable(branch)} is no name of a branch")
        commit = self._run(*asked, check=False).strip().decode("ascii", "replace")
        if not commit:
            self._run("rev-parse", "--git-dir")  # says why it is no repository, if it is none
            raise SourceError(
                f"{self._name}: it has no branch or tag {printable(branch)}, or no commit yet: set"
                " `branch` of the source"
            )
        return commit

    def is_shallow(self) -> bool:
        """Whether older commits were left out when it was cloned."""
        return self._run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def commits(self, tip: str) -> list[Commit]:
        """The commits that a branch went through, oldest first: of a merge, the side merged into.

        What was merged counts from the merge on: that is when the branch got it.
        """
        lines = self._run("rev-list", "--first-parent", "--timestamp", tip).splitlines()
        listed = (line.decode("ascii").split() for line in reversed(lines))
        return [Commit(name, int(seconds)) for seconds, name in listed]

    @contextmanager
    def objects(self) -> Iterator["Objects"]:
        """Read objects, one after the other."""
        with self._process("cat-file", "--batch", stdin=subprocess.PIPE) as process:
            try:
                if process.stdin is not None and process.stdout is not None:
                    yield Objects(process.stdin, process.stdout, self._name)
            finally:
                process.kill()  # it waits for more to be asked

    @property
    def _name(self) -> str:
        return printable(str(self.path))

    def _run(self, *command: str, check: bool = True) -> bytes:
        process = self._process(*command, stdin=subprocess.DEVNULL)
        with process:
            try:
                answer, error = process.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired as exc:
                process.kill()
                raise SourceError(f"{self._name}: git took more than {_SECONDS} seconds") from exc
        if check and process.returncode:
            said = " ".join(error.decode("utf-8", "replace").split())
            raise SourceError(f"{self._name}: no git repository that can be read: {said[:300]}")
        return answer

    def _process(self, *command: str, stdin: int) -> subprocess.Popen[bytes]:
        if not self.path.is_dir():
            raise SourceError(f"{self._name}: there is no such folder: clone the repository there")
        place = self.path.resolve()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CEILING_DIRECTORIES": str(place.parent),
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_GRAFT_FILE": os.devnull,
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        try:
            return subprocess.Popen(  # noqa: S603 -- no word of it is a repository's
                ("git", "-C", str(place), *_OPTIONS, *command),  # noqa: S607 -- the one of the PATH
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if stdin == subprocess.PIPE else subprocess.PIPE,
                env=environment,
            )
        except OSError as exc:
            raise SourceError(
                f"{self._name}: the program git cannot be started: {brief(exc)}"
            ) from exc


def standing(path: Path, source: GitSource) -> str:
    """Where a branch stands, or why that cannot be told: it changes with every new commit."""
    try:
        return Repository(path).tip(source.branch)
    except SourceError as error:
        return str(error)


@dataclass(frozen=True, slots=True)
class Objects:
    """What a repository holds, by name."""

    ask: IO[bytes]
    answer: IO[bytes]
    repository: str

    def files_in(self, commit: str, folder: str) -> tuple[str, list[tuple[str, str]]]:
        """The name of a folder's tree at a commit, and its files with the names of their blobs.

        A folder that is not there has no name and no files.
        """
        tree = self._look(f"{commit}:{folder}")
        if tree is None:
            return "", []
        name, kind, size = tree
        content = self._read(size)
        return name, list(_entries(content, len(name) // 2)) if kind == "tree" else []

    def write(self, blob: str, target: BinaryIO, *, origin: str) -> None:
        """Write the bytes of a file. Raises SourceError for one that is not in the repository."""
        content = self._look(blob)
        if content is None:
            raise SourceError(
                f"{origin}: its content is not in the clone, which was made without all objects:"
                " clone it again without --filter"
            )
        left = content[2]
        piece = self._some(left)
        if piece.startswith(_POINTER):
            raise FileRefused(
                f"{origin}: it is a pointer of Git LFS, and what it points at is in no commit"
            )
        while piece:
            target.write(piece)
            left -= len(piece)
            piece = self._some(left)
        self.answer.read(1)

    def _look(self, wanted: str) -> tuple[str, str, int] | None:
        try:
            self.ask.write(wanted.encode("utf-8", "surrogateescape") + b"\n")
            self.ask.flush()
        except OSError as exc:
            raise self._broken() from exc
        head = self.answer.readline().split()
        if len(head) < 3:  # noqa: PLR2004 -- "NAME missing"; the name may have spaces
            if not head:
                raise self._broken()
            return None
        if head[-1] == b"missing" or not head[-1].isdigit():
            return None
        return head[0].decode("ascii"), head[1].decode("ascii"), int(head[2])

    def _read(self, size: int) -> bytes:
        content = self.answer.read(size)
        self.answer.read(1)
        if len(content) < size:
            raise self._broken()
        return content

    def _some(self, left: int) -> bytes:
        piece = self.answer.read(min(left, _PIECE))
        if left and not piece:
            raise self._broken()
        return piece

    def _broken(self) -> SourceError:
        return SourceError(
            f"{self.repository}: git stopped while it was read: `git fsck` says what is damaged, or"
            " the clone was made without all objects: clone it again without --filter"
        )


def _entries(tree: bytes, width: int) -> Iterator[tuple[str, str]]:
    """The files of a tree: MODE SPACE NAME NUL, then the name of the object in `width` bytes."""
    at = 0
    while at < len(tree):
        mode, _, rest = tree[at : tree.index(b"\0", at)].partition(b" ")
        at += len(mode) + 1 + len(rest) + 1
        if mode in _FILES:
            yield rest.decode("utf-8", "surrogateescape"), tree[at : at + width].hex()
        at += width
