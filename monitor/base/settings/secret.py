"""A value that no log, error or page shows."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from monitor.base.errors import UsageError


class Secret:
    """A value that no log, error or page shows; it is read where it is needed, when it is needed.

    A literal one is an address that a person wrote into the config.
    """

    __slots__ = ("_literal", "env", "file")

    def __init__(
        self, *, env: str | None = None, file: Path | None = None, literal: str | None = None
    ) -> None:
        self.env = env
        self.file = file
        self._literal = literal

    @classmethod
    def of(cls, root: Path, value: str | Mapping[str, str]) -> Self:
        """This is a secret as a configuration writes it; paths begin at `root`."""
        if isinstance(value, str):
            return cls(literal=value)
        if "env" in value:
            return cls(env=value["env"])
        return cls(file=root / value["file"])

    def reveal(self) -> str:
        """This is the value itself.

        Raises UsageError, naming the variable or file, if it is missing or empty.
        """
        if self._literal is not None:
            return self._literal
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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str | None, Path | None, str | None]:
        return self.env, self.file, self._literal

    def __str__(self) -> str:
        if self.env is not None:
            return f"(secret from the environment variable {self.env})"
        return "(secret)" if self.file is None else f"(secret from the file {self.file})"

    __repr__ = __str__
