"""What is asked of a store and cannot be given."""

from __future__ import annotations


class StoreError(Exception):
    """Something asked of a store is missing, of another format, or made from other data.

    Parameters
    ----------
    what
        One sentence for a person, without its full stop: the thing and what was found.
    command
        The command that fixes it; None where no command does.

    Attributes
    ----------
    what, command
        As given. ``str(error)`` joins them: ``what; run: command``.
    """

    def __init__(self, what: str, command: str | None = None) -> None:
        super().__init__(what, command)
        self.what = what
        self.command = command

    def __str__(self) -> str:
        return f"{self.what}; run: {self.command}" if self.command else self.what


class DamagedFileError(StoreError):
    """A file of a store is there and is not what it should be."""
