"""Rule files read into rules: each by itself, then those that name others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from msgspec import convert

from monitor.base.config_files.toml_files import Document, KeyPath, nearest, read_partly
from monitor.base.days.schedule import DEFAULT_ZONE, is_zone, zones
from monitor.base.errors import Problem, UsageError, printable
from monitor.base.inputs import names_in
from monitor.base.records import Json
from monitor.base.settings import Settings, days_of, unknown_channel
from monitor.identity.organizations import Directory
from monitor.rules.language import keys
from monitor.rules.language.conditions import SIDES, read_condition, regrouped
from monitor.rules.language.inhibitions import RuleFile, checked_inhibitions
from monitor.rules.language.lint import lint, merged_hints
from monitor.rules.language.model import TESTS, Condition, Rule, RuleSet
from monitor.rules.language.reading import RuleReading
from monitor.rules.language.values import ID

_ID = re.compile(ID)
_WRITTEN_ID = re.compile(rf"""^[ \t]*id[ \t]*=[ \t]*["']({ID})["']""", re.MULTILINE)
_SEVERAL: tuple[Literal["all", "any", "ordered"], ...] = ("all", "any", "ordered")
_KINDS = ("flow", "stock", "rule")


def load_rules(folder: Path, *, directory: Directory, settings: Settings) -> RuleSet:
    """These are the rules of a folder; a missing folder has none.

    What is wrong in a file breaks that rule only. Raises UsageError if the folder is no folder,
    InputError if it cannot be listed.
    """
    if _is_no_folder(folder):
        raise UsageError(
            f"{folder} is not a folder; `rules` in the config names a folder of *.toml"
        )
    written_files = [_written(path) for path in rule_files(folder)]
    context = _Context(directory=directory, settings=settings)
    alone = {file.path: _file(file, context, {}) for file in written_files if not file.names_others}
    named = {file.id: file.rule for file in alone.values() if file.rule}
    files = [alone.get(file.path) or _file(file, context, named) for file in written_files]
    files = checked_inhibitions(files)
    holders: dict[str, list[RuleFile]] = {}
    for file in files:
        holders.setdefault(file.id, []).append(file)
    broken = {
        rule_id: tuple(problem for file in same_id for problem in file.problems)
        + tuple(_shared_id(same_id) if len(same_id) > 1 else ())
        for rule_id, same_id in sorted(holders.items())
    }
    return RuleSet(
        rules=tuple(
            file.rule
            for file in sorted(files, key=lambda file: file.id)
            if file.rule is not None and not broken[file.id]
        ),
        broken={rule_id: problems for rule_id, problems in broken.items() if problems},
        hints=tuple(
            merged_hints(
                (file.id, hint)
                for file in files
                for hint in (*file.hints, *(lint(file.rule) if file.rule else ()))
            )
        ),
        files=len(written_files),
        unidentified=any(broken[file.id] and not file.shows_id for file in written_files),
    )


def rule_files(folder: Path) -> list[Path]:
    """These are the rule files of a folder, without those of tests; a missing folder has none.

    Raises InputError if the folder cannot be listed.
    """
    return [
        path for path in names_in(folder) or () if path.match("*.toml") and not path.match(TESTS)
    ]


def _is_no_folder(folder: Path) -> bool:
    try:
        return folder.exists() and not folder.is_dir()
    except OSError:
        return False  # listing it says why it cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What names in a rule are held against."""

    directory: Directory
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One file: as much of it as fits the schema, and the problems that it has."""

    path: Path
    id: str
    document: Document | None = None
    """None if nothing of it could be read."""
    problems: tuple[Problem, ...] = ()
    shows_id: bool = True
    """Whether the id stands in the file; otherwise the file's name is taken."""

    @property
    def names_others(self) -> bool:
        """Whether one of its conditions is that of another rule."""
        content = self.document.content if self.document else {}
        return any("rule" in part for key in _SEVERAL for part in content.get(key, ()))


def _written(path: Path) -> _Written:
    try:
        document, problems = read_partly(path, "rule")
    except UsageError as exc:
        shown = _written_id(path)
        return _Written(
            path=path,
            id=shown or printable(path.stem),
            problems=exc.problems,
            shows_id=shown is not None,
        )
    rule_id = document.content.get("id", printable(path.stem))
    if not _ID.fullmatch(rule_id):
        expected = "the file's name is no id (small letters, digits, _ and -); give an `id`"
        problems = [document.problem((), expected), *problems]
    return _Written(
        path=path,
        id=rule_id,
        document=document,
        problems=tuple(problems),
        shows_id="id" in document.content,
    )


def _file(file: _Written, context: _Context, named: Mapping[str, Rule]) -> RuleFile:
    if file.document is None:
        return RuleFile(path=file.path, id=file.id, problems=file.problems)
    reading = RuleReading(
        document=file.document,
        directory=context.directory,
        settings=context.settings,
        rule_id=file.id,
    )
    rule = None
    if file.problems:
        _read_names(reading)
    else:
        rule = _rule(reading, file.path, named)
    problems = (*file.problems, *reading.problems)
    return RuleFile(
        path=file.path,
        id=file.id,
        document=file.document,
        rule=None if problems else rule,
        problems=tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.path))),
        hints=tuple(reading.hints),
    )


def _read_names(reading: RuleReading) -> None:
    """This notes what is wrong with the names in a file that does not fit the schema as a whole."""
    content = reading.document.content
    _check_channels(reading)
    for key in _SEVERAL:
        for index, part in enumerate(content.get(key, ())):
            _read_names_of(reading, (key, index), part)
    _read_names_of(reading, (), content)


def _read_names_of(reading: RuleReading, path: KeyPath, part: Mapping[str, Json]) -> None:
    for kind, sides in SIDES.items():
        if kind in part:
            for side in sides:
                said = part[kind].get(side)
                reading.side((*path, kind, side), said, by_group=False)
            reading.who((*path, kind, "who"), part[kind].get("who", {}))


def _written_id(path: Path) -> str | None:
    """This is the id in a file that cannot be read as a whole, so that its alerts can be named."""
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16).decode("utf-8", errors="replace")
    except OSError:
        return None
    top = head.partition("\n[")[0]
    line = _WRITTEN_ID.search(top)
    return line[1] if line else None


def _shared_id(files: list[RuleFile]) -> Iterator[Problem]:
    names = ", ".join(printable(file.path.name) for file in files)
    for file in files:
        yield Problem(
            file=printable(file.path),
            path="id",
            line=None,
            expected=f"{file.id!r} is the id of more than one rule: {names}",
        )


def _rule(reading: RuleReading, path: Path, named: Mapping[str, Rule]) -> Rule | None:
    content = reading.document.content
    _check_channels(reading)
    conditions = _conditions(reading, named)
    if not conditions:
        return None
    said = convert(content, keys.RuleTable)
    rule = Rule(
        id=reading.rule_id,
        file=path,
        title=said.title or reading.rule_id,
        description=said.description,
        severity=said.severity,
        enabled=said.enabled,
        conditions=conditions,
        combine=next((key for key in _SEVERAL if key in content), "all"),
        within_days=days_of(said.within) if said.within else None,
        keep_open_days=days_of(said.keep_open_for or "0d"),
        notify=said.notify,
        inhibit=said.inhibit,
    )
    _check_combination(reading, rule)
    return rule


def _conditions(reading: RuleReading, named: Mapping[str, Rule]) -> tuple[Condition, ...]:
    content = reading.document.content
    zone = content.get("timezone", reading.settings.timezone)
    if not is_zone(zone):
        near = nearest(zone, zones())
        reading.wrong(("timezone",), f"expected a time zone, {zone!r} is none", near=near)
        zone = DEFAULT_ZONE
    given = [key for key in ("flow", "stock", *_SEVERAL) if key in content]
    if len(given) != 1:
        expected = "expected one of [flow], [stock], [[all]], [[any]] and [[ordered]]"
        missing = "; the key 'flow' is missing" if not given else f", not {' and '.join(given)}"
        reading.wrong(tuple(given[1:2]), f"{expected}{missing}")
        return ()
    key = given[0]
    if key in ("flow", "stock"):
        return (read_condition(reading, (key,), content[key], zone=zone),)
    parts = [
        _part(reading, (key, index), part, zone=zone, named=named)
        for index, part in enumerate(content[key])
    ]
    # Together they can only be judged if each can be read.
    return tuple(part for part in parts if part) if all(parts) else ()


def _part(
    reading: RuleReading,
    path: KeyPath,
    part: Mapping[str, Json],
    *,
    zone: str,
    named: Mapping[str, Rule],
) -> Condition | None:
    kinds = [kind for kind in _KINDS if kind in part]
    if len(kinds) != 1:
        reading.wrong(path, "expected one of `flow`, `stock` and `rule`")
        return None
    kind = kinds[0]
    if kind != "rule":
        if "group_by" in part:
            reading.wrong((*path, "group_by"), f"expected `group_by` inside of `{kind}`")
        return read_condition(reading, (*path, kind), part[kind], zone=zone)
    other = named.get(part["rule"])
    if other is not None and other.main.unusual is not None:
        reading.wrong((*path, "rule"), "expected a rule without `unusual`, which stands alone")
        return None
    if other is None or len(other.conditions) > 1:
        near = nearest(part["rule"], [rule_id for rule_id in named if rule_id != part["rule"]])
        expected = f"there is no sound rule {part['rule']!r} of one condition"
        reading.wrong((*path, "rule"), expected, near=near)
        return None
    return regrouped(other.main, part["group_by"]) if "group_by" in part else other.main


def _check_combination(reading: RuleReading, rule: Rule) -> None:
    if (rule.within_days is not None) != (rule.combine == "ordered"):
        reading.wrong(("within",), "expected `within` with [[ordered]], and only with it")
    if len({frozenset(condition.names) for condition in rule.conditions}) > 1:
        names: Sequence[str] = [
            " ".join(sorted(condition.names)) or "-" for condition in rule.conditions
        ]
        expected = f"expected all conditions to group by the same names, not {'; '.join(names)}"
        reading.wrong((rule.combine,), expected)
    unbounded = [
        condition
        for condition in rule.conditions
        if condition.measure == "people" and _seeks_none(condition)
    ]
    if unbounded and (rule.combine == "any" or len(unbounded) == len(rule.conditions)):
        expected = "expected a lower bound of `people`, or a condition beside it that has one"
        path: KeyPath = (rule.main.kind, "people") if len(rule.conditions) == 1 else (rule.combine,)
        reading.wrong(path, expected)


def _seeks_none(condition: Condition) -> bool:
    return condition.people.at_least == 0


def _check_channels(reading: RuleReading) -> None:
    """This notes the channels that the config does not have."""
    document = reading.document
    for index, channel in enumerate(document.content.get("notify", {}).get("channels", ())):
        path = ("notify", "channels", index)
        reading.problems += unknown_channel(document, path, channel, reading.settings.channels)
