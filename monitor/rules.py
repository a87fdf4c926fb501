"""The rules: which moves count, over which days, from how many people on. One file each.

A broken file is set aside with its problems; the other rules go on.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from monitor.errors import Problem, UsageError
from monitor.organizations import Directory, fold
from monitor.records import Json
from monitor.settings import Settings, days_of, unknown_channel
from monitor.toml_files import Document, KeyPath, listed, nearest, read

ANY = "*"
TESTS = "*.test.toml"
"""The files beside the rules that hold their tests."""
SIDES_OF_GROUPS = tuple(
    f"{side}.{what}"
    for side in ("from", "to")
    for what in ("organization", "unit", "team", "location")
)
"""What a rule may group by, besides the person."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_WRITTEN_ID = re.compile(
    r"""^[ \t]*id[ \t]*=[ \t]*["']([a-z0-9][a-z0-9_-]{0,63})["']""", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one side of a move has to be; an empty tuple asks nothing."""

    organizations: tuple[str, ...] | None = None
    """Canonical ids; None is any known organisation."""
    not_organizations: tuple[str, ...] = ()
    unit: bool = False
    """Whether exactly these organisations are meant, as named by `unit`."""
    teams: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """What the person has to be, as case-insensitive globs; an empty tuple asks nothing."""

    title: tuple[str, ...] = ()
    """On either side."""
    from_title: tuple[str, ...] = ()
    to_title: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    """On either side."""
    person: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Which messages a rule sends, and where."""

    channels: tuple[str, ...] = ()
    """Empty: every channel."""
    on: tuple[str, ...] = ("opened", "grew", "closed", "corrected")
    late_up_to_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibit:
    """Which alerts need not be told while one of this rule is open that has all their people."""

    rules: tuple[str, ...]
    """Ids; `*` is every other rule."""
    equal: tuple[str, ...] = ()
    """Sides on which both groups must have the same value; both having none is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, with every name resolved."""

    id: str
    file: Path
    title: str
    description: str = ""
    severity: str = "warning"
    enabled: bool = True
    origin: Match | None = None
    """None: from anywhere, unknown included."""
    destination: Match | None = None
    """None: to anywhere, unknown included."""
    who: Who = field(default_factory=Who)
    window_days: int | None = None
    """A sliding window; None if the rule counts since an anchor."""
    since: Literal["year", "quarter"] | date | None = None
    people: int
    group_by: tuple[str, ...] = ()
    clock: Literal["effective", "observed"] = "effective"
    count: Literal["certain", "possible"] = "certain"
    notify: Notify = field(default_factory=Notify)
    inhibit: Inhibit | None = None

    @property
    def meaning(self) -> str:
        """This is a hash over all that changes what counts: titles and messages do not."""
        told = {"id", "file", "title", "description", "severity", "notify", "inhibit"}
        counted = {key: value for key, value in asdict(self).items() if key not in told}
        text = json.dumps(counted, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of a folder."""

    rules: tuple[Rule, ...] = ()
    """In order of id."""
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    """What is wrong, by the id of the rule (the file's name where the id cannot be read)."""
    hints: tuple[str, ...] = ()
    """What is probably not meant but may be."""


def load_rules(folder: Path, *, directory: Directory, settings: Settings) -> RuleSet:
    """These are the rules of a folder; a missing folder has none.

    What is wrong in a file breaks that rule only. Raises UsageError if the folder is no folder.
    """
    if not folder.exists():
        return RuleSet()
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is not a folder; `rules` in the config names a folder of *.toml"
        )
    paths = (path for path in sorted(folder.glob("*.toml")) if not path.match(TESTS))
    files = [_file(path, directory, settings) for path in paths]
    files = _checked_inhibitions(files)
    holders: dict[str, list[_File]] = {}
    for one in files:
        holders.setdefault(one.id, []).append(one)
    broken = {
        rule_id: tuple(problem for one in found for problem in one.problems)
        + tuple(_shared_id(found) if len(found) > 1 else ())
        for rule_id, found in sorted(holders.items())
    }
    return RuleSet(
        rules=tuple(
            one.rule
            for one in sorted(files, key=lambda one: one.id)
            if one.rule is not None and not broken[one.id]
        ),
        broken={rule_id: problems for rule_id, problems in broken.items() if problems},
        hints=tuple(hint for one in files for hint in one.hints),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What one file of the folder gave: a rule, or the problems that break it."""

    path: Path
    id: str
    document: Document | None = None
    rule: Rule | None = None
    problems: tuple[Problem, ...] = ()
    hints: tuple[str, ...] = ()


def _file(path: Path, directory: Directory, settings: Settings) -> _File:
    try:
        document = read(path, "rule")
    except UsageError as exc:
        return _File(path=path, id=_written_id(path) or path.stem, problems=exc.problems)
    rule_id = document.content.get("id", path.stem)
    if not _ID.fullmatch(rule_id):
        expected = "the file's name is no id (small letters, digits, _ and -); give an `id`"
        return _File(path=path, id=rule_id, problems=(document.problem((), expected),))
    reading = _Reading(document=document, directory=directory, rule_id=rule_id)
    reading.check_channels(settings)
    rule = reading.rule(path)
    return _File(
        path=path,
        id=rule_id,
        document=document,
        rule=None if reading.problems else rule,
        problems=tuple(reading.problems),
        hints=tuple(reading.hints),
    )


def _written_id(path: Path) -> str | None:
    """This is the id in a file that cannot be read as a whole, so that its alerts can be named."""
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16).decode("utf-8", errors="replace")
    except OSError:
        return None
    top = head.partition("\n[")[0]
    found = _WRITTEN_ID.search(top)
    return found[1] if found else None


def _shared_id(found: list[_File]) -> Iterator[Problem]:
    names = ", ".join(one.path.name for one in found)
    for one in found:
        yield Problem(
            file=str(one.path),
            path="id",
            line=None,
            expected=f"{one.id!r} is the id of more than one rule: {names}",
        )


def inhibited(rules: Iterable[Rule]) -> dict[str, dict[str, tuple[str, ...]]]:
    """These are, by rule, the rules that inhibit it with the sides that have to be equal."""
    every = list(rules)
    return {
        rule.id: {
            other.id: other.inhibit.equal
            for other in every
            if other.inhibit and other.id != rule.id and {rule.id, ANY} & {*other.inhibit.rules}
        }
        for rule in every
    }


def _checked_inhibitions(files: list["_File"]) -> list["_File"]:
    """These are the files with what is wrong in whom they inhibit: nobody, or each other."""
    ids = {one.id for one in files}
    quieter = {
        one.id: (ids - {one.id} if ANY in one.rule.inhibit.rules else {*one.rule.inhibit.rules})
        for one in files
        if one.rule and one.rule.inhibit
    }
    return [_checked_inhibition(one, quieter, ids) for one in files]


def _checked_inhibition(
    one: "_File", quieter: Mapping[str, AbstractSet[str]], ids: AbstractSet[str]
) -> "_File":
    if one.document is None or one.id not in quieter:
        return one
    path: KeyPath = ("inhibit", "rules")
    unknown = sorted(quieter[one.id] - ids)
    hints = [
        f"rule {one.id}: there is no rule {name!r} to inhibit{_nearly(name, ids)}"
        for name in unknown
    ]
    reached, front = set[str](), {one.id}
    while front:
        front = {name for rule in front for name in quieter.get(rule, ())} - reached
        reached |= front
    expected = "expected rules that do not inhibit this one in turn; nobody would be told"
    problems = [one.document.problem(path, expected)] if one.id in reached else []
    return replace(
        one,
        rule=None if problems else one.rule,
        problems=(*one.problems, *problems),
        hints=(*one.hints, *hints),
    )


def _nearly(name: str, choices: Iterable[str]) -> str:
    near = nearest(name, choices)
    return f"; nearest: {near!r}" if near else ""


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One checked file on its way to a rule; what is wrong with its names is collected."""

    document: Document
    directory: Directory
    rule_id: str
    problems: list[Problem] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def rule(self, path: Path) -> Rule:
        content = self.document.content
        flow = content["flow"]
        origin, destination = self._side(flow, "from"), self._side(flow, "to")
        group_by = tuple(flow.get("group_by", ()))
        self._check_window(flow)
        self._check_grouping(flow, group_by)
        since = flow.get("since")
        return Rule(
            id=self.rule_id,
            file=path,
            title=content.get("title", self.rule_id),
            description=content.get("description", ""),
            severity=content.get("severity", "warning"),
            enabled=content.get("enabled", True),
            origin=origin,
            destination=destination,
            who=Who(**{key: listed(globs) for key, globs in flow.get("who", {}).items()}),
            window_days=days_of(flow["within"]) if "within" in flow else None,
            since=since if since in ("year", "quarter", None) else date.fromisoformat(since),
            people=int(flow["people"]),
            group_by=group_by,
            clock=flow.get("clock", "effective"),
            count=flow.get("count", "certain"),
            notify=_notify(content.get("notify", {})),
            inhibit=_inhibit(content.get("inhibit")),
        )

    def check_channels(self, settings: Settings) -> None:
        """This notes the channels that the config does not have."""
        notify = self.document.content.get("notify", {})
        for index, channel in enumerate(notify.get("channels", ())):
            path = ("notify", "channels", index)
            self.problems += unknown_channel(self.document, path, channel, settings.channels)

    def _side(self, flow: Mapping[str, Json], key: str) -> Match | None:
        written = flow.get(key)
        if written is None:
            return None
        path: KeyPath = ("flow", key)
        table: Mapping[str, Json] = written
        if isinstance(written, Mapping):
            named = "unit" if "unit" in written else "organization"
            if "unit" in written and "organization" in written:
                self._wrong((*path, "unit"), "expected either `organization` or `unit`, not both")
            path_of_name: KeyPath = (*path, named)
        else:
            named, table, path_of_name = "organization", {"organization": written}, path
        organizations = self._organizations(path_of_name, listed(table.get(named)))
        return Match(
            organizations=organizations,
            not_organizations=self._organizations((*path, "not"), listed(table.get("not"))) or (),
            unit=named == "unit",
            teams=self._teams((*path, "team"), organizations, listed(table.get("team"))),
            titles=listed(table.get("title")),
            locations=listed(table.get("location")),
        )

    def _organizations(self, path: KeyPath, names: tuple[str, ...]) -> tuple[str, ...] | None:
        if not names or (names == (ANY,) and path[-1] != "not"):
            return None
        if ANY in names:
            self._wrong(path, f"{ANY!r} means any organisation and stands alone")
            return None
        found = {unit for name in names for unit in self._meant(path, name)}
        return tuple(sorted(found))

    def _meant(self, path: KeyPath, name: str) -> Iterable[str]:
        if name.startswith("@"):
            return self._group(path, name)
        unit = self.directory.find(name)
        if unit is not None:
            return [unit]
        if self.directory.resolve(name).pseudo:
            self._wrong(path, f"{name!r} is no organisation (a pseudo employer)")
            return []
        self._hint(name, "organizations.toml", self._near(name))
        return [self.directory.resolve(name).unit]

    def _group(self, path: KeyPath, name: str) -> Iterable[str]:
        groups = self.directory.groups()
        if name[1:] in groups:
            return groups[name[1:]]
        near = nearest(name, [f"@{group}" for group in groups])
        self._wrong(path, f"there is no group {name!r} in organizations.toml", near=near)
        return []

    def _near(self, name: str) -> str | None:
        return nearest(name, [*self.directory.known_ids(), *self.directory.spellings()])

    def _teams(
        self, path: KeyPath, organizations: tuple[str, ...] | None, names: tuple[str, ...]
    ) -> tuple[str, ...]:
        if ANY in names:
            self._wrong(path, "expected the name of a team; leave `team` out for any")
        named = self.directory.known_ids() if organizations is None else organizations
        units = {part[0] for organization in named for part in self.directory.parts(organization)}
        # A part may list the team under a name of its own; one that nobody lists is its own fold.
        found = {self.directory.team(unit, name) for name in names for unit in units}
        found |= {fold(name) for name in names if organizations is None}
        return tuple(sorted(team for team in found if team is not None))

    def _check_window(self, flow: Mapping[str, Json]) -> None:
        if "within" in flow and "since" in flow:
            self._wrong(("flow", "since"), "expected either `within` or `since`, not both")
        if "within" not in flow and "since" not in flow:
            self._wrong(("flow",), 'expected `within` (such as "90d") or `since` (such as "year")')

    def _check_grouping(self, flow: Mapping[str, Json], group_by: tuple[str, ...]) -> None:
        for key in ("from", "to"):
            written = flow.get(key)
            named = written.get("organization") if isinstance(written, Mapping) else written
            grouped = {f"{key}.organization", f"{key}.unit"} & {*group_by}
            if listed(named) == (ANY,) and not grouped:
                expected = f"'*' sides need group_by: add \"{key}.organization\" to it"
                self._wrong(("flow", key), expected)

    def _wrong(self, path: KeyPath, expected: str, *, near: str | None = None) -> None:
        self.problems.append(self.document.problem(path, expected, nearest=near))

    def _hint(self, name: str, where: str, near: str | None) -> None:
        ending = f"; nearest: {near!r}" if near else ""
        self.hints.append(f"rule {self.rule_id}: {name!r} is not in {where}{ending}")


def _notify(table: Mapping[str, Json]) -> Notify:
    return Notify(
        channels=tuple(table.get("channels", ())),
        on=tuple(table.get("on", Notify().on)),
        late_up_to_days=days_of(table.get("late_up_to", "365d")),
    )


def _inhibit(table: Mapping[str, Json] | None) -> Inhibit | None:
    if table is None:
        return None
    return Inhibit(rules=tuple(table["rules"]), equal=tuple(table.get("equal", ())))
