"""Messages by e-mail: plain text, nothing in it that a mail program would run or fetch.

The mail server accepts a message and passes it on, so it is accepted, never sent. All messages
about one alert are in one thread; the Message-ID is the same at every try.
"""

import base64
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from monitor.base.errors import (
    DeliveryBlocked,
    DeliveryDeferred,
    DeliveryRejected,
    TalentwatchError,
)
from monitor.base.machine.network import Address, Deadline, connected, verifying
from monitor.base.records import Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import PICTURE, Clock, Receipt, cut, revealed
from monitor.delivery.channels.network import addresses_of
from monitor.delivery.messages import Line, defused, fitted, outline, plain

SUBJECT = 200
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_ROOM = 100_000
_SHOWN = 200
_FINAL = 500
_DOMAIN = "talentwatch.invalid"


class EmailChannel:
    """Mailboxes that a mail server delivers to."""

    def __init__(self, name: str, settings: channels.Email, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._security = settings.security
        self._port = settings.port or _PORTS[settings.security]

    def send(self, message: Message) -> Receipt:
        """Hand a mail to the server, within the time that the whole exchange may take."""
        settings = self._settings
        password = revealed(settings.password, channel=self._name)
        mail = self._mail(message)
        context = None if self._security == "none" else self._context()
        addresses = addresses_of(
            settings.host, self._port, channel=self._name, allow_private=settings.allow_private
        )
        with Deadline(settings.timeout) as deadline:
            try:
                refused = self._exchange(mail, password, context, _Line(addresses, deadline))
            except (smtplib.SMTPException, OSError) as exc:
                raise self._error(exc, password, deadline) from None
            except UnicodeError:
                raise DeliveryBlocked(
                    f"channel {self._name!r}: its username, password or an address has marks other"
                    " than ASCII, which the mail server's language does not know"
                ) from None
        but = f", but not for {plain(', '.join(refused))}" if refused else ""
        return Receipt(said=f"accepted by {settings.host}{but}", accepted=True)

    def _exchange(
        self,
        mail: EmailMessage,
        password: str | None,
        context: ssl.SSLContext | None,
        line: "_Line",
    ) -> list[str]:
        line.context = context if self._security == "ssl" else None
        settings = self._settings
        server = _Server(settings.host, self._port, line=line, seconds=settings.timeout)
        try:
            if self._security == "starttls":
                server.starttls(context=context)
            if password is not None:
                server.login(settings.username or "", password)
            refused = server.send_message(mail)
            # The mail is taken: how the server says goodbye changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
        return sorted(refused)

    def _mail(self, message: Message) -> EmailMessage:
        said = outline(message.body)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._settings.sender
        mail["To"] = ", ".join(self._settings.to)
        mail["Subject"] = cut(said.title, SUBJECT) or "talentwatch"
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{message.id}@{_DOMAIN}>"
        if message.thread is not None:
            mail["References"] = f"<{message.channel}.{message.thread}@{_DOMAIN}>"
        mail["Auto-Submitted"] = "auto-generated"
        lines = fitted(said, write=_written, size=lambda line: len(line) + 1, room=_ROOM)
        links = [said.link] if said.link is not None else []
        text = "\n".join([defused(said.title), "", *lines, *links]) + "\n"
        mail.set_content(text, cte="quoted-printable")
        if message.picture is not None:
            mail.add_attachment(
                message.picture,
                maintype="image",
                subtype="png",
                filename=PICTURE,
                disposition="inline",
            )
        return mail

    def _context(self) -> ssl.SSLContext:
        own = self._settings.ca_file
        if own is None:
            return verifying()
        try:
            return ssl.create_default_context(cafile=str(own))
        except (OSError, ssl.SSLError):
            raise DeliveryBlocked(
                f"channel {self._name!r}: the certificates in {own} cannot be read"
            ) from None

    def _error(
        self, exc: smtplib.SMTPException | OSError, password: str | None, deadline: Deadline
    ) -> TalentwatchError:
        where, code, channel = f"channel {self._name!r} ({self._settings.host})", 0, True
        match exc:
            case _ if deadline.has_passed:
                said = f"the exchange broke off ({deadline.words})"
            case smtplib.SMTPRecipientsRefused(recipients=recipients):
                code = min(code for code, _ in recipients.values())
                said = f"refused every recipient: {_shown(recipients, password)}"
            case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
                said = f"said {code}: {_shown(words, password)}"
                # What is said of the text is said of this mail; all else is said of every one.
                channel = not isinstance(exc, smtplib.SMTPDataError)
            case smtplib.SMTPNotSupportedError():
                code, said = _FINAL, f"does not offer what is asked for: {_shown(exc, password)}"
            case smtplib.SMTPException():
                said = f"the exchange broke off ({type(exc).__name__})"
            case _:
                said = f"cannot be reached: {_shown(exc, password)}"
        if code >= _FINAL:
            return DeliveryRejected(f"{where} {said}", channel=channel)
        return DeliveryDeferred(f"{where}: {said}")


class _Line:
    """How the server is reached: at an address that was checked, and until the deadline."""

    def __init__(self, addresses: Sequence[Address], deadline: Deadline) -> None:
        self.context: ssl.SSLContext | None = None
        self._addresses = addresses
        self._deadline = deadline

    def connection(self, host: str, port: int, seconds: float) -> socket.socket:
        """Connect; the certificate is checked against the name, though an address is used."""
        connection = connected(self._addresses, port, seconds=seconds)
        self._deadline.watch(connection)
        if self.context is None:
            return connection
        return self.context.wrap_socket(connection, server_hostname=host)


class _Server(smtplib.SMTP):
    """A mail server, reached by a line of ours."""

    def __init__(self, host: str, port: int, *, line: _Line, seconds: float) -> None:
        self._line = line
        super().__init__(host, port, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._line.connection(host, port, timeout)


def _written(line: Line) -> str:
    return ", ".join([f"{'- ' if line.item else ''}{defused(line.words)}", *line.links])


def _shown(words: object, password: str | None) -> str:
    """Show what a server said, without what it may have echoed of the password."""
    shown = plain(words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words))
    if password:
        for secret in (password, base64.b64encode(password.encode()).decode()):
            shown = shown.replace(secret, "[...]")
    return shown[:_SHOWN]
