"""Which organisation and team is meant by what a profile writes.

Names are compared by their fold, exactly and never by substring. What is not listed in
`organizations.toml` is its own organisation under its folded name.
"""

from monitor.identity.organizations.directory import BIGGEST_FILE, Directory, Resolved
from monitor.identity.organizations.names import fold

__all__ = ["BIGGEST_FILE", "Directory", "Resolved", "fold"]
