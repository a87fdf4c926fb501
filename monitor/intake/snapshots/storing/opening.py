"""Which of the places of files the configuration names, where it names a bucket."""

from monitor.base.settings import Settings
from monitor.base.settings.engine import size_of
from monitor.base.settings.parts import bucket_address
from monitor.intake.snapshots.storing.bucket import Bucket
from monitor.intake.snapshots.storing.bucket_files import BucketFiles


def bucket_files(settings: Settings, place: str | None = None) -> BucketFiles | None:
    """The files in the bucket of the configuration, or of a place; None where it is a folder."""
    address = bucket_address(settings.snapshots_place if place is None else place)
    if address is None:
        return None
    reached = settings.bucket
    return BucketFiles(
        bucket=Bucket(address=address, settings=reached),
        root=settings.snapshots / "fetched",
        room=size_of(reached.cache),
    )
