"""A stretch in which permissions hold for this process too, though root runs it."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

VERSION_3 = 0x20080522
OVERRIDING = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root read everything."""


@contextmanager
def permissions_hold() -> Iterator[None]:
    """Let this thread read only what the modes of files allow their owner to read."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0, os.strerror(ctypes.get_errno())
    effective, *rest = before
    lowered = (ctypes.c_uint32 * 6)(effective & ~OVERRIDING, *rest)
    assert libc.capset(header, lowered) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0, os.strerror(ctypes.get_errno())
