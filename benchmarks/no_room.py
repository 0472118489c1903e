"""What becomes of every stage where its store cannot be written, or another writes it too.

    python -m benchmarks.no_room [--folder FOLDER]

Paints the small collection of `benchmarks.kills`, and runs every stage with room for files of so
many bytes only (what is written beyond fails, as on a full disk), on a store that may only be read,
and twice at the same time. Each must end well, or with one sentence and exit code 2, and leave no
half-written file; with room again it must end in the store of an unhindered run. Ends with status 1
where one fails.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.kills import _NEEDED, FORKED, _is_sentence, _run, differences, prepare, stages

ROOM = (0, 200, 4_000, 100_000, 3_000_000)  # bytes of the largest file that can be written
NOBODY = 65534


def _with_room(size: int, *args: Any) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    _run(*args)


def _as_nobody(words: list[str], store: Path, said: Path) -> None:
    if os.getuid() == 0:  # who may write everywhere
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    _run(words, store, said)


def _copy(folder: Path, stage: str, name: str) -> Path:
    store = folder / name
    shutil.rmtree(store, ignore_errors=True)
    if (folder / f"before-{stage}").exists():
        shutil.copytree(folder / f"before-{stage}", store)
    return store


def ended(process: Any, said: Path) -> str:
    """What is wrong with the end of a process; "" if nothing is."""
    lines = said.read_text().splitlines()
    if process.exitcode in (0, 1) or (process.exitcode == 2 and _is_sentence(lines)):
        return ""
    return f"exit code {process.exitcode}: {lines[-3:]}"


def _start(target: Any, *args: Any) -> Any:
    process = FORKED.Process(target=target, args=args)
    process.start()
    return process


def without_room(folder: Path, stage: str, words: list[str], size: int) -> str:
    """Run a stage with too little room, and again with enough."""
    store = _copy(folder, stage, "full")
    process = _start(_with_room, size, words, store, folder / "said.txt")
    process.join()
    # The sentence itself needs room too: it is not asked for where there is none.
    wrong = ended(process, folder / "said.txt") if size >= 4_000 else ""
    if process.exitcode not in (0, 1, 2):
        wrong = wrong or f"exit code {process.exitcode}"
    again = _start(_run, words, store, folder / "said.txt")
    again.join()
    return wrong or ended(again, folder / "said.txt") or _first(store, folder, stage)


def _first(store: Path, folder: Path, stage: str) -> str:
    return next(iter(differences(store, folder / f"after-{stage}")), "")


def read_only(folder: Path, stage: str, words: list[str]) -> str:
    """Run a stage on a store that may only be read."""
    store, said = _copy(folder, stage, "read-only"), folder / "nobody.txt"
    store.mkdir(exist_ok=True)
    said.touch()
    said.chmod(0o666)
    paths = [store, *store.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    process = _start(_as_nobody, words, store, said)
    process.join()
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return ended(process, said)


def twice(folder: Path, stage: str, words: list[str]) -> str:
    """Run a stage twice at the same time."""
    store = _copy(folder, stage, "twice")
    said = [folder / "first.txt", folder / "second.txt"]
    processes = [_start(_run, words, store, file) for file in said]
    for process in processes:
        process.join()
    wrong = [ended(*both) for both in zip(processes, said, strict=True)]
    if all(process.exitcode for process in processes):
        wrong.append("neither ended well")
    again = _start(_run, words, store, folder / "said.txt")
    again.join()
    wrong.append(ended(again, folder / "said.txt") or _first(store, folder, stage))
    return next(filter(None, wrong), "")


def main() -> None:
    """Try, and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    for module in _NEEDED:
        importlib.import_module(f"artextract.{module}")
    tried: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        prepare(folder)
        for stage, words in stages(folder / "collection" / "works.csv").items():
            found = {f"room for {size:,} bytes": without_room(folder, stage, words, size)
                     for size in ROOM}  # fmt: skip
            found["read only"] = read_only(folder, stage, words)
            found["twice"] = twice(folder, stage, words)
            for kind, wrong in found.items():
                tried[kind] += 1
                if wrong:
                    bad[kind] += 1
                    print(f"{stage}, {kind}: {wrong}", flush=True)
    for kind, n in tried.items():
        print(f"{kind}: {n} tried, {bad[kind]} wrong")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
