"""Why a run would find a file suspect by itself, in words."""

from monitor.base.settings import Quality
from monitor.intake.preview import FilePreview
from monitor.moves.gates.quality import reasons_to_suspect

MOST = 0.5
"""Of the records: where more are set aside, the mapping is hardly right."""


def problems_of(preview: FilePreview, limits: Quality, where: str) -> list[str]:
    """Say why a run would find a file suspect by itself, and what to do about what is set aside.

    `where` is the place of the source in the configuration.
    """
    manifest = preview.manifest
    records, faulty = manifest.profiles + manifest.rejected, manifest.faulty
    allowed = limits.rejected
    if allowed is False or faulty <= allowed * records:
        return list(reasons_to_suspect(manifest, None, limits))
    needed = -(-faulty * 100 // records) / 100
    most = (
        " Most of it would be: the columns are hardly what they are taken for."
        if faulty > MOST * records
        else ""
    )
    return [
        (
            f"{faulty:,} of {records:,} records would be set aside, and at most {allowed:.0%} are"
            f" allowed.{most} Leave those rows out of the file, or write"
            f" `quality = {{ rejected = {needed} }}` into {where}"
        )
    ]
