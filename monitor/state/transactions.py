"""One transaction on the state database."""

from sqlalchemy import Connection

from monitor.state.alerts.ledger import Ledger
from monitor.state.erasing import Erasing
from monitor.state.figures import Figures
from monitor.state.outgoing.dead_letters import DeadLetters
from monitor.state.outgoing.outbox import Outbox
from monitor.state.small_facts import Facts
from monitor.state.taken import TakenSnapshots


class Transaction(Facts, Ledger, Outbox, DeadLetters, Figures, TakenSnapshots, Erasing):
    """The only way to read or write the state; all of it is committed together or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
