"""What surrounds a run and may be wrong with it: files, folders, secrets, free disk."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from monitor.base.derived_file import is_unpublished, published_path
from monitor.base.errors import InputError, UsageError
from monitor.base.inputs import has_file, is_special, names_in
from monitor.base.settings import CollectedSource, GitSource, Secret, Settings, Traces
from monitor.base.settings.channels import File

_MIB = 1024 * 1024
_OURS = (".db", ".db-wal", ".db-shm", ".duckdb", ".json", ".key", ".html")
"""What the names of files end with that are kept beside the store."""
_SHOWN = 5
_MADE = (b'"exported_at"', b"What is stored about", b"<title>talentwatch report")
"""What exports and reports begin with, wherever they were written."""
_HEAD = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong: why, in a word for a metric, and in words for a person."""

    reason: str
    text: str


def troubles_around(settings: Settings) -> Iterator[Trouble]:
    """Find what a run would meet in its surroundings; nothing is written to find it."""
    yield from (Trouble(reason="secret", text=text) for text in _missing_secrets(settings))
    yield from (Trouble(reason="no_file", text=text) for text in _empty_paths(settings))
    yield from (Trouble(reason="unreadable", text=text) for text in _unreadable(settings))
    yield from (Trouble(reason="unwritable", text=text) for text in _unwritable(settings))
    yield from (Trouble(reason="not_private", text=text) for text in _not_private(settings))
    short = lack_of_space(settings)
    if short is not None:
        yield Trouble(reason="disk", text=short)
    if is_unpublished(settings):
        path = published_path(settings)
        yield Trouble(
            reason="unpublished",
            text=f"{path} is missing: commands wait for a run at work, and the board has nothing to"
            " show; `talentwatch run` makes it again, and its log says why if it cannot",
        )


def lack_of_space(settings: Settings) -> str | None:
    """Say that too little disk is free for a run; None if there is enough."""
    free = shutil.disk_usage(_there(settings.snapshots)).free // _MIB
    if free >= settings.watch.free_mib:
        return None
    return (
        f"only {free} MiB are free where {settings.snapshots} is, and a run needs"
        f" {settings.watch.free_mib}: make room, or lower `free_mib` of [watch]"
    )


def _missing_secrets(settings: Settings) -> Iterator[str]:
    for where, secret in _secrets(settings):
        try:
            secret.reveal()
        except UsageError as exc:
            yield f"{where}: {exc}"


def _secrets(settings: Settings) -> Iterator[tuple[str, Secret]]:
    tables: dict[str, Struct] = {
        **{f"channel {name}": channel for name, channel in settings.channels.items()},
        "[watch]": settings.watch,
        "[traces]": settings.traces or Traces(),
    }
    for where, table in tables.items():
        for key, value in structs.asdict(table).items():
            inner = value.items() if isinstance(value, Mapping) else [("", value)]
            for name, secret in inner:
                if isinstance(secret, Secret):
                    yield f"{where}, `{key}.{name}`" if name else f"{where}, `{key}`", secret


def _empty_paths(settings: Settings) -> Iterator[str]:
    from monitor.intake.sources.files import expand  # noqa: PLC0415 -- it brings PyArrow

    for name, source in settings.sources.items():
        if isinstance(source, GitSource) and not (settings.root / source.repository).is_dir():
            yield (
                f"source {name}: there is no folder {source.repository}: clone the repository"
                f" there, or mend `repository` of [sources.{name}] in {settings.path}"
            )
        if source.inbox is None or source.finished:
            continue
        place = f"`path` of [sources.{name}] in {settings.path}"
        try:
            if not expand(settings.root, source.inbox):
                said = f"no file matches {source.inbox}; put one there, or mend {place}"
                if isinstance(source, CollectedSource):
                    said = (
                        "its service has not told anything yet, or its files are gone:"
                        f" `talentwatch sources collect {name}` asks it"
                    )
                yield f"source {name}: {said}"
        except (OSError, ValueError, NotImplementedError) as exc:
            yield f"source {name}: {source.inbox} cannot be looked for ({exc}); mend {place}"


def _unreadable(settings: Settings) -> Iterator[str]:
    files = {"organizations": settings.organizations, "people": settings.people}
    for key, path in files.items():
        if path is not None:
            yield from _cannot(partial(has_file, path), key)
    yield from _cannot(partial(names_in, settings.rules), "rules")


def _cannot(look: Callable[[], object], key: str) -> Iterator[str]:
    """Say that something is there and cannot be read."""
    try:
        look()
    except InputError as exc:
        yield f"`{key}`: {exc}; mend it, or who may read it"


def _unwritable(settings: Settings) -> Iterator[str]:
    paths = {
        f"channel {name}": channel.path
        for name, channel in settings.channels.items()
        if isinstance(channel, File)
    }
    for what, path in paths.items():
        if path.is_dir():
            yield f"{what}: {path} is a folder; `path` names a file"
        elif is_special(path) and not path.is_char_device():
            yield f"{what}: {path} is a pipe or the like, and no file; `path` names a file"
        else:
            yield from _no_place(what, path if path.exists() else path.parent, path)
    yield from _no_place("`snapshots`", settings.snapshots, settings.snapshots)


def _not_private(settings: Settings) -> Iterator[str]:
    """Name the files of people's data, of those that talentwatch writes, that others can read."""
    folder = settings.snapshots
    ours = [
        *(folder / name for name in (settings.stored.name, "backups")),
        *(path for end in _OURS for path in sorted(folder.glob(f"*{end}"))),
        *sorted((folder / "backups").glob("*")),
        *_made_for_people(settings.root),
    ]
    open_to_others = [path for path in ours if path.exists() and _is_open(path)]
    if open_to_others:
        shown = ", ".join(_place(settings, path) for path in open_to_others[:_SHOWN])
        more = f" and {len(open_to_others) - _SHOWN} more" if open_to_others[_SHOWN:] else ""
        yield (
            f"others on this machine can read {shown}{more}: `chmod -R go= {folder}`, and"
            " `chmod go= FILE` for what lies elsewhere"
        )


def _place(settings: Settings, path: Path) -> str:
    """Where a file is; an export may be called after a person, whom counts alone do not name."""
    is_ours = settings.names == "full" or path.is_relative_to(settings.snapshots)
    return str(path) if is_ours else f"an export or report in {settings.root}"


def _made_for_people(folder: Path) -> Iterator[Path]:
    """Find the exports and reports that lie beside the configuration."""
    for path in sorted((*folder.glob("*.json"), *folder.glob("*.html"))):
        if path.is_file() and os.access(path, os.R_OK):
            with path.open("rb") as file:
                head = file.read(_HEAD)
            if any(words in head for words in _MADE):
                yield path


def _is_open(path: Path) -> bool:
    """Whether others can read a file of ours; what a closed folder holds nobody reaches."""
    status = path.stat()
    is_reachable = path.parent.stat().st_mode & 0o011
    return bool(status.st_uid == os.geteuid() and is_reachable and status.st_mode & 0o044)


def _no_place(what: str, place: Path, path: Path) -> Iterator[str]:
    there = _there(place)
    if there != path and not there.is_dir():
        yield f"{what}: {path} cannot be written: {there} is no folder"
    elif not os.access(there, os.W_OK):
        yield f"{what}: {path} cannot be written: {there} may not be written to"


def _there(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
