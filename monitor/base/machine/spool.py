"""Texts and bytes in a file that vanishes by itself: any number of them fits."""

import tempfile
import weakref
from array import array

from monitor.base.error_words import of_system
from monitor.base.errors import StorageError
from monitor.base.machine.limits import in_force

_MOST_IN_MEMORY = 16 << 20
"""Bytes; what is larger goes into a file."""


class Spool:
    """Pieces of bytes that are written once, and read by their number as often as one likes.

    Raises StorageError where there is no room for them.
    """

    def __init__(self) -> None:
        room = in_force().room()
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 -- it ends with this
            _MOST_IN_MEMORY, dir=str(room) if room else None
        )
        weakref.finalize(self, self._file.close)
        self._ends = array("q", [0])
        """Where each piece ends and the next one begins."""

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self._ends) - 1

    def add(self, piece: bytes) -> int:
        """Put a piece to the others; return its number."""
        try:
            self._file.seek(self._ends[-1])
            self._file.write(piece)
        except OSError as exc:
            raise StorageError(f"a file for a moment cannot be written: {of_system(exc)}") from exc
        self._ends.append(self._ends[-1] + len(piece))
        return len(self) - 1

    def read(self, number: int) -> bytes:
        """Return the piece of a number."""
        self._file.seek(self._ends[number])
        return self._file.read(self._ends[number + 1] - self._ends[number])
