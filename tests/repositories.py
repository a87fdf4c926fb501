"""Git repositories for tests, made by one `git fast-import` each."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

Tree = Mapping[str, bytes | None]
"""By path, what a commit changes; None for a file that it removes."""
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}


def git(*arguments: object, at: Path | None = None, text: bytes = b"") -> str:
    """Run git, at a folder, and return what it says."""
    place = ("-C", str(at)) if at else ()
    done = subprocess.run(
        ("git", "-c", "safe.directory=*", *place, *map(str, arguments)),  # noqa: S607 -- as users do
        input=text,
        capture_output=True,
        check=True,
        env=_ENVIRONMENT,
    )
    return done.stdout.decode().strip()


def made(path: Path, commits: Iterable[tuple[str, Tree]] = ()) -> Path:
    """Make a bare repository with a branch of these commits, each with its moment in UTC."""
    git("init", "--quiet", "--bare", "--initial-branch=main", path)
    if commits := list(commits):
        add(path, commits, onto=None)
    return path


def add(
    path: Path, commits: Iterable[tuple[str, Tree]], *, onto: str | None = "main", to: str = "main"
) -> None:
    """Put commits on a branch: onto another one, or anew."""
    stream = bytearray()
    parent = git("rev-parse", onto, at=path) if onto else None
    if parent is None:
        stream += b"reset refs/heads/%s\n" % to.encode()
    for moment, tree in commits:
        seconds = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
        stream += b"commit refs/heads/%s\n" % to.encode()
        stream += b"committer Ann <ann@example.org> %d +0000\ndata 1\nx\n" % seconds
        if parent is not None:
            stream += b"from %s\n" % parent.encode()
            parent = None
        for name, content in tree.items():
            if content is None:
                stream += b"D %s\n" % name.encode()
            else:
                stream += b"M 100644 inline %s\ndata %d\n" % (name.encode(), len(content))
                stream += content + b"\n"
    git("fast-import", "--quiet", "--force", "--date-format=raw", at=path, text=bytes(stream))
