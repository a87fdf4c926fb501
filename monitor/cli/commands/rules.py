"""`talentwatch rules`: look after the rules."""

from dataclasses import asdict, replace
from datetime import datetime
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.alerts.ledger import not_yet_evaluated
from monitor.alerts.trials.copies import COPIES, chance_alerts
from monitor.alerts.trials.preview import HistoryCount, count_history, preview
from monitor.alerts.trials.rule_tests import files_of_tests, load_tests, run_test
from monitor.base.config_files.toml_files import schema_of
from monitor.base.derived_file import derived_path
from monitor.base.errors import LeaseHeld, SnapshotError, StorageError, UsageError
from monitor.base.settings import Settings, load_settings
from monitor.board.answers.counts_only import CountedAlerts
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked
from monitor.board.answers.rule_counts import counts_of, page_of_steps
from monitor.board.answers.upkeep.rules import found_rules
from monitor.board.csv_lines import csv_lines
from monitor.cli.commands.confirm import confirm
from monitor.cli.commands.counts_within import counts_within
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    CsvOption,
    JsonOption,
    clock,
    console,
    json_lines,
    known,
    leave,
    one_form,
    print_rows,
    remark,
)
from monitor.cli.views.movement.moves import JOBS
from monitor.cli.views.rules import (
    history_lines,
    history_record,
    preview_record,
    print_preview,
    print_result,
    print_rules,
    print_steps,
    result_record,
)
from monitor.delivery.messages import counted
from monitor.intake.lost_state import open_state
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.operations.written_inputs import load_definitions
from monitor.rules.language import Rule
from monitor.rules.language.finding import find_rule
from monitor.wiring import (
    open_copied_engine,
    open_desk,
    window_hints,
)

SCHEMAS = ("rule", "rule_test", "config", "organizations", "people", "profile", "alert")

app = typer.Typer(help="Look after the rules.", no_args_is_help=True)


@app.command()
def check(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Check every rule file, the directory and the configuration, and name all that is wrong."""
    settings = load_settings(config)
    rules = load_definitions(settings).rules
    hints = (*rules.hints, *window_hints(settings, rules.rules))
    wrong = [(rule, problem) for rule, problems in rules.broken.items() for problem in problems]
    if json:
        json_lines({"kind": "error", "rule": rule, **asdict(problem)} for rule, problem in wrong)
        json_lines({"kind": "hint", "said": hint} for hint in hints)
    for hint in hints:
        typer.echo(f"hint: {hint}", err=True)
    if wrong:
        raise UsageError(
            f"{len(rules.broken)} of the rules cannot be used:", *(problem for _, problem in wrong)
        )
    histories = _histories(settings, json=json)
    if json:
        json_lines(history_record(settings, history) for history in histories)
    for history in histories:
        typer.echo("\n".join(history_lines(settings, history)), err=json)
    count = len(rules.rules)
    typer.echo(f"{counted(count, 'rule')} {'is' if count == 1 else 'are'} well.", err=json)


def _histories(settings: Settings, *, json: bool) -> list[HistoryCount]:
    """Count what the stored history holds for new rules, or say why it cannot be counted."""
    if not derived_path(settings).exists():
        return []
    definitions = load_definitions(settings)
    try:
        with open_state(settings) as state, state.reading() as tx:
            new = not_yet_evaluated(tx, definitions.rules.rules)
        if not new:
            return []
        with open_copied_engine(settings) as engine:
            horizon = accepted_days(engine)[1]
            if horizon is None:
                return []
            return count_history(engine, new, definitions.directory, horizon=horizon)
    except (LeaseHeld, SnapshotError, StorageError) as exc:
        hint = f"what the stored history holds for new rules was not counted: {exc}"
        if json:
            json_lines([{"kind": "hint", "said": hint}])
        typer.echo(f"hint: {hint}", err=True)
        return []


@app.command()
def confirm_empty(
    why: Annotated[str, typer.Option(help="The reason; the log of decisions keeps it.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say that the rules folder is meant to have no rule; the next run drops their alerts."""
    confirm(load_settings(config), "rules", why)


@app.command("list")
def list_rules(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the rules: what each asks for, whether it is on, and its open alerts."""
    settings = load_settings(config)
    with open_desk(settings, now=clock()) as desk:
        records, _ = found_rules(desk, Asked(limit=None))
    print_rows(records, json=json, record=dict, table=print_rules)


@app.command()
def schema(
    which: Annotated[
        str, typer.Argument(help="rule, rule_test, config, organizations, people, profile, alert.")
    ] = "rule",
) -> None:
    """Print a JSON Schema, for an editor to complete by: `#:schema PATH` in a file's first line."""
    known(which, SCHEMAS, "schema")
    typer.echo(dumps(schema_of(which), indent=2, ensure_ascii=False))


@app.command("test")
def run_tests(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Test files, or folders of them; by default those of the rules."),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Run the tests beside the rules (*.test.toml) through the real pipeline."""
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    tests = [
        load_test
        for file in files_of_tests(paths or [settings.rules])
        for load_test in load_tests(file, directory=directory, settings=settings)
    ]
    results = []
    for test in tests:
        results.append(run_test(test, directory))
        if not json:
            print_result(console(), results[-1])
    if json:
        json_lines(result_record(result) for result in results)
    failed = [result for result in results if not result.passed]
    if not json:
        typer.echo(f"{len(tests) - len(failed)} of {len(tests)} tests passed.")
        typer.echo(JOBS)
    leave([f"{result.test.rule.id}: {result.test.name}" for result in failed])


@app.command("steps")
def show_steps(
    rule: Annotated[str, typer.Argument(help="A rule's id.")],
    people: Annotated[
        int | None,
        typer.Option(min=1, help="Only groups that came to so many; the rule's threshold if none."),
    ] = None,
    within: Annotated[
        int | None,
        typer.Option(min=1, metavar="DAYS", help="Count anew for a window of so many days."),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    csv: CsvOption = False,
) -> None:
    """Show what a rule counts in each group, day by day, against any threshold.

    That is there at once; with another window it is counted, and not kept.
    """
    one_form(json=json, csv=csv)
    settings = load_settings(config)
    with open_desk(settings, now=clock()) as desk:
        desk.count_within = _count_within
        rules = desk.definitions.rules
        known(rule, [*(defined.id for defined in rules.rules), *rules.broken], "rule")
        asked = next((defined for defined in rules.rules if defined.id == rule), None)
        if asked is None:
            raise UsageError(f"{rule} cannot be read: `talentwatch rules check` says why")
        counts = counts_of(desk, asked, within)
        wanted = Asked(values={"people": people, "within": within}, limit=None)
        records, _ = page_of_steps(desk, asked, counts, wanted)
    for said in filter(None, (counts.why, counts.remark)):
        typer.echo(said, err=json or csv)
    if csv:
        csv_lines(records)
    else:
        print_rows(records, json=json, record=dict, table=print_steps)


def _count_within(desk: Desk, rule: Rule, days: int) -> list[dict[str, Any]]:
    directory = desk.definitions.directory
    return counts_within(desk.settings, rule, directory, days=days, horizon=desk.horizon)


@app.command("preview")
def show_preview(
    rule: Annotated[str, typer.Argument(help="A rule's id, or the path of a rule file.")],
    since: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="The first day to report.")
    ],
    copies: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=100,
            help="In how many copies of the past, with the days dealt anew, to ask what chance"
            f" alone would have told; {COPIES} for a rule on `unusual`, none for others.",
        ),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say what a rule would have said over the stored history; nothing is recorded or sent."""
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    asked = find_rule(settings, directory, rule)
    with open_copied_engine(settings) as engine:
        horizon = accepted_days(engine)[1]
        if horizon is None:
            raise UsageError("nothing is stored yet: `talentwatch run` or `import` takes it in")
        counted = preview(engine, asked, directory, since=since.date(), horizon=horizon)
        if copies is None:
            copies = COPIES if asked.main.unusual is not None else 0
        by_chance = chance_alerts(
            engine, asked, directory, since=since.date(), horizon=horizon, copies=copies
        )
    if settings.names == "none":
        shown = CountedAlerts.of(settings, [asked])
        counted = replace(counted, alerts=tuple(shown.listed(counted.alerts)))
        remark(shown.left_out.sentence)
    record = preview_record(asked, counted, since=since.date(), horizon=horizon, chance=by_chance)
    if json:
        json_lines([record])
    else:
        print_preview(console(), record)
