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
    ids = {file.id for file in files}
    inhibits = {
        file.id: (ids - {file.id} if ANY in file.rule.inhibit.rules else {*file.rule.inhibit.rules})
        for file in files
        if file.rule and file.rule.inhibit
    }
    return [_checked_inhibition(file, inhibits, ids) for file in files]


def _checked_inhibition(
    file: RuleFile, inhibits: Mapping[str, AbstractSet[str]], ids: AbstractSet[str]
) -> RuleFile:
    if file.document is None or file.id not in inhibits:
        return file
    path: KeyPath = ("inhibit", "rules")
    unknown = sorted(inhibits[file.id] - ids)
    hints = [f"there is no rule {name!r} to inhibit{_nearly(name, ids)}" for name in unknown]
    reached, front = set[str](), {file.id}
    while front:
        front = {name for rule in front for name in inhibits.get(rule, ())} - reached
        reached |= front
    expected = "expected rules that do not inhibit this one in turn; nobody would be told"
    problems = [file.document.problem(path, expected)] if file.id in reached else []
    return replace(
        file,
        rule=None if problems else file.rule,
        problems=(*file.problems, *problems),
        hints=(*file.hints, *hints),
    )


def _nearly(name: str, choices: Iterable[str]) -> str:
    near = nearest(name, choices)
    return f"; nearest: {near!r}" if near else ""
