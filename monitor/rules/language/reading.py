"""The sides of a condition: which organisations and teams are meant by what a rule names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.base.config_files.toml_files import Document, KeyPath, listed, nearest
from monitor.base.errors import Problem
from monitor.base.records import Json
from monitor.base.settings import Settings
from monitor.identity.organizations import Directory, fold
from monitor.rules.language.model import ANY, Match, Traits, Who


@dataclass(slots=True, kw_only=True)
class RuleReading:
    """One checked file on its way to a rule; what is wrong with its names is collected."""

    document: Document
    directory: Directory
    settings: Settings
    rule_id: str
    problems: list[Problem] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def side(self, path: KeyPath, said: Json, *, by_group: bool) -> Match | None:
        """This is one side of a condition; None if it is not written.

        Its groups are kept only where they make groups: else they mean their members.
        """
        if said is None:
            return None
        table: Mapping[str, Json] = said
        named, at = "organization", path
        if isinstance(said, Mapping):
            named = "unit" if "unit" in said else "organization"
            if "unit" in said and "organization" in said:
                self.wrong((*path, "unit"), "expected either `organization` or `unit`, not both")
            at = (*path, named)
        else:
            table = {"organization": said}
        organizations = self._organizations(at, listed(table.get(named)))
        but_not = table.get("not", {})
        but_not = but_not if isinstance(but_not, Mapping) else {"organization": but_not}
        not_at = (*path, "not")
        return Match(
            organizations=organizations,
            unit=named == "unit",
            groups=self._groups(listed(table.get(named))) if by_group else (),
            teams=self._teams((*path, "team"), organizations, listed(table.get("team"))),
            titles=listed(table.get("title")),
            locations=listed(table.get("location")),
            seniority=listed(table.get("seniority")),
            not_organizations=self._organizations(not_at, listed(but_not.get("organization")))
            or (),
            not_teams=self._teams(not_at, organizations, listed(but_not.get("team"))),
            not_titles=listed(but_not.get("title")),
            not_locations=listed(but_not.get("location")),
            not_seniority=listed(but_not.get("seniority")),
        )

    def who(self, path: KeyPath, table: Mapping[str, Json]) -> Who:
        """This is what a condition asks of the person."""
        for key in ("source", "not"):
            named = table.get(key, {}) if key == "not" else table
            for source in listed(named.get("source")):
                if source not in self.settings.sources:
                    near = nearest(source, self.settings.sources)
                    self.wrong((*path, key), f"there is no source {source!r}", near=near)
        plain = {key: listed(globs) for key, globs in table.items() if key != "not"}
        excluded = {key: listed(globs) for key, globs in table.get("not", {}).items()}
        return Who(**plain, but_not=Traits(**excluded))

    def wrong(self, path: KeyPath, expected: str, *, near: str | None = None) -> None:
        """This notes what is wrong at a key."""
        self.problems.append(self.document.problem(path, expected, nearest=near))

    def _organizations(self, path: KeyPath, names: tuple[str, ...]) -> tuple[str, ...] | None:
        if not names or (names == (ANY,) and path[-1] != "not"):
            return None
        if ANY in names:
            self.wrong(path, f"{ANY!r} means any organisation and stands alone")
            return None
        units = {unit for name in names for unit in self._meant(path, name)}
        return tuple(sorted(units))

    def _meant(self, path: KeyPath, name: str) -> Iterable[str]:
        if name.startswith("@"):
            return self._group(path, name)
        unit = self.directory.find(name)
        if unit is not None:
            return [unit]
        if self.directory.resolve(name).pseudo:
            self.wrong(path, f"{name!r} is no organisation (a pseudo employer)")
            return []
        near = nearest(name, [*self.directory.known_ids(), *self.directory.spellings()])
        ending = f"; nearest: {near!r}" if near else ""
        self.hints.append(f"{name!r} is not in organizations.toml{ending}")
        return [self.directory.resolve(name).unit]

    def _group(self, path: KeyPath, name: str) -> Iterable[str]:
        groups = self.directory.groups()
        if name[1:] in groups:
            return groups[name[1:]]
        near = nearest(name, [f"@{group}" for group in groups])
        self.wrong(path, f"there is no group {name!r} in organizations.toml", near=near)
        return []

    def _groups(self, names: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        groups = self.directory.groups()
        named = sorted({name for name in names if name[:1] == "@" and name[1:] in groups})
        return tuple((name, tuple(sorted(groups[name[1:]]))) for name in named)

    def _teams(
        self, path: KeyPath, organizations: tuple[str, ...] | None, names: tuple[str, ...]
    ) -> tuple[str, ...]:
        if ANY in names:
            self.wrong(path, "expected the name of a team; leave `team` out for any")
        named = self.directory.known_ids() if organizations is None else organizations
        units = {part[0] for organization in named for part in self.directory.parts(organization)}
        # A part may list the team under a name of its own; one that nobody lists is its own fold.
        teams = {self.directory.team(unit, name) for name in names for unit in units}
        teams |= {fold(name) for name in names if organizations is None}
        return tuple(sorted(team for team in teams if team is not None))
