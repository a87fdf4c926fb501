"""A file in a git repository: its history is the series of snapshots."""

import fnmatch
import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from monitor.base.errors import FileRefused, SourceError, UsageError, printable
from monitor.base.profile import FileForm
from monitor.base.records import Observation
from monitor.base.settings import GitSource, Settings
from monitor.base.telemetry import logs
from monitor.intake.sources.commit_days import commit_days
from monitor.intake.sources.content import JSON, READABLE, TABLES, YAML, is_readable, kind_of
from monitor.intake.sources.files import json_lines
from monitor.intake.sources.nested import reads_text
from monitor.intake.sources.opening import opened_file
from monitor.intake.sources.repository import Objects, Repository

_SHORT = 12
"""Letters of a commit's name that tell it from all others."""
_JOINABLE = JSON | TABLES | YAML
Files = tuple[tuple[str, str], ...]
"""Of one commit: the path of each file, and the name of its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the files were at a commit."""

    commit: str
    day: date
    files: Files


class Git:
    """The history of a file, or of the files that a pattern matches, in one repository."""

    def __init__(self, *, source: str, root: Path, settings: GitSource) -> None:
        """`root` is the folder from which the path of the repository begins."""
        self._source = source
        self._settings = settings
        self._repository = Repository(root / settings.repository)
        folder, _, self._pattern = settings.path.rpartition("/")
        self._folder = folder

    def observations(self) -> Iterator[Observation | SourceError]:
        """One observation for each commit, day or month, or the error that says why there is none.

        Of a day there is one at most: the last. It is final when its day, or its month, is over.
        """
        try:
            states = self._states
        except SourceError as error:
            yield error
            return
        for state in self._chosen(states):
            yield self._observation(state)
        if states and not states[-1].files and not self._settings.finished:
            yield self._gone(states)

    @property
    def place(self) -> Path:
        """Where the repository is."""
        return self._repository.path

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What else has to be said of the repository."""
        if not self._repository.is_shallow():
            return ()
        said = (
            f"{printable(str(self._repository.path))} is a shallow clone: its history begins on"
            f" {self._states[0].day}; `git fetch --unshallow` there brings what was before"
        )
        return (said,)

    @cached_property
    def _states(self) -> list[_State]:
        """What the files were at each commit of the branch, oldest first."""
        tip = self._repository.tip(self._settings.branch)
        commits = self._repository.commits(tip)
        days = commit_days([commit.seconds for commit in commits])
        since = date.fromisoformat(self._settings.since) if self._settings.since else date.min
        states = list[_State]()
        of_trees: dict[str, Files] = {}
        with self._repository.objects() as objects:
            for commit, day in zip(commits, days, strict=True):
                if day >= since:
                    files = self._files(objects, commit.name, of_trees)
                    states.append(_State(commit=commit.name, day=day, files=files))
        if self._repository.is_shallow():
            logs.warning("shallow clone", source=self._source, since=str(days[0]))
        return states

    def _files(self, objects: Objects, commit: str, files_of: dict[str, Files]) -> Files:
        tree, entries = objects.files_in(commit, self._folder)
        if tree not in files_of:
            files_of[tree] = tuple(
                (f"{self._folder}/{name}" if self._folder else name, blob)
                for name, blob in sorted(entries)
                if fnmatch.fnmatchcase(name, self._pattern)
            )
        return files_of[tree]

    def _chosen(self, states: Sequence[_State]) -> Iterator[_State]:
        """The last of each day or month, of all commits or of those that changed the files."""
        every = self._settings.every
        last: dict[date, _State] = {}
        before: Files = ()
        for state in states:
            if every != "commit" or state.files != before:
                last[state.day.replace(day=1) if every == "month" else state.day] = state
            before = state.files
        yield from (state for state in last.values() if state.files)

    def _observation(self, state: _State) -> Observation:
        names = f"{state.commit[:_SHORT]}:{state.files[0][0]}"
        more = f" and {len(state.files) - 1} more" if len(state.files) > 1 else ""
        origin, form = printable(f"{names}{more}"), FileForm()
        layout = f"{self._settings.fingerprint()}{self._settings.json_fingerprint()}"
        content = f"git {' '.join(blob for _, blob in state.files)} {layout}"
        return Observation(
            source=self._source,
            observed_on=state.day,
            origin=origin,
            sha256=hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest(),
            open=partial(self._opened, state.files, origin, form),
            place=str(self._repository.path),
            form=form,
            final_on=_after(state.day, month=self._settings.every == "month"),
        )

    def _gone(self, states: Sequence[_State]) -> SourceError:
        last = next((state for state in reversed(states) if state.files), None)
        when = (
            "nor had any before it"
            if last is None
            else f"the last that had was {last.commit[:_SHORT]} of {last.day}"
        )
        return SourceError(
            f"{printable(str(self._repository.path))}: the newest commit has no file"
            f" {printable(self._settings.path)}, {when}: mend `path` or `branch` of the source, or"
            " set `finished = true`"
        )

    @contextmanager
    def _opened(self, files: Files, origin: str, form: FileForm) -> Iterator[BinaryIO]:
        """The files of a commit as JSON Lines."""
        name = PurePosixPath(files[-1][0]).name
        named = Path(name)
        if not is_readable(named):
            raise FileRefused(f"{origin}: not a kind of file that can be read; known: {READABLE}")
        if len(files) > 1 and kind_of(named) not in _JOINABLE:
            raise FileRefused(f"{origin}: files that are packed cannot be read as one")
        with TemporaryDirectory(prefix="talentwatch-") as folder:
            # The name of a file in a hostile repository is none for ours.
            path = Path(folder) / f"content{''.join(named.suffixes[-2:])}"
            with path.open("wb") as target, self._repository.objects() as objects:
                self._write(objects, files, target, origin)
            try:
                with (
                    opened_file(path) as file,
                    json_lines(path, file, self._settings, form) as stream,
                ):
                    yield stream
            except SourceError as error:
                said = str(error).removeprefix(f"{path.name}: ")
                raise type(error)(f"{origin}: {said}") from error

    def _write(self, objects: Objects, files: Files, target: BinaryIO, origin: str) -> None:
        """Write the files one after the other, as one file of their kind."""
        heading = b""
        for number, (name, blob) in enumerate(files):
            if number == 0:
                objects.write(blob, target, origin=origin)
                continue
            with TemporaryDirectory(prefix="talentwatch-") as folder:
                path = Path(folder) / "part"
                with path.open("wb") as part:
                    objects.write(blob, part, origin=origin)
                with path.open("rb") as part:
                    target.write(self._parting(name))
                    if kind_of(Path(name)) in TABLES and not reads_text(self._settings):
                        heading = heading or _first_line(target)
                        line = part.readline()
                        if line.strip() != heading.strip():
                            raise FileRefused(
                                f"{origin}: {printable(name)} has other columns than the first file"
                            )
                    while piece := part.read(1 << 20):
                        target.write(piece)

    @staticmethod
    def _parting(name: str) -> bytes:
        return b"\n---\n" if kind_of(Path(name)) in YAML else b"\n"


def histories(settings: Settings, only: Collection[str] | None) -> dict[str, Git]:
    """Every source that is a history, `only` some if told."""
    return {
        name: Git(source=name, root=settings.root, settings=source)
        for name, source in settings.sources.items()
        if isinstance(source, GitSource) and (only is None or name in only)
    }


def named_history(settings: Settings, name: str, files: Sequence[Path]) -> Git:
    """The history of a source, which an `import` names by its repository.

    Raises UsageError for anything else.
    """
    made = histories(settings, [name])[name]
    if [file.resolve() for file in files] != [made.place.resolve()]:
        raise UsageError(f"the source {name} is fed by its repository: {printable(made.place)}")
    return made


def _first_line(target: BinaryIO) -> bytes:
    target.flush()
    with Path(target.name).open("rb") as file:
        return file.readline()


def _after(day: date, *, month: bool) -> date:
    """The first day on which nothing is added to a day, or to its month."""
    if not month:
        return day + timedelta(days=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
