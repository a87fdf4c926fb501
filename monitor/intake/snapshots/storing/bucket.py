"""What is asked of a bucket: lists, objects whole, and writes that a second writer cannot win.

Nothing here knows what a snapshot is. Whatever a server refuses, or does not answer, is a
StorageError that says what, where and what to do.
"""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.base.errors import SnapshotError, StorageError, UsageError
from monitor.base.settings.parts import BucketAddress, BucketSettings
from monitor.intake.snapshots.storing.refusals import ATTEMPTS, code_of, in_words, is_broken_off

PART = 64 * 1024 * 1024
"""Larger files, in bytes, are uploaded in parts of this size, of which there may be 10,000."""
_CHUNK = 1024 * 1024
_GONE = frozenset({"NoSuchKey", "404", "NoSuchUpload"})
_UNKNOWN = frozenset({"NotImplemented", "501"})
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_CLAIM = ".conditions"
_LIBRARIES = ("botocore.", "urllib3.")


class _GoneError(StorageError):
    """There is no such object."""


class _TakenError(StorageError):
    """What a write expected is no longer so."""


class _UnknownError(StorageError):
    """The server does not know what it was asked for."""


_KINDS = {_GoneError: _GONE, _TakenError: _TAKEN, _UnknownError: _UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """What a list says of an object."""

    size: int
    tag: str
    """It changes with every write."""
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The objects of a bucket whose keys begin with a prefix; keys are given without it."""

    address: BucketAddress
    settings: BucketSettings

    @property
    def name(self) -> str:
        """The address, as the configuration writes it."""
        return str(self.address)

    def folders(self) -> list[str]:
        """List the first parts of keys that have a slash."""
        prefix = self._key("")
        found: list[str] = []
        for page in self._pages("list_objects_v2", "listing", Prefix=prefix, Delimiter="/"):
            entries = (entry["Prefix"] for entry in page.get("CommonPrefixes", ()))
            found += [entry.removeprefix(prefix).rstrip("/") for entry in entries]
        return found

    def listed(self, under: str) -> tuple[dict[str, StoredObject], datetime]:
        """List the objects whose keys begin so, by key, and say when, by the server's clock."""
        objects: dict[str, StoredObject] = {}
        at = datetime.min.replace(tzinfo=UTC)
        for page in self._pages("list_objects_v2", f"listing {under}", Prefix=self._key(under)):
            at = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
            for entry in page.get("Contents", ()):
                objects[self._named(entry["Key"])] = StoredObject(
                    size=entry["Size"], tag=entry["ETag"], modified=entry["LastModified"]
                )
        return objects, at

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Read a small object, and its tag; None where there is none."""
        with suppress(_GoneError), self._asked(f"reading {key}"):
            answer = self._client.get_object(Bucket=self.address.bucket, Key=self._key(key))
            with closing(answer["Body"]) as body:
                return body.read(), answer["ETag"]
        return None

    def download(self, key: str, path: Path) -> str | None:
        """Write an object into a file; returns the checksum of what came, None if there is none.

        An answer that breaks off is asked for again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            with suppress(_GoneError), self._asked(f"reading {key}"):
                answer = self._client.get_object(Bucket=self.address.bucket, Key=self._key(key))
                try:
                    return _written(answer["Body"], path)
                except Exception as exc:
                    if attempt < ATTEMPTS and is_broken_off(exc):
                        continue
                    raise
            return None
        return None

    def write(self, key: str, content: bytes, *, former: str | None) -> str:
        """Write a small object where none is, or in the place of the one with a tag; its own tag.

        Raises SnapshotError if somebody else wrote there meanwhile.
        """
        try:
            return self._put(key, content, former)
        except _TakenError:
            # The answer to our own first try may have been lost.
            there = self.read(key)
            if there is not None and there[0] == content:
                return there[1]
        raise SnapshotError(
            f"{self.name}/{key} was written by another process meanwhile, which won: nothing of"
            " this one counts. See to it that one state alone works with this store, and do it"
            " again"
        )

    def require_conditions(self) -> None:
        """Raises StorageError for a server on which two writers could both win."""
        keeps_to = {"If-None-Match": False, "If-Match": False}
        for _ in range(2):  # the first one may be the first ever
            with suppress(_TakenError):
                self._put(_CLAIM, b"", None)
                continue
            keeps_to["If-None-Match"] = True
            break
        try:
            self._put(_CLAIM, b"", '"of-no-object"')
        except _TakenError:
            keeps_to["If-Match"] = True
        if not all(keeps_to.values()):
            ignored = " and ".join(name for name, is_kept in keeps_to.items() if not is_kept)
            raise StorageError(
                f"{self.name}: the server overwrites what is there although it is asked not to"
                f" ({ignored}), so two runs could both write one snapshot. Nothing is written: use"
                " a server that knows conditional writes, or a newer version of it"
            )

    def upload(self, key: str, path: Path) -> None:
        """Write a file as an object, whatever is there, and look whether it arrived whole."""
        size = path.stat().st_size
        with self._asked(f"writing {key}"), path.open("rb") as file:
            if size > PART:
                self._upload_parts(key, file)
            else:
                self._client.put_object(
                    Bucket=self.address.bucket,
                    Key=self._key(key),
                    Body=file,
                    ChecksumSHA256=_digest(path),
                )
        arrived = self.size(key)
        if arrived != size:
            there = "nothing" if arrived is None else f"{arrived} bytes"
            raise StorageError(
                f"{self.name}/{key}: the server said that it took {size} bytes, and has {there}:"
                " the upload was lost. Nothing of the snapshot counts, and the next run writes it"
                " again; if it happens again, look into the log of the server"
            )

    def size(self, key: str) -> int | None:
        """How many bytes an object has; None if there is none."""
        with suppress(_GoneError), self._asked(f"looking at {key}"):
            answer = self._client.head_object(Bucket=self.address.bucket, Key=self._key(key))
            return int(answer["ContentLength"])
        return None

    def delete(self, key: str) -> None:
        """Delete an object; there may be none."""
        with suppress(_GoneError), self._asked(f"deleting {key}"):
            self._client.delete_object(Bucket=self.address.bucket, Key=self._key(key))

    def forget_former(self, under: str) -> None:
        """Delete what the bucket keeps of objects that are gone or were replaced, and of uploads.

        That is nothing unless it keeps versions, or an upload was cut off. A server that knows
        neither has none.
        """
        with suppress(_UnknownError):
            self._delete_versions(under)
        with suppress(_UnknownError):
            for page in self._pages(
                "list_multipart_uploads", f"listing uploads of {under}", Prefix=self._key(under)
            ):
                for entry in page.get("Uploads", ()):
                    self._abort(entry["Key"], entry["UploadId"])

    def _delete_versions(self, under: str) -> None:
        for page in self._pages(
            "list_object_versions", f"listing versions of {under}", Prefix=self._key(under)
        ):
            versions = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            gone = {entry["Key"] for entry in page.get("DeleteMarkers", ()) if entry["IsLatest"]}
            for entry in versions:
                if not entry["IsLatest"] or entry["Key"] in gone:
                    with self._asked(f"deleting a version of {self._named(entry['Key'])}"):
                        self._client.delete_object(
                            Bucket=self.address.bucket,
                            Key=entry["Key"],
                            VersionId=entry["VersionId"],
                        )

    def _put(self, key: str, content: bytes, former: str | None) -> str:
        condition = {"IfNoneMatch": "*"} if former is None else {"IfMatch": former}
        try:
            with self._asked(f"writing {key}"):
                answer = self._client.put_object(
                    Bucket=self.address.bucket, Key=self._key(key), Body=content, **condition
                )
        except _GoneError as exc:  # what was to be replaced is gone
            raise _TakenError(str(exc)) from exc
        return str(answer["ETag"])

    def _upload_parts(self, key: str, file: Any) -> None:
        place = {"Bucket": self.address.bucket, "Key": self._key(key)}
        begun = self._client.create_multipart_upload(**place, ChecksumAlgorithm="SHA256")
        upload, parts = begun["UploadId"], list[dict[str, Any]]()
        try:
            while part := file.read(PART):
                sha256 = b64encode(hashlib.sha256(part).digest()).decode()
                number = len(parts) + 1
                answer = self._client.upload_part(
                    **place, UploadId=upload, PartNumber=number, Body=part, ChecksumSHA256=sha256
                )
                sent = {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": sha256}
                parts.append(sent)
            self._client.complete_multipart_upload(
                **place, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            with suppress(StorageError):
                self._abort(place["Key"], upload)
            raise

    def _abort(self, whole_key: str, upload: str) -> None:
        with suppress(_GoneError), self._asked(f"ending an upload of {self._named(whole_key)}"):
            self._client.abort_multipart_upload(
                Bucket=self.address.bucket, Key=whole_key, UploadId=upload
            )

    def _pages(self, operation: str, doing: str, **asked: str) -> Iterator[dict[str, Any]]:
        with self._asked(doing):
            pages = iter(
                self._client.get_paginator(operation).paginate(Bucket=self.address.bucket, **asked)
            )
        while True:
            with self._asked(doing):
                page = next(pages, None)
            if page is None:
                return
            yield page

    @property
    def _client(self) -> Any:
        settings = self.settings
        return _connected(settings.endpoint, settings.region, settings.answer_seconds)

    @contextmanager
    def _asked(self, doing: str) -> Iterator[None]:
        """Raise what a server refuses in words."""
        try:
            yield
        except Exception as exc:
            if not any(kind.__module__.startswith(_LIBRARIES) for kind in type(exc).__mro__):
                raise
            code, words = code_of(exc), in_words(exc, self.name, doing, self.settings)
            for kind, codes in _KINDS.items():
                if code in codes:
                    raise kind(str(words)) from exc
            raise words from exc

    def _key(self, key: str) -> str:
        return f"{self.address.prefix}/{key}" if self.address.prefix else key

    def _named(self, key: str) -> str:
        return key.removeprefix(self._key(""))


@lru_cache(maxsize=4)
def _connected(endpoint: str | None, region: str | None, seconds: float) -> Any:
    """A client for all of a process: it finds credentials as every program for S3 does."""
    try:
        from botocore.config import Config  # noqa: PLC0415 -- an extra
        from botocore.session import get_session  # noqa: PLC0415 -- as above
    except ModuleNotFoundError as exc:
        raise UsageError(
            "snapshots in a bucket need a package that is not installed: pip install"
            ' "talentwatch[s3]"'
        ) from exc
    config = Config(
        connect_timeout=min(10, seconds),
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # A server of one's own seldom has a name for each bucket.
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    return get_session().create_client(
        "s3", endpoint_url=endpoint, region_name=region, config=config
    )


def _written(body: Any, path: Path) -> str:
    digest = hashlib.sha256()
    with closing(body), path.open("wb") as file:
        for chunk in body.iter_chunks(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
