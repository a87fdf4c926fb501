"""What is sent is the ledger less what was told.

`owed` decides, from the whole ledger of some rules and what each channel was told about it, what
each channel must hear now; `post` writes that into the outbox, in the transaction of the ledger.
"""

from monitor.outbox.owed import owed
from monitor.outbox.posting import post, post_notice
from monitor.outbox.quiet import SILENCE, Silence, quieted, silences, silences_on
from monitor.outbox.words import Mode, Owed, Policy

__all__ = [
    "SILENCE",
    "Mode",
    "Owed",
    "Policy",
    "Silence",
    "owed",
    "post",
    "post_notice",
    "quieted",
    "silences",
    "silences_on",
]
