"""Files that people or channels wrote, without the people who are erased."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO, cast

from monitor.base.private_files import atomic_write
from monitor.base.settings import CollectedSource, Settings
from monitor.intake.forgetting.words import Words
from monitor.intake.profiles.ids import canonical_id
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting.texts import Scrubber
from monitor.operations.written_inputs import look_at_inboxes

_PERSON_LINE = re.compile(r"\bperson\b|\bids\b")
_QUOTED = re.compile(r"""(["'])(.*?)\1""")


def definitions(settings: Settings) -> Iterator[Path]:
    """The files in which an operator names people: rules, and who is one person."""
    if settings.people is not None and settings.people.is_file():
        yield settings.people
    if settings.rules.is_dir():
        yield from sorted(settings.rules.glob("*.toml"))


def in_definitions(text: str, erasure: Erasure) -> str:
    """The text of such a file with numbers in the place of ids, so that it means the same."""
    words = Words({**erasure.words, **erasure.keys, **erasure.kept})
    bare = {person.profile: person.id for person in erasure.people} | {**erasure.keys}

    def quoted(match: re.Match[str]) -> str:
        return f"{match[1]}{bare.get(match[2], match[2])}{match[1]}"

    lines = text.splitlines(keepends=True)
    return "".join(
        words.replaced(_QUOTED.sub(quoted, line) if _PERSON_LINE.search(line) else line)
        for line in lines
    )


def rewrite_definitions(settings: Settings, erasure: Erasure) -> list[Path]:
    """Write the rules and the people anew where they name somebody who is erased."""
    return [
        path
        for path in definitions(settings)
        if _rewrite(path, lambda text: in_definitions(text, erasure))
    ]


def rewrite_watch_lists(settings: Settings, erasure: Erasure) -> tuple[list[Path], list[Path]]:
    """Take people out of the files of whom to follow; returns those, and what still names them.

    The configuration is an operator's own, and is named where its `ids` name somebody.
    """
    changed, left = [], []
    for name, source in settings.sources.items():
        if not isinstance(source, CollectedSource):
            continue
        ids = erasure.ids_at(name)
        file = source.watch.file
        if file is not None and file.is_file() and _rewrite(file, partial(_unlisted, ids)):
            changed.append(file)
        if ids & {*map(canonical_id, source.watch.ids)}:
            left.append(settings.path)
    return changed, left


def are_listed(settings: Settings, erasure: Erasure) -> bool:
    """Whether a file of whom to follow lists one of the people."""
    files = (
        (erasure.ids_at(name), source.watch.file)
        for name, source in settings.sources.items()
        if isinstance(source, CollectedSource) and source.watch.file is not None
    )
    return any(
        (text := _text(file)) != _unlisted(ids, text) for ids, file in files if file.is_file()
    )


def _unlisted(ids: set[str], text: str) -> str:
    """A list of ids, one a line, without some of them."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if canonical_id(line.partition("#")[0]) not in ids)


def side_files(settings: Settings) -> list[Path]:
    """What else is kept in words: small files of the store, files of channels."""
    own = {*settings.snapshots.glob("*.json"), *settings.snapshots.glob("*.jsonl")}
    channels = {
        path
        for channel in settings.channels.values()
        if (path := getattr(channel, "path", None)) is not None and Path(path).is_file()
    }
    keep = {"erasing.json", "forgotten.json"}
    return sorted({path for path in (*own, *map(Path, channels)) if path.name not in keep})


def rewrite_side_files(settings: Settings, scrubber: Scrubber) -> list[Path]:
    """Write these anew, a line at a time: what a channel was sent may be more than memory."""
    return [path for path in side_files(settings) if _rewrite_lines(path, scrubber.lines)]


def _rewrite_lines(path: Path, change: Callable[[str], str]) -> bool:
    with _opened(path) as lines:
        if all(change(line) == line for line in lines):
            return False
    with _opened(path) as lines, atomic_write(path) as unfinished, _opened(unfinished, "w") as new:
        new.writelines(map(change, lines))
    return True


def _opened(path: Path, mode: str = "r") -> TextIO:
    """A text of which nothing but a line feed ends a line, and each end stays as it is."""
    return cast("TextIO", path.open(mode, encoding="utf-8", errors="surrogateescape", newline="\n"))


def _rewrite(path: Path, change: Callable[[str], str]) -> bool:
    text = _text(path)
    changed = change(text)
    if changed == text:
        return False
    with atomic_write(path) as unfinished:
        unfinished.write_text(changed, encoding="utf-8", errors="surrogateescape")
    return True


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def inbox_files(settings: Settings) -> list[Path]:
    """The files that the sources show."""
    return sorted(
        {path for listing in look_at_inboxes(settings).values() for path in listing.files}
    )
