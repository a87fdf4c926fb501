"""All evidence of an alert in one archive, as the command writes it and the board hands it out."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.base.records import Alert
from monitor.base.settings import Settings
from monitor.delivery.messages import Subject
from monitor.operations.instructions.policies import subject
from monitor.operations.written_inputs import load_definitions
from monitor.wiring import open_reading_engine, open_store


def evidence_of(settings: Settings, revisions: Sequence[Alert], version: str | None) -> bytes:
    """Make the archive of an alert by its revisions; `version` is what its rule meant.

    Raises LeaseHeld where a run has the derived tables for longer than it is waited for.
    """
    # Only an archive needs it.
    from monitor.delivery.evidence_bundle import BundleContents, bundle  # noqa: PLC0415

    words = load_definitions(settings)
    rule = next((known for known in words.rules.rules if known.id == revisions[-1].rule), None)
    evidence = BundleContents(
        revisions=revisions,
        subject=replace(subject(settings, words.directory, rule), most_people=None)
        if rule
        else Subject(title=revisions[-1].rule, window="within its window"),
        rule=rule,
        version=version and version.partition(":")[0],
        directory=words.directory,
        settings=settings,
    )
    with open_reading_engine(settings) as engine:
        return bundle(evidence, engine, open_store(settings))
