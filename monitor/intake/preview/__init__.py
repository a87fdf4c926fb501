"""What one file would give if it were taken in: read as a run reads it, and kept nowhere."""

from monitor.intake.preview.contents import FilePreview, RejectionReason, Shown, opened_preview
from monitor.intake.preview.differences import Differences, differences

__all__ = [
    "Differences",
    "FilePreview",
    "RejectionReason",
    "Shown",
    "differences",
    "opened_preview",
]
