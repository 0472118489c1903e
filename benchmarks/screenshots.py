"""Photograph every page of the gallery, light and dark, wide and narrow, with a real Chromium.

Run it with: make screenshots
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import FloatRect, Page, sync_playwright

from artextract.pipeline.gallery import running
from artextract.store import Store

WIDTHS = {"wide": 1440, "narrow": 390}  # pixels
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TALLEST = 3200  # pixels; a longer page is cut
# WebGL in software, where there is no graphics card.
CHROMIUM = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE = 120_000  # ms: the first prediction imports torch and loads both networks

# The point of the map that has the most others around it, in pixels from the map's corner.
CROWDED = """() => {
    const map = document.querySelector(".st-key-map").artextractMap;
    const points = Array.from({ length: map.n }, (_, i) => map.place(i));
    const near = ([x, y]) => points.filter(([u, v]) => Math.hypot(u - x, v - y) < 60).length;
    return points.reduce((best, point) => near(point) > near(best) ? point : best);
}"""


def settled(page: Page) -> None:
    """Wait until the page's script has run and everything is drawn."""
    page.wait_for_timeout(500)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(
        timeout=PATIENCE
    )
    page.wait_for_timeout(1500)


def predict(page: Page) -> None:
    """Choose a work of the collection and wait for its bars."""
    page.locator(".st-key-picker button").nth(2).click()
    page.get_by_label("the three most probable").nth(2).wait_for(timeout=PATIENCE)


def confusion(page: Page) -> None:
    """Open the worst confusion."""
    page.locator(".st-key-worst-0 button").click()
    page.locator("[class*=st-key-cell-] a").first.wait_for(timeout=PATIENCE)


def class_page(page: Page) -> None:
    """Open the page of the class in the middle of the matrix."""
    names = page.locator(".st-key-matrix th.row")
    names.nth(names.count() // 2).click()
    page.get_by_role("link", name="Back to Confusion").wait_for(timeout=PATIENCE)


def work(page: Page) -> None:
    """Open a work of the overview."""
    page.locator(".st-key-overview-works a").nth(3).click()
    page.get_by_role("link", name="Back to Overview").wait_for(timeout=PATIENCE)


def _map_drawn(page: Page) -> FloatRect:
    page.wait_for_function(
        "document.querySelector('.st-key-map')?.artextractMap?.drawn > 0", timeout=PATIENCE
    )
    settled(page)
    box = page.locator(".st-key-map .points").bounding_box()
    assert box is not None
    return box


def lasso(page: Page) -> None:
    """Select the works in a box on the map."""
    box = _map_drawn(page)
    x, y = page.evaluate(CROWDED)
    page.locator('.st-key-map [data-tool="box"]').click()
    across, down = 0.09 * box["width"], 0.12 * box["height"]
    page.mouse.move(box["x"] + x - across, box["y"] + y - down)
    page.mouse.down()
    page.mouse.move(box["x"] + x + across, box["y"] + y + down, steps=8)
    page.mouse.up()
    settled(page)


def map_pictures(page: Page) -> None:
    """Zoom in until pictures stand where the points were, and choose a work."""
    box = _map_drawn(page)
    x, y = page.evaluate(CROWDED)
    page.mouse.move(box["x"] + x, box["y"] + y)
    for _ in range(40):
        if page.evaluate("document.querySelector('.st-key-map').artextractMap.wanted.length"):
            break
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(60)
    settled(page)
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 40)
    settled(page)


def pick(page: Page) -> None:
    """Select some works of the grid."""
    boxes = page.locator(".st-key-browse .pick")
    for place in (1, 4, 5):
        boxes.nth(place).check(force=True)
    page.get_by_text("3 selected").wait_for(timeout=PATIENCE)


def search(page: Page) -> None:
    """Type into the search."""
    page.locator(".st-key-search input").click()
    page.keyboard.type("sumer")  # misspelt
    page.locator(".st-key-search [role=option] img").first.wait_for(timeout=PATIENCE)


def nothing(page: Page) -> None:
    """Leave the page as it opens."""


# How a page is photographed: its address, and what is done there before.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "overview": ("", nothing),
    "browse": ("browse", pick),
    "search": ("browse", search),
    "predict": ("predict", predict),
    "confusion": ("confusion", confusion),
    "class": ("confusion", class_page),
    "map": ("map", lasso),
    "map-pictures": ("map", map_pictures),
    "outliers": ("outliers", nothing),
    "labels": ("labels", nothing),
    "training": ("training", nothing),
    "work": ("", work),
}


def photograph(store: Store, out: Path, names: Sequence[str] = tuple(PAGES)) -> None:
    """Write ``<page>-<wide|narrow>-<light|dark>.png`` into `out`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no Chromium here; run: sudo apt-get install chromium")
    out.mkdir(parents=True, exist_ok=True)
    with running(store) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        for name in names:
            place, prepare = PAGES[name]
            for kind, width in WIDTHS.items():
                for scheme in SCHEMES:
                    context = browser.new_context(
                        viewport={"width": width, "height": 900},
                        color_scheme=scheme,
                        device_scale_factor=2 if kind == "narrow" else 1,
                    )
                    page = context.new_page()
                    page.goto(f"{address}/{place}")
                    page.locator("h1").wait_for(timeout=PATIENCE)
                    prepare(page)
                    settled(page)
                    # The page scrolls inside itself, so the window has to grow around it. What
                    # comes into sight is drawn only then, and a table may grow once more.
                    for _ in range(2):
                        height = page.evaluate(
                            "document.querySelector('[data-testid=stMainBlockContainer]')"
                            ".scrollHeight"
                        )
                        tall = min(height + 60, TALLEST)
                        page.set_viewport_size({"width": width, "height": tall})
                        settled(page)
                    path = out / f"{name}-{kind}-{scheme}.png"
                    page.screenshot(path=path)
                    print(path)
                    context.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--out", type=Path, default=Path("assets"))
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    options = parser.parse_args()
    photograph(Store(options.store), options.out, options.pages)
