"""Writing what is owed into the outbox, in the transaction that changes the ledger."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from monitor.base.records import Notice
from monitor.delivery.messages import body, digest_body, notice_body, with_names
from monitor.delivery.outbox.model import (
    ChannelFormat,
    History,
    Mode,
    PendingNotification,
    Policy,
    Thread,
    policy_fingerprint,
    threads_from,
)
from monitor.delivery.outbox.muting import SILENCE, muted_groups, silences_on
from monitor.delivery.outbox.plan import (
    LedgerAndLog,
    ledger_and_log_from,
    ledger_and_log_of,
    plan_notifications,
)
from monitor.state import Group, Outgoing, Transaction, chain_of, encoded, group_key

POLICY = "policy:"
"""The cursors that say by what policy all groups of a rule were last dealt with."""
DIGEST = "digest:"
"""What a message about many alerts is about; the day follows."""
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
) -> list[PendingNotification]:
    """Put into the outbox what the ledger of these rules owes to their channels; return all steps.

    Call it after the ledger was written, in the same transaction; calling it again adds nothing.
    `changed` are the groups whose ledger is not what it was. All other groups have been dealt with
    before: they are read again only where the policy of their rule is new, by a backfill, or where
    a silence or another alert kept something back. `name` gives the id under which an organisation
    counts now.
    """
    fingerprints = {rule: policy_fingerprint(policy) for rule, policy in policies.items()}
    anew = [
        rule
        for rule, fingerprint in sorted(fingerprints.items())
        if mode is not Mode.LIVE or tx.cursor(f"{POLICY}{rule}") != fingerprint
    ]
    asked = {*changed, *_muted(tx), *_inhibitors(tx, policies), *_reminded(tx, policies)}
    groups = {group for group in asked if group[0] in fingerprints and group[0] not in anew}
    ledger_and_log = ledger_and_log_of(tx.revisions(rules=anew), tx.notifications(anew)).merged(
        _ledger_and_log(tx, groups, channels={rule: one.channels for rule, one in policies.items()})
    )
    ledger_and_log = ledger_and_log.renamed(name)
    pending = plan_notifications(
        ledger_and_log,
        policies=policies,
        on=on,
        mode=mode,
        silences=silences_on(tx.decisions(SILENCE), at.date()),
    )
    for rule in anew:
        # What a recording backfill keeps back stays owed, so the next run reads it all again.
        tx.set_cursor(f"{POLICY}{rule}", None if mode is Mode.RECORD else fingerprints[rule])
    notifications = [
        thread.last for threads in ledger_and_log.threads.values() for thread in threads
    ]
    muted = muted_groups([*notifications, *(each.notification for each in pending)])
    unread = {group for group in _muted(tx) if group[0] not in fingerprints}
    tx.set_cursor(MUTED, encoded(sorted(muted | unread)) if muted | unread else None)
    pending, messages = _messages(pending, policies, mode, at=at)
    tx.record_notifications([each.notification for each in pending])
    tx.enqueue(messages, at=at)
    return pending


def _messages(
    pending: Sequence[PendingNotification],
    policies: Mapping[str, Policy],
    mode: Mode,
    *,
    at: datetime,
) -> tuple[list[PendingNotification], list[Outgoing]]:
    """Write the messages, one for all where a channel would get too many in one run."""
    sends: dict[str, list[PendingNotification]] = {}
    for each in pending:
        if each.sends:
            sends.setdefault(each.notification.channel, []).append(each)
    digests: dict[str, str] = {}
    messages: list[Outgoing] = []
    for channel, some in sends.items():
        alone = [_outgoing(each, policies, mode) for each in some]
        limit = max(_format(policies, each).digest for each in some)
        if not limit or len(alone) <= limit:
            messages += alone
            continue
        # The moment tells it from an earlier one that said the same.
        ids = [channel, at.isoformat(), *(message.id for message in alone)]
        digests[channel] = f"msg_{hashlib.sha256(encoded(ids).encode()).hexdigest()[:32]}"
        document = digest_body([message.body for message in alone], on=some[0].notification.on)
        messages.append(
            Outgoing(
                id=digests[channel], channel=channel, about=f"{DIGEST}{at.date()}", body=document
            )
        )
    notifications = [
        replace(
            each,
            notification=replace(each.notification, message=digests[each.notification.channel]),
        )
        if each.sends and each.notification.channel in digests
        else each
        for each in pending
    ]
    return notifications, messages


def _format(policies: Mapping[str, Policy], each: PendingNotification) -> ChannelFormat:
    return policies[each.notification.alert.rule].formats.get(
        each.notification.channel, ChannelFormat()
    )


def _reminded(tx: Transaction, policies: Mapping[str, Policy]) -> Iterator[Group]:
    """List the groups with an open alert that some channel may have to be reminded of."""
    for rule, policy in sorted(policies.items()):
        if policy.remind_every_days is not None:
            yield from tx.open_groups(rule)


def _ledger_and_log(
    tx: Transaction, groups: Collection[Group], *, channels: Mapping[str, Sequence[str]]
) -> LedgerAndLog:
    """Read the ledger of some groups and what was told of it: only what was not dealt with yet.

    An alert that grew for years has many revisions, and all but the newest have been told.
    """
    threads = threads_from(tx.notification_headers(groups), tx.notification)
    contents = tx.said(groups)
    threads_of_alert: dict[str, list[Thread]] = {}
    for thread in threads:
        threads_of_alert.setdefault(thread.last.alert.alert, []).append(thread)
    histories = []
    for alert, each in contents.items():
        handled = _handled_for_all(threads_of_alert.get(alert, ()), each, channels=channels)
        handled = min(handled, len(each) - 1)
        revisions = tuple(tx.revisions_after(alert, handled))
        group = revisions[-1].rule, group_key(revisions[-1].group)
        histories.append((group, History(revisions=revisions, earlier=tuple(each[:handled]))))
    return ledger_and_log_from(histories, threads)


def _handled_for_all(
    threads: Sequence[Thread], contents: Sequence[str], *, channels: Mapping[str, Sequence[str]]
) -> int:
    """Count the first revisions that every channel was told of, as they stand.

    What was kept from a channel is not counted: its next message says what happened meanwhile.
    """
    steps = [thread.last for thread in threads]
    following = [step for step in steps if step.chain == chain_of(contents[: step.handled])]
    channels_notified = {step.channel for step in following}
    if (
        not steps
        or len(following) < len(steps)
        or not channels_notified.issuperset(channels[steps[0].alert.rule])
    ):
        return 0
    return min(map(_notified_revisions, threads))


def _notified_revisions(thread: Thread) -> int:
    """Count the first revisions that a message of the thread told of."""
    if thread.last.suppressed is None:
        return thread.last.handled
    notified = thread.last_notified
    is_same = notified is not None and notified.alert == thread.last.alert.alert
    return min(notified.revision, thread.last.handled) if notified and is_same else 0


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


def _outgoing(each: PendingNotification, policies: Mapping[str, Policy], mode: Mode) -> Outgoing:
    notification = each.notification
    document = body(
        notification.alert,
        subject=policies[notification.alert.rule].subject,
        reason=notification.reason,
        before=each.before,
        backfill=mode is Mode.DELIVER,
        revisions=each.revisions,
        kept_back=each.kept_back,
        on=notification.on,
    )
    return Outgoing(
        id=notification.message or "",
        channel=notification.channel,
        about=notification.alert.alert,
        body=with_names(document, _format(policies, each).names),
        thread=notification.thread,
    )


def _notice_id(key: str, channel: str, at: datetime) -> str:
    # A notice whose cause came back is another message: the moment tells the two apart.
    named = encoded([key, channel, at.isoformat()])
    return "msg_" + hashlib.sha256(named.encode()).hexdigest()[:32]
