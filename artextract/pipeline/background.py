"""The built-in collection, made by a process of its own while somebody looks on."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from artextract.progress import JsonLines
from artextract.store import Store

_LAST_WORDS = "output.txt"


@dataclass(frozen=True)
class Progress:
    """How far the building is.

    Attributes
    ----------
    share
        0..1.
    note
        For a person: "about 70 s left, training alexnet epoch 3 of 12".
    seconds
        Since the start.
    finished
        Whether the process has ended, well or not.
    error
        Why it failed; "" where it did not.
    command
        The command that fixes that, where there is one.
    """

    share: float
    note: str
    seconds: float
    finished: bool
    error: str = ""
    command: str | None = None


@dataclass
class Building:
    """A run of ``artextract demo``; it goes on when nobody looks.

    Parameters
    ----------
    process
        What builds.
    progress_file
        Where it writes its progress, see :class:`artextract.progress.JsonLines`.
    """

    process: subprocess.Popen[bytes]
    progress_file: Path
    started: float = field(default_factory=time.monotonic)
    cancelled: bool = False

    @classmethod
    def start(cls, store: Store, *, seed: int = 1874) -> Building:
        """Begin to build into `store`, or go on where an earlier run was interrupted.

        Raises
        ------
        OSError
            If no process can be started.
        """
        folder = Path(tempfile.mkdtemp(prefix="artextract-"))
        progress_file = folder / "progress.jsonl"
        command = [sys.executable, "-m", "artextract", "--progress-file", str(progress_file)]
        command += ["demo", "--seed", str(seed), "--store", str(store.root.absolute())]
        with (folder / _LAST_WORDS).open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parents[2],
            )
        building = cls(process, progress_file)
        atexit.register(building.cancel)  # who serves the gallery ends what it has begun
        return building

    def progress(self) -> Progress:
        """Read how far it is from what the process writes."""
        status = self.process.poll()
        last = JsonLines.last(self.progress_file)
        left, doing = last.get("left"), last.get("note")
        error = ""
        if status and not self.cancelled:
            error = last.get("error") or (
                f"the building process ended with status {status}; what it said is in "
                f"{self.progress_file.with_name(_LAST_WORDS)}"
            )
        told = [f"about {left:.0f} s left" if left else "", doing or ""]
        return Progress(
            share=1.0 if status == 0 else last.get("share", 0.0),
            note=", ".join(part for part in told if part) or "starting",
            seconds=time.monotonic() - self.started,
            finished=status is not None,
            error=error,
            command=last.get("command"),
        )

    def cancel(self, *, seconds: float = 10) -> None:
        """End the building; begun again, it goes on from what is done. Forced after `seconds`."""
        atexit.unregister(self.cancel)
        if self.process.poll() is not None:
            return
        self.cancelled = True
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
