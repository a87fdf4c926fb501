"""Why a page is not shown."""

from monitor.base.errors import TalentwatchError


class NotThere(TalentwatchError):
    """There is nothing at this address; the message says what there is instead."""


class Moved(TalentwatchError):
    """What was at this address has another one for good."""

    def __init__(self, path: str) -> None:
        super().__init__(f"this is now at {path}")
        self.path = path


class WrongSettings(TalentwatchError):
    """The configuration or a file that it names has to be mended first."""


class BeingCounted(TalentwatchError):
    """What was asked for is being counted; the same address has it when that is done."""


class NotPublished(TalentwatchError):
    """No run has published anything that this program can read."""
