"""What is wrong, out of the facts of a status: by a reason, and in words that say what to do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain

from monitor.alerts.clock import CLOCK
from monitor.base.machine.processes import is_gone
from monitor.base.records import Json, Verdict
from monitor.base.settings import Settings
from monitor.delivery.messages import counted
from monitor.intake.gone_sources import gone_sources
from monitor.operations.due import Newest, expected, newest
from monitor.operations.failures import failing
from monitor.operations.health.surroundings import Trouble, troubles_around
from monitor.state import Transaction

REASONS = (
    "channel_off",
    "clock",
    "damaged",
    "dead_letters",
    "deferred",
    "disk",
    "failing",
    "last_run",
    "lease",
    "lost_input",
    "lost_snapshots",
    "never_accepted",
    "no_file",
    "no_snapshot",
    "not_private",
    "rule",
    "secret",
    "source_gone",
    "stale",
    "suspect",
    "unpublished",
    "unreadable",
    "unwritable",
)
"""Every reason that there is; programs know them by these words."""
_SHOWN = 10
_RUN_AND_CONFIGURATION = ("run", "configuration")


def counts(troubles: Iterable[Trouble]) -> dict[str, int]:
    """Count what is wrong by reason; those of which there are none are left out."""
    return dict(sorted(Counter(trouble.reason for trouble in troubles).items()))


def facts_of_state(settings: Settings, tx: Transaction, *, at: datetime) -> dict[str, Json]:
    """Read what the state and the surroundings tell, without the derived tables."""
    ended = next((run for run in tx.runs() if run.finished_at is not None), None)
    outbox = {
        name: {str(status): count for status, count in counts.items()}
        for name, counts in tx.depth().items()
    }
    return {
        "outbox": outbox,
        "channels_off": dict(tx.channels_off()),
        "deferred": _deferred(tx),
        "failing": {
            what: {"times": case.times, "since": case.since.isoformat(), "error": case.error}
            for what, case in failing(tx).items()
        },
        "last_run": ended.finished_at.isoformat() if ended and ended.finished_at else None,
        "last_errors": list((ended.outcome or {}).get("errors", ())) if ended else [],
        "abandoned": [
            {
                "lease": lease.name,
                "holder": lease.holder,
                "since": lease.taken_at.isoformat(timespec="seconds"),
            }
            for lease in tx.leases()
            if lease.expires_at <= at or is_gone(lease.holder)
        ],
        "around": [
            {"reason": trouble.reason, "text": trouble.text}
            for trouble in troubles_around(settings)
        ],
    }


def facts_for_metrics(
    settings: Settings, tx: Transaction, *, on: date, at: datetime
) -> dict[str, Json]:
    """Say what `troubles` asks for as the last run left it: no run at work is waited for."""
    facts = facts_of_state(settings, tx, at=at)
    left, failed = newest(tx), facts["failing"]
    broken = [what.removeprefix("rule ") for what in failed if what.startswith("rule ")]
    sources = {
        name: {**source_facts(settings, name, left.get(name), on=on), "reasons": [], "damaged": []}
        for name in settings.sources
    }
    # What the store has is not looked into.
    gone = {
        gone_source.name: gone_source.text(settings.path)
        for gone_source in gone_sources(tx, settings.sources, ())
    }
    return {
        **facts,
        "sources": sources,
        "rules": {"broken": broken},
        "stopped": [],
        "sources_gone": gone,
        "clock": tx.cursor(CLOCK),
    }


def source_facts(
    settings: Settings, name: str, last: Newest | None, *, on: date
) -> dict[str, Json]:
    """Say how old the newest good snapshot of a source is, and whether that is too old."""
    good = None if last is None else last.good_on
    expectation = None if last is None else expected(settings.sources[name], last)
    is_stale = expectation is not None and on > expectation.until
    return {
        "last_good": good.isoformat() if good else None,
        "age_days": (on - good).days if good else None,
        "last_observed": last.observed_on.isoformat() if last else None,
        "last_verdict": last.verdict if last else None,
        "stale": expectation.why if expectation is not None and is_stale else None,
    }


def _deferred(tx: Transaction) -> dict[str, Json]:
    """Say of each channel whose first message failed how many wait, until when, and why."""
    first = {name: tx.next_pending(name) for name in tx.waiting_channels()}
    return {
        name: {
            "messages": tx.pending(name),
            "tries": delivery.attempts,
            "until": delivery.next_attempt_at.isoformat(timespec="seconds"),
            "error": delivery.last_error,
        }
        for name, delivery in first.items()
        if delivery is not None and delivery.last_error
    }


def troubles(facts: Mapping[str, Json]) -> list[Trouble]:
    """Say what is wrong."""
    lost = _lost(facts)
    around = [
        Trouble(reason=trouble["reason"], text=trouble["text"])
        for trouble in facts["around"]
        if trouble["reason"] != "unreadable" or not lost  # these say it, and what follows from it
    ]
    sources = (_of_source(name, source) for name, source in facts["sources"].items())
    stopped = [Trouble(reason="lost_snapshots", text=text) for text in facts["stopped"]]
    gone = [Trouble(reason="source_gone", text=text) for text in facts["sources_gone"].values()]
    clock = [Trouble(reason="clock", text=text) for text in [facts["clock"]] if text]
    return [
        *stopped,
        *lost,
        *gone,
        *clock,
        *chain.from_iterable(sources),
        *around,
        *_of_channels(facts),
        *_of_runs(facts),
    ]


def _lost(facts: Mapping[str, Json]) -> list[Trouble]:
    """Say which inputs and inboxes had content, or cannot be read."""
    texts = [
        *facts.get("inputs", {}).values(),
        *(
            f"{name}: {fault}"
            for name, faults in facts.get("inboxes", {}).items()
            for fault in faults
        ),
    ]
    return [
        Trouble(reason="unreadable" if "cannot be read" in text else "lost_input", text=text)
        for text in texts
    ]


def _of_source(name: str, source: Mapping[str, Json]) -> Iterator[Trouble]:
    if source["last_verdict"] == Verdict.SUSPECT:
        reasons = f": {'; '.join(source['reasons'])}" if source["reasons"] else ""
        good, day = source["last_good"], source["last_observed"]
        since = f"; the last good one is of {good}" if good else ""
        yield Trouble(
            reason="suspect",
            text=f"source {name}: its last snapshot is suspect{reasons}{since};"
            f" `talentwatch snapshots accept {name} {day}` if it is right",
        )
    elif source.get("never_accepted"):
        yield Trouble(
            reason="never_accepted",
            text=f"source {name}: none of its snapshots after the first was accepted"
            f" ({source['never_accepted']} since), so that it shows no move; `talentwatch"
            f" snapshots` says why and what would let each through: `talentwatch snapshots accept"
            f" {name} DAY`, or a limit in [sources.{name}.quality]",
        )
    if source["last_good"] is None and not source.get("waits_for"):
        yield Trouble(
            reason="no_snapshot",
            text=f"source {name} has no good snapshot; `talentwatch run` takes its files in,"
            " `talentwatch snapshots` says what was wrong with those taken",
        )
    if source["damaged"]:
        yield Trouble(
            reason="damaged",
            text=f"source {name}: the snapshot of {', '.join(source['damaged'])} is damaged;"
            " `talentwatch snapshots verify` says what heals it",
        )
    if source["stale"] is not None:
        yield Trouble(
            reason="stale",
            text=f"source {name}: its last good snapshot is {source['age_days']} days old;"
            f" {source['stale']}: look whether its files still come, or mend `stale_after` or"
            f" `finished` of [sources.{name}]",
        )


def _of_channels(facts: Mapping[str, Json]) -> Iterator[Trouble]:
    for name, why in facts["channels_off"].items():
        yield Trouble(
            reason="channel_off",
            text=f"channel {name} is off: {why}; `talentwatch channels test {name}` switches it on",
        )
    for name, counts in facts["outbox"].items():
        if counts.get("dead"):
            yield Trouble(
                reason="dead_letters",
                text=f"channel {name}: {counts['dead']} messages were given up;"
                " `talentwatch deliveries --status dead` lists them",
            )
    for name, waits in facts["deferred"].items():
        yield Trouble(
            reason="deferred",
            text=f"channel {name}: {waits['messages']} messages wait, the first of them was tried"
            f" {waits['tries']} times: {waits['error']}; `talentwatch deliveries --channel {name}`"
            " lists them",
        )


def _of_runs(facts: Mapping[str, Json]) -> Iterator[Trouble]:
    for rule in facts["rules"]["broken"]:
        text = f"rule {rule} cannot be used; see `talentwatch rules check`"
        yield Trouble(reason="rule", text=text)
    for lease in facts["abandoned"]:
        yield Trouble(
            reason="lease",
            text=f"the {lease['lease']} of {lease['holder']} began at {lease['since']} and did"
            " not end: it was killed or stands still; the next `talentwatch run` does its work"
            " again",
        )
    troubles = [waits["error"] for waits in facts["deferred"].values()]
    troubles.append(". ".join(facts["stopped"]))
    troubles += [trouble.text for trouble in _lost(facts)]
    errors = [last_error for last_error in facts["last_errors"] if last_error not in troubles]
    yield from (
        Trouble(reason="last_run", text=f"the last run: {error}") for error in errors[:_SHOWN]
    )
    yield from _failing(facts["failing"], [*errors, *(trouble.text for trouble in _lost(facts))])


def _failing(cases: Mapping[str, Json], said: Sequence[str]) -> Iterator[Trouble]:
    """Say what failed at its last try, where the errors of the last run do not say it."""
    for what, case in cases.items():
        is_ours = what in _RUN_AND_CONFIGURATION or what.startswith("source ")
        if is_ours and not any(error in case["error"] for error in said):
            yield Trouble(
                reason="failing",
                text=f"the {what} fails since {case['since']} ({counted(case['times'], 'time')}):"
                f" {case['error']}",
            )
