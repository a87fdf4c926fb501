"""Writing what is owed into the outbox, in the transaction that changes the ledger."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from monitor.base.records import Notice
from monitor.delivery.messages import notice_body
from monitor.delivery.outbox.model import Mode, PendingNotification, Policy, policy_fingerprint
from monitor.delivery.outbox.muting import SILENCE, muted_groups, silences_on
from monitor.delivery.outbox.plan import LedgerAndLog, Planning, told_first
from monitor.delivery.outbox.reading import AT_ONCE, GroupReader
from monitor.delivery.outbox.waiting import WaitingSteps, light
from monitor.state import Group, Outgoing, Transaction, encoded

POLICY = "policy:"
"""The cursors that say by what policy all groups of a rule were last dealt with."""
MUTED = "muted"
"""The cursor that names the groups from which something is kept back for a while."""


def enqueue_notifications(  # noqa: PLR0913 -- what is owed follows from all of them
    tx: Transaction,
    *,
    policies: Mapping[str, Policy],
    on: date,
    at: datetime,
    changed: Collection[Group] = (),
    mode: Mode = Mode.LIVE,
    name: Callable[[str], str] = str,
    at_once: int = AT_ONCE,
) -> list[PendingNotification]:
    """Put into the outbox what the ledger of these rules owes to their channels.

    Call it after the ledger was written, in the same transaction; calling it again adds nothing.
    Returns all steps, without the people of their alerts. `changed` are the groups whose ledger is
    not what it was. All other groups have been dealt with before: they are read again only where
    the policy of their rule is new, by a backfill, or where a silence or another alert kept
    something back. `name` gives the id under which an organisation counts now. About `at_once`
    revisions are in memory at a time, or those of one group.
    """
    fingerprints = {rule: policy_fingerprint(policy) for rule, policy in policies.items()}
    anew = [
        rule
        for rule, fingerprint in sorted(fingerprints.items())
        if mode is not Mode.LIVE or tx.cursor(f"{POLICY}{rule}") != fingerprint
    ]
    asked = {*changed, *_muted(tx), *_inhibitors(tx, policies), *_reminded(tx, policies)}
    reader = GroupReader(
        tx,
        rules=anew,
        groups=[group for group in asked if group[0] in fingerprints],
        channels={rule: policy.channels for rule, policy in policies.items()},
        name=name,
        at_once=at_once,
    )
    silences = silences_on(tx.decisions(SILENCE), at.date())
    planning = Planning(policies, on=on, mode=mode, silences=silences)
    waiting = WaitingSteps(policies, mode)
    muted = {group for group in _muted(tx) if group[0] not in fingerprints}
    for ledger_and_log, group, steps in planned(planning, reader):
        threads = ledger_and_log.threads.get(group, ())
        muted |= muted_groups(
            [*(thread.last for thread in threads), *(step.notification for step in steps)]
        )
        waiting.add(tx, group, steps)
    for rule in anew:
        # What a recording backfill keeps back stays owed, so the next run reads it all again.
        tx.set_cursor(f"{POLICY}{rule}", None if mode is Mode.RECORD else fingerprints[rule])
    tx.set_cursor(MUTED, encoded(sorted(muted)) if muted else None)
    return waiting.write(tx, at=at)


def foresee_notifications(
    tx: Transaction,
    reader: GroupReader,
    *,
    policies: Mapping[str, Policy],
    on: date,
    at: datetime,
) -> list[PendingNotification]:
    """Say what `enqueue_notifications` would return of all that a reader reads; write nothing."""
    silences = silences_on(tx.decisions(SILENCE), at.date())
    planning = Planning(policies, on=on, mode=Mode.LIVE, silences=silences)
    pending = [
        (told_first(step), group, light(step))
        for _, group, steps in planned(planning, reader)
        for step in steps
    ]
    return [step for *_, step in sorted(pending, key=lambda each: each[:2])]


def planned(
    planning: Planning, reader: GroupReader
) -> Iterator[tuple[LedgerAndLog, Group, list[PendingNotification]]]:
    """Plan what the channels must hear of all groups, some at a time.

    Yields each group with its steps, and with the groups that were read beside it.
    """
    for rule in planning.inhibiting.intersection(planning.rules):
        planning.add_inhibitors(reader.newest(rule))
        planning.add_known(reader.headers(rule))
    for rule in planning.rules:
        planners = planning.planners(rule, reader.headers(rule))
        for ledger_and_log in reader.parts(rule):
            for group in ledger_and_log.groups():
                yield ledger_and_log, group, planning.plan_group(planners, ledger_and_log, group)


def _reminded(tx: Transaction, policies: Mapping[str, Policy]) -> Iterator[Group]:
    """List the groups with an open alert that some channel may have to be reminded of."""
    for rule, policy in sorted(policies.items()):
        if policy.remind_every_days is not None:
            yield from tx.open_groups(rule)


def _muted(tx: Transaction) -> set[Group]:
    return {(rule, group) for rule, group in json.loads(tx.cursor(MUTED) or "[]")}


def _inhibitors(tx: Transaction, policies: Mapping[str, Policy]) -> Iterator[Group]:
    """List the groups whose open alerts may mute others."""
    inhibiting = {rule for policy in policies.values() for rule in policy.inhibited_by}
    for rule in sorted(inhibiting & policies.keys()):
        yield from tx.open_groups(rule)


def enqueue_notice(
    tx: Transaction,
    notice: Notice,
    *,
    channels: Sequence[str],
    at: datetime,
    nameless: Collection[str] = (),
) -> bool:
    """Put a notice into the outbox of the operators' channels, unless it was told before.

    Channels that are `nameless` are told of nobody. Returns whether this was the first time.
    """
    if not tx.record_notice(notice):
        return False
    tx.enqueue(
        [
            Outgoing(
                id=_notice_id(notice.key, channel, at),
                channel=channel,
                about=notice.key,
                body=notice_body(notice, names=channel not in nameless),
            )
            for channel in channels
        ],
        at=at,
    )
    return True


def _notice_id(key: str, channel: str, at: datetime) -> str:
    # A notice whose cause came back is another message: the moment tells the two apart.
    named = encoded([key, channel, at.isoformat()])
    return "msg_" + hashlib.sha256(named.encode()).hexdigest()[:32]
