"""E-mail: a mail server takes messages, or says why not; held to it on loopback."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import pytest
from mailboxes import CERTIFICATES, Mailbox, mailbox
from receivers import channel_of
from samples import NOON, SUBJECT, alert

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred, DeliveryRejected
from monitor.base.machine.network import connected
from monitor.base.records import Message
from monitor.base.settings import Secret
from monitor.delivery.channels import Channel, Clock
from monitor.delivery.messages import body

PASSWORD = "correct horse battery staple"


def sends(port: int, **options: Any) -> Channel:
    """Make a channel that sends to a mail server on loopback."""
    usual = {
        "host": "localhost",
        "port": port,
        "security": "none",
        "sender": "watch@example.org",
        "to": ["ada@example.org", "bo@example.org"],
        "allow_private": True,
        "timeout": 1,
        "ca_file": CERTIFICATES / "server.pem",
    }
    clock = Clock(now=lambda: NOON, sleep=time.sleep)
    return channel_of("email", clock, called="mail", **{**usual, **options})


def message(**changes: Any) -> Message:
    """Return a message about three people."""
    document = body(alert("Ada", "Bo", "Cy"), subject=SUBJECT)
    return Message(**{"id": "msg_1", "channel": "mail", "body": document, **changes})


def refused(channel: Channel) -> DeliveryDeferred | DeliveryRejected:
    """Send, and return the error, which names the channel and not the password."""
    with pytest.raises((DeliveryDeferred, DeliveryRejected)) as caught:
        channel.send(message())
    assert "'mail'" in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert isinstance(caught.value, DeliveryDeferred | DeliveryRejected)
    return caught.value


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    """Return a running mail server without encryption."""
    with mailbox() as running:
        yield running


def test_a_mail_is_plain_text_that_can_be_checked(mails):
    """One line a person with the evidence, and a server that takes it only accepts it."""
    receipt = sends(mails.port).send(message(thread="a1"))
    assert receipt.accepted
    (mail,) = mails.taken
    assert mail["subject"] == "Meta → xAI: 3 people within 90 days (threshold 3)"
    assert mail["to"] == "ada@example.org, bo@example.org"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "- Ada: Meta (FAIR, researcher) → xAI (engineer); joined 1-30 June 2025" in text
    assert "https://people.example/ada" in text


def test_every_try_is_the_same_mail_and_an_alert_is_one_thread(mails):
    """A mailbox drops repeats by their id and shows what belongs together."""
    for each in ("msg_1", "msg_1", "msg_2"):
        sends(mails.port).send(message(id=each, thread="a1"))
    assert [mail["message-id"] for mail in mails.taken] == [
        "<msg_1@talentwatch.invalid>",
        "<msg_1@talentwatch.invalid>",
        "<msg_2@talentwatch.invalid>",
    ]
    assert {mail["references"] for mail in mails.taken} == {"<mail.a1@talentwatch.invalid>"}


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_mail_goes_over_an_encrypted_line_with_a_password(security):
    """The certificate is verified against the name of the server."""
    with mailbox(security=security, password=PASSWORD) as mails:
        secret = Secret(literal=PASSWORD)
        channel = sends(mails.port, security=security, username="ada", password=secret)
        channel.send(message())
        assert mails.logins == [PASSWORD]
        assert len(mails.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(security):
    """No password and no name is handed to whoever answers."""
    with mailbox(security=security) as mails:
        error = refused(sends(mails.port, security=security, ca_file=None))
        assert isinstance(error, DeliveryDeferred)
        assert "certificate" in str(error).lower()
        assert mails.taken == []


def test_a_password_that_cannot_be_said_lets_the_mail_wait():
    """It is the configuration that has to be mended."""
    with mailbox(security="starttls", password=PASSWORD) as mails:
        secret = Secret(literal="clé")
        error = refused(sends(mails.port, security="starttls", username="ada", password=secret))
    assert isinstance(error, DeliveryBlocked)
    assert "other than ASCII" in str(error)


def test_an_address_that_leads_nowhere_is_followed_by_the_next(mails):
    """A name often has an address of each kind, and the server listens at one of them."""
    nowhere, there = ip_address("127.0.0.2"), ip_address("127.0.0.1")
    with connected([nowhere, there], mails.port, seconds=1) as connection:
        assert connection.recv(3) == b"220"
    with pytest.raises(OSError, match="refused"):
        connected([nowhere], mails.port, seconds=1)


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(mails):
    """A mail is never sent in the clear by surprise."""
    error = refused(sends(mails.port, security="starttls"))
    assert isinstance(error, DeliveryRejected)
    assert error.channel
    assert mails.taken == []


def test_a_wrong_password_is_the_fault_of_the_channel():
    """All mails wait for it to be mended."""
    with mailbox(password=PASSWORD) as mails:
        wrong = Secret(literal="wrong")
        error = refused(sends(mails.port, username="ada", password=wrong, timeout=10))
    assert isinstance(error, DeliveryRejected)
    assert error.channel
    assert "535" in str(error)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 later", DeliveryDeferred), ("552 too large", DeliveryRejected)],
)
def test_the_answer_to_a_mail_decides(answer, kind, mails):
    """4xx is tried again, 5xx is final for this mail."""
    mails.answer = answer
    error = refused(sends(mails.port))
    assert isinstance(error, kind)
    assert answer[:3] in str(error)
    assert not getattr(error, "channel", False)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("450 greylisted", DeliveryDeferred), ("550 no such user", DeliveryRejected)],
)
def test_the_answer_to_the_recipients_decides(answer, kind, mails):
    """A mailbox that does not exist is for the operator to mend."""
    mails.refused = answer
    assert isinstance(refused(sends(mails.port)), kind)


def test_a_slow_server_is_tried_again(mails):
    """It must not hang us."""
    mails.wait = 3
    assert isinstance(refused(sends(mails.port)), DeliveryDeferred)


def test_a_server_that_is_down_is_tried_again():
    """It restarts."""
    with mailbox() as gone:
        port = gone.port
    error = refused(sends(port))
    assert isinstance(error, DeliveryDeferred)
    assert "cannot be reached" in str(error)


@contextmanager
def dripping() -> Iterator[int]:
    """Run a server that greets without an end, a byte at a time."""
    over = threading.Event()

    def greet() -> None:
        connection, _ = server.accept()
        with connection:
            while not over.wait(0.05):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def test_a_server_that_drips_is_cut_off_in_time():
    """Each byte comes soon, and the greeting never: it is the whole that is bounded."""
    began = time.monotonic()
    with dripping() as port:
        error = refused(sends(port))
    assert "no end within" in str(error)
    assert time.monotonic() - began < 3


def test_a_private_server_is_refused_unless_allowed(mails):
    """As for every other channel."""
    error = refused(sends(mails.port, allow_private=False))
    assert isinstance(error, DeliveryBlocked)


def test_certificates_that_cannot_be_read_are_named(tmp_path):
    """It is a slip in the configuration."""
    error = refused(sends(1, security="ssl", ca_file=tmp_path / "none.pem"))
    assert isinstance(error, DeliveryBlocked)
    assert "none.pem" in str(error)
