"""A binary stream over pieces that are made one after the other."""

import io
from collections.abc import Generator

_BUFFER = 1 << 20


class Joined(io.RawIOBase):
    """The pieces of an iterator read as one file, holding one piece at a time."""

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed names a private type
        """Fills the buffer from the pieces; 0 when there are no more."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Ends the making of pieces, so that what it holds open is closed in time."""
        self._pieces.close()
        super().close()

    def buffered(self) -> io.BufferedReader:
        """The same with lines and large reads."""
        return io.BufferedReader(self, _BUFFER)
