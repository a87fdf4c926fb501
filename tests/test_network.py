"""A connection that is cut at the end of its time."""

import socket

from monitor.base.machine.network import Deadline


def test_a_connection_that_takes_the_place_of_another_leaves_none_open():
    """As where a server had closed the one that was kept, and the request goes over a new one."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Deadline(60) as deadline:
            deadline.watch(ours)
            deadline.watch(theirs)
            ours.close()
            assert theirs.recv(1) == b""
        assert not deadline.has_passed
