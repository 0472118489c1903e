"""One training of a network of a store at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from artextract.store.lock import locked

_RANKS = ("LOCAL_RANK", "RANK", "SLURM_PROCID")  # Lightning's and torchrun's, SLURM's


@contextmanager
def exclusive(folder: Path, backbone: str) -> Iterator[None]:
    """Keep any other training of this network in this store out, while the block runs.

    Of several processes that train together the first alone holds the lock.

    Raises
    ------
    StoreError
        If it is being trained.
    """
    first = all(os.environ.get(name, "0") == "0" for name in _RANKS)
    doing = f"{backbone} is being trained in {folder.parents[1]}"
    with ExitStack() as held:
        if first:
            with suppress(OSError):  # nothing can be written here: what is there can be read
                held.enter_context(locked(folder, doing))
                for leftover in folder.glob(".tmp*"):  # as earlier versions left them
                    leftover.unlink(missing_ok=True)
        yield
