"""Ten people in the gallery, two of them uploading, while the collection is explored anew.

    python -m benchmarks.crowd STORE [--seconds 60]

STORE must have networks and an embedding; a copy of it is worked on. Nobody may see a traceback,
a damaged file or an error in the browser. Ends with status 1 where somebody did.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from artextract.store import Store
from benchmarks.browsing import HEADLESS, IDLE, PATIENCE, Server, launch
from benchmarks.made_up import drawn_picture

PLACES = ("", "confusion", "map", "outliers", "training", "work?work=7")
VISITORS, UPLOADING = 10, 2
BAD = '[data-testid="stException"], [data-testid="stConnectionStatus"]'


def complaints_of(page: Page) -> list[str]:
    """What a visitor should not see."""
    found = [text for text in page.locator(BAD).all_inner_texts() if text.strip()]
    notes = page.locator('[data-testid="stAlert"]').all_inner_texts()
    return found + [text for text in notes if "damaged" in text]


def walk(pages: list[Page], address: str, picture: Path, turn: int) -> list[str]:
    """Everybody asks for another page at once; then all wait for theirs."""
    for number, page in enumerate(pages):
        place = "predict" if number < UPLOADING else PLACES[(turn + number) % len(PLACES)]
        page.goto(f"{address}/{place}", wait_until="commit")
    for page in pages[:UPLOADING]:
        page.locator("input[type=file]").first.set_input_files(picture)
    found = []
    for page in pages:
        page.locator("h1").first.wait_for()
        page.locator(IDLE).wait_for()
        found += [f"{page.url}: {text}" for text in complaints_of(page)]
    return found


def main() -> None:
    """Let them in, and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    complaints: list[str] = []
    seen = turn = explored = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Store(shutil.copytree(options.store, Path(folder) / "store"))
        picture = Path(folder) / "upload.jpg"
        again = [
            sys.executable,
            "-m",
            "artextract",
            "explore",
            "--overwrite",
            "--projection",
            "pca",
        ]
        again += ["--store", str(store.root)]
        with Server(store) as server, launch(playwright) as browser:
            server.wait()
            pages = []
            for _ in range(VISITORS):
                page = browser.new_context().new_page()
                page.set_default_timeout(PATIENCE)
                page.on("pageerror", lambda error: complaints.append(str(error)))
                pages.append(page)
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": HEADLESS}
            explorer = subprocess.Popen(again, **quiet)  # type: ignore[call-overload]
            end = time.monotonic() + options.seconds
            while time.monotonic() < end or not explored:
                drawn_picture((800, 600), seed=turn).save(picture)
                complaints += walk(pages, server.address, picture, turn)
                seen, turn = seen + len(pages), turn + 1
                if (status := explorer.poll()) is not None:
                    if status:
                        raise SystemExit(f"exploring ended with {status}")
                    explored += 1
                    explorer = subprocess.Popen(again, **quiet)  # type: ignore[call-overload]
            explorer.terminate()
            explorer.wait()
    print(f"{seen} pages seen, explored {explored} times, {len(complaints)} complaints")
    print("\n".join(complaints))
    raise SystemExit(bool(complaints))


if __name__ == "__main__":
    main()
