"""A value that no log, error or page shows."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from monitor.base.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that no log, error or page shows; it is read where it is needed, when it is needed.

    A literal one is an address that a person wrote into the config.
    """

    env: str | None = None
    file: Path | None = None
    literal: str | None = field(default=None, repr=False)

    def reveal(self) -> str:
        """This is the value itself.

        Raises UsageError, naming the variable or file, if it is missing or empty.
        """
        if self.literal is not None:
            return self.literal
        if self.env is not None:
            value = os.environ.get(self.env, "").strip()
            if not value:
                raise UsageError(f"the environment variable {self.env} is not set; set it")
            return value
        return self._from_file()

    def _from_file(self) -> str:
        try:
            value = Path(self.file or "").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(f"the secret's file {self.file} cannot be read") from exc
        if not value:
            raise UsageError(f"the secret's file {self.file} is empty")
        return value

    def __str__(self) -> str:
        if self.env is not None:
            return f"(secret from the environment variable {self.env})"
        return "(secret)" if self.file is None else f"(secret from the file {self.file})"

    __repr__ = __str__
