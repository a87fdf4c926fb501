"""A real mail server on loopback that answers as a test says, and remembers what it was sent."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATES = Path(__file__).parent / "certificates"


@dataclass(slots=True)
class Mailbox:
    """A mail server that runs."""

    port: int
    answer: str = "250 taken"
    refused: str = ""
    """What is answered to every recipient, if they are refused."""
    wait: float = 0.0
    raw: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    @property
    def taken(self) -> list[EmailMessage]:
        """The mails, as a mail program reads them."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_RCPT(  # noqa: N802 -- called by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        del server, session, options
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        """Take a mail."""
        del server, session
        await asyncio.sleep(self.wait)
        if self.answer.startswith("250"):
            self.raw.append(envelope.content if isinstance(envelope.content, bytes) else b"")
        return self.answer


@contextmanager
def mailbox(*, security: str = "none", password: str | None = None) -> Iterator[Mailbox]:
    """Run a mail server for as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        running = Mailbox(free.getsockname()[1])
    context = None
    if security != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")

    def log_in(
        _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: object
    ) -> AuthResult:
        given = getattr(data, "password", b"").decode()
        running.logins.append(given)
        return AuthResult(success=given == password, handled=False)

    controller = Controller(
        running,
        hostname="127.0.0.1",
        port=running.port,
        ssl_context=context if security == "ssl" else None,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        authenticator=None if password is None else log_in,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield running
    finally:
        controller.stop()
