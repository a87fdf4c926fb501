"""One transaction on the state database."""

from sqlalchemy import Connection

from monitor.state.dead import DeadLetters
from monitor.state.facts import Facts
from monitor.state.figures import Figures
from monitor.state.ledger import Ledger
from monitor.state.post import Post
from monitor.state.taken import TakenSnapshots


class Transaction(Facts, Ledger, Post, DeadLetters, Figures, TakenSnapshots):
    """The only way to read or write the state; all of it is committed together or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
