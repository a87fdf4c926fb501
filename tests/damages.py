"""What can become of a file on a disk."""

import os
import socket
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path


def truncated(path: Path) -> None:
    """Cut a file in half."""
    os.truncate(path, path.stat().st_size // 2)


def flipped(path: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)


def scribbled(path: Path) -> None:
    """Write something else."""
    path.write_bytes(b"\x00nothing of the kind" * 100)


def removed(path: Path) -> None:
    """Take a file away."""
    path.unlink()


DAMAGES: dict[str, Callable[[Path], None]] = {
    "truncated": truncated,
    "a bit flipped": flipped,
    "scribbled over": scribbled,
    "removed": removed,
}


def socket_at(path: Path) -> None:
    """Put a socket there, as a program leaves one."""
    # From its own folder: an address has room for some hundred letters, fewer than a path may have.
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as left:
        left.bind(path.name)
