"""Which rules quieten which, and what is wrong in that."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.base.config_files.toml_files import Document, KeyPath, nearest
from monitor.base.errors import Problem
from monitor.rules.language.model import ANY, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """What one file of the folder gave: a rule, or the problems that break it."""

    path: Path
    id: str
    document: Document | None = None
    rule: Rule | None = None
    problems: tuple[Problem, ...] = ()
    hints: tuple[str, ...] = ()


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


def checked_inhibitions(files: list[RuleFile]) -> list[RuleFile]:
    """These are the files with what is wrong in whom they inhibit: nobody, or each other."""
    ids = {one.id for one in files}
    inhibits = {
        one.id: (ids - {one.id} if ANY in one.rule.inhibit.rules else {*one.rule.inhibit.rules})
        for one in files
        if one.rule and one.rule.inhibit
    }
    return [_checked_inhibition(one, inhibits, ids) for one in files]


def _checked_inhibition(
    one: RuleFile, inhibits: Mapping[str, AbstractSet[str]], ids: AbstractSet[str]
) -> RuleFile:
    if one.document is None or one.id not in inhibits:
        return one
    path: KeyPath = ("inhibit", "rules")
    unknown = sorted(inhibits[one.id] - ids)
    hints = [f"there is no rule {name!r} to inhibit{_nearly(name, ids)}" for name in unknown]
    reached, front = set[str](), {one.id}
    while front:
        front = {name for rule in front for name in inhibits.get(rule, ())} - reached
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
