"""An example or two of each command, shown by its `--help`; all of them are of the shipped example.

They are in an order in which they can be run one after the other in a clone.
"""

from collections.abc import Mapping

Example = tuple[str, str]
"""What is typed after `talentwatch`, and what it is good for."""

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "init": (
        ("init watch", "An inbox that waits for files, and what a first run needs."),
        (
            "init staff --from snapshots/inbox/press/2025-08-14.jsonl",
            "Begin with an export; its columns are found out and shown.",
        ),
        (
            "init labs --source orcid --organization ror:00examp37 --contact a@b.org --purpose why",
            "Watch an organisation at a service.",
        ),
    ),
    "import": (
        ("import press snapshots/inbox/press/2024-06-*.jsonl", "Take in what is older than today."),
        (
            "import press snapshots/inbox/press/2025-06-26.jsonl --observed-on 2025-06-26",
            "Name the day where the file's name does not.",
        ),
    ),
    "run": (
        ("run", "What is due, from cron or by hand; nothing is lost if it is killed."),
        ("run --dry-run --now 2025-08-15", "What a run on that day would do; nothing is kept."),
        ("run --source press --json", "One source, and the result for another program."),
    ),
    "backfill": (
        ("backfill --since 2024-06-01", "Replay all of the past; nothing is sent."),
        ("backfill --since 2025-01-01 --rule zurich --deliver", "Send what one rule owes."),
    ),
    "silence add": (
        (
            "silence add --rule any-to-any --for 14 --why 'known, being written about'",
            "Mute a rule for two weeks; its alerts are still recorded.",
        ),
        (
            "silence add --organization scale-ai --until 2030-01-01 --why 'ours now'",
            "Mute an organisation on either side.",
        ),
    ),
    "silence list": (("silence list", "What is muted, until when, and why."),),
    "silence end": (("silence end 1", "End the silence; open alerts are sent once."),),
    "sources": (("sources", "What is watched, what was removed, and what fell out."),),
    "sources list": (("sources list", "The same, with how far each service is."),),
    "sources collect": (("sources collect researchers", "Ask a service now."),),
    "sources test": (
        ("sources test press", "What the newest file of a source would give."),
        (
            "sources test press snapshots/inbox/press/2025-08-14.jsonl --json",
            "The same of one file, for another program.",
        ),
    ),
    "snapshots": (
        ("snapshots", "What was taken, with the verdicts and their reasons."),
        ("snapshots --json", "The same for another program."),
    ),
    "snapshots reject": (
        ("snapshots reject press 2025-08-14 --note 'half of it is missing'", "Silence it."),
    ),
    "snapshots accept": (
        ("snapshots accept press 2025-08-14 --note 'checked by hand'", "Let it speak after all."),
    ),
    "snapshots confirm-missing": (
        (
            "snapshots confirm-missing press --why 'the first year was deleted on purpose'",
            "Go by what is there.",
        ),
    ),
    "snapshots verify": (
        ("snapshots verify", "Hold the files against their checksums."),
        ("snapshots verify --heal", "Take what is damaged again from the inbox."),
    ),
    "snapshots copy": (
        ("snapshots copy elsewhere", "Keep the store in another folder, or in a bucket."),
    ),
    "moves": (
        ("moves --from openai --to meta --since 2025-06-01", "Who went from one to the other."),
        ("moves --as-known-on 2025-06-30", "What was believed on that day."),
        ("moves --parquet moves.parquet", "All of them in a file."),
    ),
    "moves decide": (
        ("moves decide 13179f37 false --note 'it is a namesake'", "Say that a move never was."),
    ),
    "flows": (("flows --to meta", "From where, and how many."),),
    "alerts": (
        ("alerts", "The ledger, with the people of each alert."),
        ("alerts --rule zurich --json", "The alerts of one rule for another program."),
    ),
    "report": (
        ("report", "All alerts with pictures, people and evidence in one file."),
        ("report --alert bf8aefa1 --out alert.html", "One alert, to send to a colleague."),
    ),
    "chart": (
        ("chart bf8aefa1 --out alert.svg", "How many counted in an alert, day by day."),
        ("chart bf8aefa1 --png --out alert.png", "The same for where SVG cannot be shown."),
    ),
    "changes": (
        ("changes --since yesterday", "What is new since you looked: moves, alerts, snapshots."),
        ("changes --since 2025-08-10 --csv", "The same for a spreadsheet."),
    ),
    "explain": (
        ("explain bf8aefa1", "Who counted in an alert, who was left out, and why."),
        ("explain bf8aefa1 --bundle evidence.zip", "All of its evidence in one archive."),
        ("explain --rule meta-to-xai", "How near a rule came where it did not fire."),
    ),
    "organizations unresolved": (
        ("organizations unresolved --people 5", "Names that the directory does not know."),
    ),
    "organizations suggest": (("organizations suggest", "Which names may be one organisation."),),
    "organizations import": (
        ("organizations import ror.json", "Know all organisations of a register."),
    ),
    "organizations decide": (
        (
            "organizations decide Tesla xAI merger --on 2025-08-01 --note 'said the press'",
            "Settle what two names are; it is written into the directory.",
        ),
    ),
    "organizations confirm-empty": (
        (
            "organizations confirm-empty --why 'begun anew'",
            "Where the file of organisations was emptied and is meant to be.",
        ),
        (
            "organizations confirm-empty people --why 'no links are known any more'",
            "The same for the file of people; `registries` is what was imported.",
        ),
    ),
    "rules check": (("rules check", "All that is wrong with configuration and rules, at once."),),
    "rules confirm-empty": (
        (
            "rules confirm-empty --why 'the watch is over, moves are still collected'",
            "Where the rules folder was emptied and is meant to be; refused while it has rules.",
        ),
    ),
    "rules list": (("rules list", "What each asks for, and its open alerts."),),
    "rules schema": (("rules schema config", "For an editor that completes."),),
    "rules test": (("rules test rules/zurich.test.toml", "Run the tests beside a rule."),),
    "rules steps": (("rules steps zurich --people 3", "Which groups came to 3 people, and when."),),
    "rules preview": (
        (
            "rules preview team-loses-a-tenth --since 2025-01-01",
            "What a rule would have said, before it is turned on.",
        ),
    ),
    "channels list": (("channels list", "What waits in each, and what was given up."),),
    "channels test": (("channels test console", "Send a message now; shows the true answer."),),
    "deliveries": (
        ("deliveries --status dead", "What was given up, and the last error."),
        ("deliveries --alert bf8aefa1", "Who was told of an alert, and when."),
    ),
    "deliveries retry": (("deliveries retry --channel console", "Let what is dead go again."),),
    "board": (
        ("board", "The pages, at http://127.0.0.1:9465/, until Ctrl-C."),
        ("board --config /etc/talentwatch/config.toml", "As systemd and containers do."),
    ),
    "serve": (
        ("serve", "The same as runs from cron, with health and metrics, until SIGTERM."),
        ("serve --config /etc/talentwatch/config.toml", "As systemd and containers do."),
    ),
    "status": (
        ("status", "What is wrong, in five seconds."),
        ("status --json", "The same for a monitor."),
    ),
    "backup": (
        ("backup", "A copy of the state beside the snapshots; the last seven are kept."),
        ("backup state.db", "The same into a file."),
    ),
    "restore": (("restore state.db", "Put it back; the state as it was is kept beside it."),),
    "simulate": (
        (
            "simulate market --profiles 2000 --snapshots 10 --seed 7",
            "A small labour market whose truth is known.",
        ),
    ),
    "sources remove": (
        ("sources remove press --why 'its licence ended'", "End the alerts of a source."),
    ),
    "state confirm-empty": (
        (
            "state confirm-empty --why 'begun anew, the old one was lost'",
            "Where the state is missing or empty and is meant to be; nothing is sent again.",
        ),
    ),
    "export": (
        (
            "export press:alan-rice --out alan-rice.json",
            "All that is stored about somebody, and a page to read.",
        ),
    ),
    "decisions": (
        ("decisions --kind silence", "Who muted what, when and why."),
        ("decisions --json", "All decisions, for another program."),
    ),
    "forget": (
        (
            "forget press:alan-rice --reason 'asked by letter'",
            "Erase somebody from everything; what was counted stays counted.",
        ),
    ),
    "state move": (
        (
            "state move sqlite:///snapshots/moved.db",
            "Go on in another database, PostgreSQL or not.",
        ),
    ),
}


def shown(command: str) -> str | None:
    """Return the examples of a command as its help ends with them."""
    examples = EXAMPLES.get(command)
    if examples is None:
        return None
    lines = [line for typed, why in examples for line in (f"  talentwatch {typed}", f"      {why}")]
    # The mark keeps the lines as they are.
    return "\n".join(["\b", "Examples:", *lines])
