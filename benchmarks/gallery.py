"""How fast the gallery is at WikiArt's size: the real server, a real Chromium, made-up results.

    python -m benchmarks.gallery LABELS [--works 81446] [--runs 5] [--store DIR]

LABELS holds Artist/, Genre/ and Style/ of the release; no picture is needed. The store is made
first, which takes minutes; with --store it is kept there and found again. Prints a table of medians
with the budget of each figure.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from artextract.store import Store
from benchmarks import made_up_results
from benchmarks.browsing import PLACES, Server, launch, settle, stopwatch, visit
from benchmarks.made_up import drawn_picture, made_up_store

PAGES = ("", "browse", "confusion", "map", "outliers", "training", "work?work=77")
BROWSED = ("Browse", "Confusion", "Map", "Outliers", "Training", "Overview")
SESSIONS = 10
# What is on the screen when something has been drawn.
WORKS = 'deep("[data-testid=stMain]", "a img")'
CELL = 'deep("[class*=st-key-cell-]", "a img")'
SELECTED = 'deep(".st-key-map_work", "img")'
BOXED = '/^[\\d,]+ works selected/.test(document.querySelector(".st-key-map_panel h2")?.innerText)'
PICTURES = 'document.querySelector(".st-key-map").artextractMap.pictures.size > 5'
LOADED = ".length > 0 && {0}.every((image) => image.complete && image.naturalWidth)"
MAP_DRAWN = 'document.querySelector(".st-key-map")?.artextractMap?.drawn > 0'
# Seconds of each of ten drawings of all points, as while one moves the map.
FRAMES = """() => {
    const map = document.querySelector(".st-key-map").artextractMap;
    return Array.from({ length: 10 }, () => {
        const began = performance.now();
        map.paint();
        return (performance.now() - began) / 1000;
    });
}"""
BARS = "document.querySelectorAll('ol[aria-label$=\"the three most probable\"] li').length >= 3"
FOUND = 'deep(".st-key-search", "[role=option] img").length > 0 && !deep(".st-key-search", ' + (
    '"[role=listbox][hidden]").length && deep(".st-key-search", ".search")[0].dataset.asked === '
    'deep(".st-key-search", "input")[0].value'
)
QUERIES = ("mo", "monet wat", "rembrant", "van gogh sunflwers", "hokusay")
# Seconds from a jump of the grid's scroll bar to the pictures of all works in view.
JUMP = """(share) => new Promise((go) => {
    const grid = deep(".st-key-browse", ".scroller")[0], box = grid.getBoundingClientRect();
    const began = performance.now();
    grid.scrollTop = share * grid.scrollHeight;
    const inView = (tile) => {
        const at = tile.getBoundingClientRect();
        return at.bottom > box.top && at.top < box.bottom;
    };
    const look = () => {
        const tiles = [...grid.querySelectorAll(".tile")].filter(inView);
        const drawn = tiles.length && tiles.every((tile) => tile.querySelector("img")?.complete);
        if (drawn && performance.now() - began > 20) go((performance.now() - began) / 1000);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(() => requestAnimationFrame(look));
})"""
BUSY = (
    'getComputedStyle(document.querySelector("[data-testid=stApp]"), "::before").height === "3px"'
)


def shown(images: str) -> str:
    """JavaScript that is true once all these images are on the screen."""
    return images + LOADED.format(images)


def start(store: Store, browser: Browser) -> float:
    """Seconds from the start of the server to the works of the first page."""
    with Server(store) as server, visit(browser, server, "", ready=shown(WORKS)) as page:
        return server.elapsed(page)


def page_changes(
    browser: Browser, server: Server, runs: int
) -> tuple[dict[str, list[tuple[float, float]]], int]:
    """Seconds of every change of page, the first visit first, and bytes of the largest message.

    One visitor goes from page to page by the links at the top. Of each change the processor time of
    the server, and the time from the browser's question to the server's last word, which on few
    cores is also the time that the browser keeps them busy drawing what has arrived.
    """
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in BROWSED}
    largest = 0
    with visit(browser, server, "") as visited:
        page, wire = visited.page, visited.wire
        settle(page)
        for _ in range(runs + 1):
            for name in BROWSED:
                wire.begin()
                worked = server.processor_seconds()
                page.get_by_role("link", name=name, exact=True).first.click()
                page.get_by_role("heading", name=name, exact=True).wait_for()
                settle(page)
                worked = server.processor_seconds() - worked
                seconds[name].append((worked, wire.server_seconds()))
                if name == "Map":
                    largest = max(largest, wire.largest)
    return seconds, largest


def cell_click(browser: Browser, server: Server) -> float:
    """Seconds from a click on the matrix to the paintings in the cell."""
    with visit(browser, server, "confusion?task=Style", ready=PLACES["matrix-drawn"]) as visited:
        page = visited.page
        settle(page)
        place = page.evaluate(PLACES["cell"], [9, 9])
        return stopwatch(page, shown(CELL), lambda: page.mouse.click(*place))


def answer(browser: Browser, server: Server) -> float:
    """Seconds from a click on the matrix until the page shows that it has heard of it."""
    with visit(browser, server, "confusion?task=Style", ready=PLACES["matrix-drawn"]) as visited:
        page = visited.page
        settle(page)
        place = page.evaluate(PLACES["cell"], [9, 9])
        # The paintings may be there before a frame shows that they are being fetched.
        heard = f"({BUSY}) || ({shown(CELL)})"
        return stopwatch(page, heard, lambda: page.mouse.click(*place))


def map_drawing(browser: Browser, server: Server) -> float:
    """Seconds from the address of the map to its points."""
    with visit(browser, server, "map", ready=MAP_DRAWN) as visited:
        return visited.seconds


def point_click(browser: Browser, server: Server) -> float:
    """Seconds from a click on a point of the map to its work."""
    with visit(browser, server, "map", ready=MAP_DRAWN) as visited:
        page = visited.page
        settle(page)
        place = page.evaluate(PLACES["point"])
        return stopwatch(page, shown(SELECTED), lambda: page.mouse.click(*place))


def map_frame(browser: Browser, server: Server) -> float:
    """Seconds that one drawing of the whole map takes the browser, once it is there."""
    with visit(browser, server, "map", ready=MAP_DRAWN) as visited:
        settle(visited.page)
        return median(visited.page.evaluate(FRAMES))


def box_all(browser: Browser, server: Server) -> tuple[float, int]:
    """Seconds from the end of a box around all works to the list of them, and bytes sent."""
    with visit(browser, server, "map", ready=MAP_DRAWN) as visited:
        page = visited.page
        settle(page)
        page.locator('.st-key-map [data-tool="box"]').click()
        left, top, right, bottom = page.evaluate(PLACES["whole-map"])
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(right, bottom, steps=6)
        visited.wire.begin()
        seconds = stopwatch(page, BOXED, page.mouse.up, begins=("pointerup",))
        return seconds, visited.wire.sent


def map_pictures(browser: Browser, server: Server) -> float:
    """Seconds from the last turn of the wheel to pictures instead of dots."""
    with visit(browser, server, "map", ready=MAP_DRAWN) as visited:
        page = visited.page
        settle(page)
        page.mouse.move(*page.evaluate(PLACES["point"]))
        for _ in range(40):
            if page.evaluate('document.querySelector(".st-key-map").artextractMap.wanted.length'):
                break
            page.mouse.wheel(0, -100)
            page.wait_for_timeout(40)
        began = page.evaluate("performance.now()")
        page.wait_for_function(PICTURES, polling="raf")
        return page.evaluate("performance.now()") / 1000 - began / 1000


def searches(browser: Browser, server: Server) -> list[float]:
    """Seconds from the last letter to the works found, some of the words misspelt."""
    seconds = []
    with visit(browser, server, "training") as visited:
        page = visited.page
        settle(page)
        page.keyboard.press("/")
        settle(page)
        for query in QUERIES:
            field = page.get_by_role("combobox", name="Search works")
            field.fill("")
            page.keyboard.insert_text(query[:-1])
            page.wait_for_timeout(800)
            page.evaluate("window.began = window.took = 0")
            page.evaluate(
                """(ready) => addEventListener("input", () => {
                    const done = new Function("return " + ready), began = performance.now();
                    const look = () => done()
                        ? window.took = performance.now() - began : requestAnimationFrame(look);
                    requestAnimationFrame(look);
                }, { once: true, capture: true })""",
                FOUND,
            )
            page.keyboard.type(query[-1])
            page.wait_for_function("window.took", polling=50)
            seconds.append(page.evaluate("window.took") / 1000)
    return seconds


def jumps(browser: Browser, server: Server, runs: int) -> list[float]:
    """Seconds from moving the scroll bar of Browse to any place to the pictures there."""
    with visit(browser, server, "browse") as visited:
        page = visited.page
        page.wait_for_function(shown('deep(".st-key-browse", ".tile img")'))
        settle(page)
        seconds = []
        for number in range(max(5, runs)):
            seconds.append(page.evaluate(JUMP, (0.37 + 0.41 * number) % 1))
            settle(page)
        return seconds


def uploads(browser: Browser, server: Server, folder: Path, runs: int) -> list[float]:
    """Seconds from choosing 12-megapixel JPEGs to all bars, once both networks are warm."""
    seconds = []
    for number in range(runs + 1):
        file = folder / f"upload-{number}.jpg"
        drawn_picture((4000, 3000), seed=number).save(file, quality=88)
        with visit(browser, server, "predict") as visited:
            page = visited.page
            settle(page)
            choose = partial(page.locator("input[type=file]").first.set_input_files, file)
            seconds.append(stopwatch(page, BARS, choose))
    return seconds[1:]


def memory(browser: Browser, server: Server) -> float:
    """GB that the server holds while ten sessions are open and have seen every page."""
    contexts = []
    for _ in range(SESSIONS):
        page = browser.new_context().new_page()
        contexts.append(page.context)
        for name in (*PAGES[1:], PAGES[0]):
            page.goto(f"{server.address}/{name}")
            settle(page, wait=300)
    used = server.gigabytes()
    for context in contexts:
        context.close()
    return used


def measure(store: Store, runs: int) -> None:
    """Print the table."""
    print("| what | median | budget |\n|---|---|---|", flush=True)

    def row(what: str, figure: str, budget: str) -> None:
        print(f"| {what} | {figure} | {budget} |", flush=True)

    def repeated(take: Callable[[Browser, Server], float]) -> float:
        return median(take(browser, server) for _ in range(runs))

    with sync_playwright() as playwright, launch(playwright) as browser:
        row(
            "server start to first page drawn",
            f"{median(start(store, browser) for _ in range(runs)):.1f} s",
            "4 s",
        )
        with Server(store) as server:
            server.wait()
            seconds, largest = page_changes(browser, server, runs)
            for name, (first, *later) in seconds.items():
                worked, answered = (1000 * median(times) for times in zip(*later, strict=True))
                figure = (
                    f"{worked:.0f} ms of the server's processor "
                    f"(first time {1000 * first[0]:.0f}), {answered:.0f} ms to its last word"
                )
                row(f"change to {name}, server side", figure, "300 ms")
            row(
                "click on a confusion cell to thumbnails drawn",
                f"{1000 * repeated(cell_click):.0f} ms",
                "700 ms",
            )
            row("click to its first answer", f"{1000 * repeated(answer):.0f} ms", "100 ms")
            drawn = f"{repeated(map_drawing):.1f} s, {largest / 1e6:.2f} MB"
            row("first drawing of the map", drawn, "6 s, 2 MB")
            row(
                "click on a point to its work shown",
                f"{1000 * repeated(point_click):.0f} ms",
                "800 ms",
            )
            row(
                "one frame of the whole map", f"{1000 * map_frame(browser, server):.0f} ms", "60 ms"
            )
            boxed = [box_all(browser, server) for _ in range(runs)]
            row(
                "box around all works to their list",
                f"{median(s for s, _ in boxed):.2f} s, {max(n for _, n in boxed):,} bytes sent",
                "2 MB",
            )
            row(
                "map: pictures instead of dots",
                f"{1000 * repeated(map_pictures):.0f} ms",
                "800 ms",
            )
            typed = searches(browser, server)
            row(
                "search as one types, from the last letter",
                f"{1000 * median(typed):.0f} ms, the slowest {1000 * max(typed):.0f}",
                "200 ms",
            )
            moved = jumps(browser, server, runs)
            row(
                "Browse: scrolling to any place",
                f"{1000 * median(moved):.0f} ms, the slowest {1000 * max(moved):.0f}",
                "400 ms",
            )
            held = memory(browser, server)
            row(f"server memory, {SESSIONS} sessions", f"{held:.2f} GB", "1.5 GB")
            woken = "yes" if server.has_loaded("libtorch") else "no"
            row("torch loaded by all this", woken, "no")
            with tempfile.TemporaryDirectory() as folder:
                times = uploads(browser, server, Path(folder), runs)
            row("upload of 12 megapixels to all bars", f"{median(times):.2f} s", "1.2 s")


def main() -> None:
    """Make the store, unless it is there, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--works", type=int, default=81_446)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = options.store or Path(folder) / "store"
        store = Store(root)
        if not (root / "stages" / "explore-resnet50-timeline.json").exists():
            store = made_up_store(root, options.labels, options.works)
            made_up_results.train(store)
            made_up_results.evaluate(store)
            made_up_results.explore(store)
        measure(store, options.runs)


if __name__ == "__main__":
    main()
