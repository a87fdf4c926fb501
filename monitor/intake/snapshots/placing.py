"""How the folder of a snapshot gets its place: complete, at once, and found after any crash."""

import hashlib
import shutil
from dataclasses import asdict
from pathlib import Path

import orjson

from monitor.base.private_files import FILE, atomic_write, sync
from monitor.base.records import Manifest

MANIFEST = "manifest.json"
"""The file that makes a folder a snapshot."""
WRITING = ".writing-"
"""What the names of folders begin with that are being written,"""
REPLACED = ".replaced-"
"""that were put aside while another takes their place,"""
WHOLE = ".whole-"
"""or that were made of a thinned snapshot to be read."""
READ = 0o400
"""What a snapshot's files may be used for, once they are there."""


def sha256_of(path: Path) -> str:
    """The checksum of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def clear_leftovers(parent: Path) -> None:
    """Clears what a crash left; a snapshot whose replacement did not arrive gets its place back."""
    for entry in list(parent.iterdir()):
        if entry.name.startswith((WRITING, WHOLE)):
            shutil.rmtree(entry)
        elif entry.name.startswith(REPLACED):
            place = parent / entry.name.removeprefix(REPLACED)
            if place.exists():
                shutil.rmtree(entry)
            else:
                entry.rename(place)


def publish(scratch: Path, place: Path) -> None:
    """Puts a complete folder into its place; at every moment one complete snapshot can be found."""
    kept = place.with_name(REPLACED + place.name)
    if place.exists():
        place.rename(kept)
    scratch.rename(place)
    sync(place.parent)
    if kept.exists():
        shutil.rmtree(kept)


def complete(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest, which says that all else is there, when all else is on the disk."""
    for name in manifest.files:
        sync(folder / name)
        (folder / name).chmod(READ)
    path = folder / MANIFEST
    path.write_bytes(text_of(manifest))
    path.chmod(READ)
    sync(path)
    sync(folder)


def renew_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes another manifest in the place of the one of a folder, whole or not at all."""
    with atomic_write(folder / MANIFEST) as unfinished:
        unfinished.chmod(FILE)
        unfinished.write_bytes(text_of(manifest))
        unfinished.chmod(READ)


def text_of(manifest: Manifest) -> bytes:
    """The manifest as its file has it."""
    return orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2) + b"\n"
