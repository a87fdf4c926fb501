"""Which beliefs and which openings of alerts are held against what is usual, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from monitor.base.engine import Engine
from monitor.base.records import Alert, Reason
from monitor.base.usual import Nowcast
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import Beliefs, Grouping, grouping_of
from monitor.rules.language import Rule
from monitor.unusual.judging import Judgement, Tested, judge
from monitor.unusual.panels import panel_of
from monitor.unusual.thresholds import Frozen, tested_opening, tested_windows

Holds = Mapping[tuple[str, Grouping], Frozen]
"""How the beliefs of each group of rules on `unusual` become episodes, by rule and group."""


def judged_beliefs(
    engine: Engine, rules: Mapping[str, Rule], directory: Directory, evaluated: Iterable[Beliefs]
) -> Iterator[tuple[Beliefs, Holds]]:
    """Yield beliefs as they come, and those of rules on `unusual` last, with their thresholds.

    All their windows are counted together, once the other rules need the engine's tables no more.
    """
    waiting: Beliefs = {}
    for beliefs in evaluated:
        held = {key: some for key, some in beliefs.items() if rules[key[0]].main.unusual}
        waiting |= held
        yield {key: some for key, some in beliefs.items() if key not in held}, {}
    if waiting:
        tested = tested_windows(engine, rules, waiting)
        asked = [rule for rule in rules.values() if rule.main.unusual]
        judged: dict[tuple[str, Grouping], dict[Tested, Judgement]] = {key: {} for key in waiting}
        for window, judgement in judge(engine, asked, directory, tested).items():
            judged[window.rule, window.grouping][window] = judgement
        yield (
            waiting,
            {
                key: Frozen(judged=some, keep_open_days=rules[key[0]].keep_open_days)
                for key, some in judged.items()
            },
        )


_AS_BEFORE = (Reason.REVISED, Reason.CLOSED, Reason.SOURCE_REMOVED)
"""Revisions that add nobody and take nobody back: what was foretold stays as it was."""


def asked_for_newest(revisions: Iterable[Alert]) -> list[Alert]:
    """Choose what the newest revisions of alerts are judged by, given all of each, in order.

    It is the first of each alert, and the last that says something of its people.
    """
    first: dict[str, Alert] = {}
    last: dict[str, Alert] = {}
    for revision in revisions:
        first.setdefault(revision.alert, revision)
        if revision.reason not in _AS_BEFORE:
            last[revision.alert] = revision
    later = (revision for alert, revision in last.items() if revision is not first[alert])
    return [*first.values(), *later]


class Openings:
    """How the count of each alert compares with what is usual, and how many are still to come.

    What is usual is judged when an alert opens; what is to come anew with each revision that says
    something of its people.
    """

    def __init__(self, rules: Mapping[str, Rule], directory: Directory) -> None:
        self._rules = rules
        self._compared = {name for name, rule in rules.items() if panel_of(rule) is not None}
        self._directory = directory
        self._tested: dict[str, Tested] = {}
        self._foretold: dict[str, dict[int, Tested | None]] = {}
        """By alert and revision: the window of which it is foretold; None if of none any more."""
        self._judged: dict[Tested, Judgement] = {}

    def add(self, alerts: Iterable[Alert]) -> None:
        """Note which windows of alerts have to be judged."""
        for alert in alerts:
            if alert.reason in _AS_BEFORE or alert.rule not in self._compared:
                continue
            tested = tested_opening(alert, grouping_of(self._rules[alert.rule], alert.group))
            self._foretold.setdefault(alert.alert, {})[alert.revision] = tested
            if alert.revision == 1 and alert.unusual is None and tested is not None:
                self._tested[alert.alert] = tested

    def ask(self, engine: Engine) -> None:
        """Judge all of them at once."""
        foretold = (tested for some in self._foretold.values() for tested in some.values())
        self._judged = judge(
            engine,
            self._rules.values(),
            self._directory,
            [*self._tested.values(), *(tested for tested in foretold if tested is not None)],
            foretell=True,
        )

    def judged(self, alert: Alert) -> Alert:
        """Add to a revision what its opening was held against, and what is foretold by then."""
        alert = replace(alert, nowcast=self._nowcast(alert))
        tested = self._tested.get(alert.alert)
        judgement = self._judged.get(tested) if tested else None
        if judgement is None:
            return alert
        return replace(
            alert,
            expected=judgement.expected,
            probability=judgement.probability,
            unusual=judgement.usual,
        )

    def _nowcast(self, alert: Alert) -> Nowcast | None:
        """Return what was foretold by this revision, or by the last one before it that did."""
        foretold = self._foretold.get(alert.alert, {})
        last = max((number for number in foretold if number <= alert.revision), default=None)
        if last is None:
            return alert.nowcast
        tested = foretold[last]
        judgement = self._judged.get(tested) if tested else None
        return judgement.nowcast if judgement else None
