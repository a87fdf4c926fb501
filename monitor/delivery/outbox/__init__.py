"""What is sent is the ledger less what was told.

`owed` decides, from the ledger of some groups and what each channel was told about it, what each
channel must hear now; `post` writes that into the outbox, in the transaction of the ledger.
"""

from monitor.delivery.outbox.owed import Books, books_of, owed
from monitor.delivery.outbox.posting import post, post_notice
from monitor.delivery.outbox.quiet import SILENCE, Silence, quieted, silences, silences_on
from monitor.delivery.outbox.unsent import Unsent, unsent
from monitor.delivery.outbox.words import Mode, Owed, Policy, Route, Voice

__all__ = [
    "SILENCE",
    "Books",
    "Mode",
    "Owed",
    "Policy",
    "Route",
    "Silence",
    "Unsent",
    "Voice",
    "books_of",
    "owed",
    "post",
    "post_notice",
    "quieted",
    "silences",
    "silences_on",
    "unsent",
]
