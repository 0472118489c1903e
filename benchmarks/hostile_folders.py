"""Folders, archives, Parquet files and tables of paths, as people and programs really leave them.

    python -m benchmarks.hostile_folders [--only KIND]

Each is made anew, indexed, and compared with what should come of it: which artists, how many
works, which files are rejected and why, or which sentence. Prints, by kind, how many were tried and
how many came out right, and every one that did not. The tests run the same cases.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import pandas as pd

from artextract.collection.indexing import index
from artextract.progress import silent
from artextract.store import Store, StoreError
from benchmarks.hostile_sources import archives, folders, parquet, paths
from benchmarks.hostile_sources.case import Case

CASES = [*folders.CASES, *archives.CASES, *parquet.CASES, *paths.CASES]


def wrong(case: Case, folder: Path) -> str:
    """Make a case in a folder and index it; return what is wrong, "" if nothing is."""
    made = case.make(folder / "input")
    source, options = made if isinstance(made, tuple) else (made, {})
    store = Store(folder / "store")
    try:
        report = index(store, source, **options, progress=silent)
    except StoreError as error:
        if case.error and re.search(case.error, str(error)):
            return ""
        return f"refused: {error}"
    if case.error:
        return f"not refused; expected {case.error!r}"
    works, rejected = store.works(), pd.read_csv(store.rejected_path).fillna("")
    artists = dict(Counter(works["artist"].dropna()))
    if case.artists is not None and artists != case.artists:
        return f"artists {artists}; expected {case.artists}"
    splits = dict(Counter(works["split"]))
    if case.splits is not None and splits != case.splits:
        return f"splits {splits}; expected {case.splits}"
    reasons = dict(zip(rejected["path"].astype("str"), rejected["reason"], strict=True))
    for path, reason in case.rejected.items():
        if path not in reasons or not re.search(reason, reasons[path]):
            return f"{path} rejected for {reasons.get(path)!r}; expected {reason!r}"
    if len(reasons) != len(case.rejected):
        return f"rejected {reasons}; expected {len(case.rejected)}"
    if not re.search(case.says, report.summary()):
        return f"says {report.summary()!r}; expected {case.says!r}"
    return ""


def main() -> None:
    """Try all cases, and print figures by kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", choices=sorted({case.kind for case in CASES}))
    only = parser.parse_args().only
    tried: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    crashes, slowest = 0, 0.0
    for case in CASES:
        if only not in (None, case.kind):
            continue
        tried[case.kind] += 1
        started = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            try:
                fault = wrong(case, Path(folder))
            except Exception:
                fault, crashes = traceback.format_exc(), crashes + 1
        slowest = max(slowest, time.process_time() - started)
        if fault:
            bad[case.kind] += 1
            print(f"{case.kind}: {case.name}: {fault}", file=sys.stderr)
    print(f"{'kind':<12}{'tried':>7}{'right':>7}{'wrong':>7}")
    for kind, count in [*tried.items(), ("all", tried.total())]:
        lost = bad[kind] if kind != "all" else bad.total()
        print(f"{kind:<12}{count:>7}{count - lost:>7}{lost:>7}")
    print(f"{crashes} tracebacks; the slowest took {slowest:.1f} s of processor time")


if __name__ == "__main__":
    main()
