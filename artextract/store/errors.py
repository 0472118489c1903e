"""What is asked of a store and cannot be given."""

from __future__ import annotations


class StoreError(Exception):
    """Something asked of a store is missing, of another format, or made from other data.

    The message is one sentence for a person: the thing, what was found, the command which mends it.
    """
