"""The built-in collection, made by a process of its own while somebody looks on."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from artextract.store import Store

_LINE = re.compile(r"(?P<done>[\d,]+) of (?P<total>[\d,]+), (?P<note>.+)")


@dataclass(frozen=True)
class Progress:
    """How far the building is."""

    share: float  # 0..1
    note: str  # "about 70 s left, training alexnet epoch 3 of 12"
    seconds: float  # since the start
    finished: bool
    error: str = ""  # the last words of a process that failed


@dataclass
class Building:
    """A run of ``artextract demo``; it goes on when nobody looks."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, store: Store, *, seed: int = 1874) -> Building:
        """Begin to build into `store`, or go on where an earlier run was interrupted.

        Raises
        ------
        OSError
            If no process can be started.
        """
        with tempfile.NamedTemporaryFile(prefix="artextract-", suffix=".log", delete=False) as log:
            command = [sys.executable, "-m", "artextract", "demo", "--seed", str(seed)]
            process = subprocess.Popen(
                [*command, "--store", str(store.root.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parents[2],
            )
        return cls(process, Path(log.name))

    def progress(self) -> Progress:
        """Read how far it is from what the process printed."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        share, note = 0.0, "starting"
        for line in lines:
            if told := _LINE.search(line):
                done, total = (int(told[key].replace(",", "")) for key in ("done", "total"))
                share, note = min(1.0, done / max(total, 1)), told["note"]
        status = self.process.poll()
        return Progress(
            share=1.0 if status == 0 else share,
            note=note,
            seconds=time.monotonic() - self.started,
            finished=status is not None,
            error="" if not status else (lines[-1] if lines else f"it ended with {status}"),
        )
