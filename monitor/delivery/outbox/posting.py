"""Writing what is owed into the outbox, in the transaction that changes the ledger."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from monitor.base.records import Notice
from monitor.delivery.messages import body, digest_body, notice_body, with_names
from monitor.delivery.outbox.owed import Books, books_from, books_of, owed
from monitor.delivery.outbox.quiet import SILENCE, quieted_groups, silences_on
from monitor.delivery.outbox.words import (
    History,
    Mode,
    Owed,
    Policy,
    Voice,
    chain_of,
    mark_of,
    threads_from,
)
from monitor.state import Group, Outgoing, Told, Transaction, encoded, group_key

POLICY = "policy:"
"""The cursors that say by what policy all groups of a rule were last dealt with."""
DIGEST = "digest:"
"""What a message about many alerts is about; the day follows."""
QUIETED = "quieted"
"""The cursor that names the groups from which something is kept back for a while."""


def post(  # noqa: PLR0913 -- what is owed follows from all of them
    tx: Transaction,
    *,
    policies: Mapping[str, Policy],
    on: date,
    at: datetime,
    changed: Collection[Group] = (),
    mode: Mode = Mode.LIVE,
) -> list[Owed]:
    """Put into the outbox what the ledger of these rules owes to their channels; return all steps.

    Call it after the ledger was written, in the same transaction; calling it again adds nothing.
    `changed` are the groups whose ledger is not what it was. All other groups have been dealt with
    before: they are read again only where the policy of their rule is new, by a backfill, or where
    a silence or another alert kept something back.
    """
    marks = {rule: mark_of(policy) for rule, policy in policies.items()}
    anew = [
        rule
        for rule, mark in sorted(marks.items())
        if mode is not Mode.LIVE or tx.cursor(f"{POLICY}{rule}") != mark
    ]
    asked = {*changed, *_quieted(tx), *_inhibitors(tx, policies), *_reminded(tx, policies)}
    groups = {group for group in asked if group[0] in marks and group[0] not in anew}
    books = books_of(tx.revisions(rules=anew), tx.told(anew)).merged(
        _books(tx, groups, channels={rule: one.channels for rule, one in policies.items()})
    )
    steps = owed(
        books,
        policies=policies,
        on=on,
        mode=mode,
        silences=silences_on(tx.decisions(SILENCE), at.date()),
    )
    for rule in anew:
        # What a recording backfill keeps back stays owed, so the next run reads it all again.
        tx.set_cursor(f"{POLICY}{rule}", None if mode is Mode.RECORD else marks[rule])
    told = [thread.last for threads in books.threads.values() for thread in threads]
    kept = quieted_groups([*told, *(each.step for each in steps)])
    unread = {group for group in _quieted(tx) if group[0] not in marks}
    tx.set_cursor(QUIETED, encoded(sorted(kept | unread)) if kept | unread else None)
    steps, messages = _written(steps, policies, mode, at=at)
    tx.tell([each.step for each in steps])
    tx.enqueue(messages, at=at)
    return steps


def _written(
    steps: Sequence[Owed], policies: Mapping[str, Policy], mode: Mode, *, at: datetime
) -> tuple[list[Owed], list[Outgoing]]:
    """Write the messages, one for all where a channel would get too many in one run."""
    sends: dict[str, list[Owed]] = {}
    for each in steps:
        if each.sends:
            sends.setdefault(each.step.channel, []).append(each)
    digests: dict[str, str] = {}
    messages: list[Outgoing] = []
    for channel, some in sends.items():
        alone = [_outgoing(each, policies, mode) for each in some]
        limit = max(_voice(policies, each).digest for each in some)
        if not limit or len(alone) <= limit:
            messages += alone
            continue
        # The moment tells it from an earlier one that said the same.
        ids = [channel, at.isoformat(), *(message.id for message in alone)]
        digests[channel] = f"msg_{hashlib.sha256(encoded(ids).encode()).hexdigest()[:32]}"
        document = digest_body([message.body for message in alone], on=some[0].step.on)
        messages.append(
            Outgoing(
                id=digests[channel], channel=channel, about=f"{DIGEST}{at.date()}", body=document
            )
        )
    told = [
        replace(each, step=replace(each.step, message=digests[each.step.channel]))
        if each.sends and each.step.channel in digests
        else each
        for each in steps
    ]
    return told, messages


def _voice(policies: Mapping[str, Policy], each: Owed) -> Voice:
    return policies[each.step.alert.rule].voices.get(each.step.channel, Voice())


def _reminded(tx: Transaction, policies: Mapping[str, Policy]) -> Iterator[Group]:
    """List the groups with an open alert that some channel may have to be reminded of."""
    for rule, policy in sorted(policies.items()):
        if policy.remind_every_days is not None:
            yield from tx.open_groups(rule)


def _books(
    tx: Transaction, groups: Collection[Group], *, channels: Mapping[str, Sequence[str]]
) -> Books:
    """Read the ledger of some groups and what was told of it: only what was not dealt with yet.

    An alert that grew for years has many revisions, and all but the newest have been told.
    """
    threads = threads_from(tx.steps(groups), tx.told_at)
    said = tx.said(groups)
    dealt_with: dict[str, list[Told]] = {}
    for thread in threads:
        dealt_with.setdefault(thread.last.alert.alert, []).append(thread.last)
    histories = []
    for alert, each in said.items():
        known = _known_to_all(dealt_with.get(alert, ()), each, channels=channels)
        known = min(known, len(each) - 1)
        revisions = tuple(tx.revisions_after(alert, known))
        group = revisions[-1].rule, group_key(revisions[-1].group)
        histories.append((group, History(revisions=revisions, earlier=tuple(each[:known]))))
    return books_from(histories, threads)


def _known_to_all(
    told: Sequence[Told], said: Sequence[str], *, channels: Mapping[str, Sequence[str]]
) -> int:
    """Count the first revisions that every channel was told of, or not and why, as they stand."""
    following = [one for one in told if one.chain == chain_of(said[: one.handled])]
    heard = {one.channel for one in following}
    if not told or len(following) < len(told) or not heard.issuperset(channels[told[0].alert.rule]):
        return 0
    return min(one.handled for one in told)


def _quieted(tx: Transaction) -> set[Group]:
    return {(rule, group) for rule, group in json.loads(tx.cursor(QUIETED) or "[]")}


def _inhibitors(tx: Transaction, policies: Mapping[str, Policy]) -> Iterator[Group]:
    """List the groups whose open alerts may mute others."""
    inhibiting = {rule for policy in policies.values() for rule in policy.inhibited_by}
    for rule in sorted(inhibiting & policies.keys()):
        yield from tx.open_groups(rule)


def post_notice(
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
    if not tx.tell_once(notice):
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


def _outgoing(each: Owed, policies: Mapping[str, Policy], mode: Mode) -> Outgoing:
    step = each.step
    document = body(
        step.alert,
        subject=policies[step.alert.rule].subject,
        reason=step.reason,
        before=each.before,
        backfill=mode is Mode.DELIVER,
        kept_back=each.kept_back,
    )
    return Outgoing(
        id=step.message or "",
        channel=step.channel,
        about=step.alert.alert,
        body=with_names(document, _voice(policies, each).names),
        thread=step.thread,
    )


def _notice_id(key: str, channel: str, at: datetime) -> str:
    # A notice whose cause came back is another message: the moment tells the two apart.
    named = encoded([key, channel, at.isoformat()])
    return "msg_" + hashlib.sha256(named.encode()).hexdigest()[:32]
