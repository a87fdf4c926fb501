"""Which beliefs and which openings of alerts are held against what is usual, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from monitor.base.engine import Engine
from monitor.base.records import Alert
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import Beliefs, Grouping, grouping_of
from monitor.rules.language import Rule
from monitor.unusual.judging import Judgement, Tested, judge
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
        for one, judgement in judge(engine, asked, directory, tested).items():
            judged[one.rule, one.grouping][one] = judgement
        yield (
            waiting,
            {
                key: Frozen(judged=some, keep_open_days=rules[key[0]].keep_open_days)
                for key, some in judged.items()
            },
        )


class Openings:
    """How the count of each alert that opens by a threshold compares with what is usual."""

    def __init__(self, rules: Mapping[str, Rule], directory: Directory) -> None:
        self._rules = rules
        self._directory = directory
        self._tested: dict[str, Tested] = {}
        self._judged: dict[Tested, Judgement] = {}

    def add(self, alerts: Iterable[Alert]) -> None:
        """Note which windows of alerts that open have to be judged."""
        for alert in alerts:
            if alert.revision == 1 and alert.unusual is None:
                tested = tested_opening(alert, grouping_of(self._rules[alert.rule], alert.group))
                if tested is not None:
                    self._tested[alert.alert] = tested

    def ask(self, engine: Engine) -> None:
        """Judge all of them at once."""
        self._judged = judge(engine, self._rules.values(), self._directory, self._tested.values())

    def judged(self, alert: Alert) -> Alert:
        """Add to a revision what its opening was held against."""
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
