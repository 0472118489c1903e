"""Click a cell of the confusion matrix and see its paintings, as a visitor does."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, TimeoutError, expect

from artextract.evaluation.confusion import confusion, worst
from artextract.store import Store
from labels import display_label
from small import HOSTILE

pytestmark = pytest.mark.browser

# Where a place in a cell lies on the screen; the place is given in cells.
PLACE = """([column, row]) => {
    const chart = document.querySelector(".st-key-matrix .js-plotly-plot");
    const box = chart.getBoundingClientRect();
    const { _size: size, xaxis, yaxis } = chart._fullLayout;
    return [box.x + size.l + xaxis.l2p(column), box.y + size.t + yaxis.l2p(row)];
}"""


def test_click_a_cell_and_see_its_paintings(visit: Callable[..., Page], small_store: Store) -> None:
    counts = confusion(small_store, "artist", "ensemble")
    true, predicted, works = worst(counts).loc[0, ["true", "predicted", "works"]]
    place = [counts.columns.get_loc(predicted), counts.index.get_loc(true)]
    page = visit("/confusion", scheme="dark")
    chart = page.locator(".st-key-matrix .js-plotly-plot")
    expect(chart).to_be_visible()
    chart.hover()
    with page.expect_download() as download:
        chart.locator('[data-attr="toimage"], [data-title^="Download plot"]').first.click()
    assert download.value.suggested_filename == "confusion-artist-ensemble.png"
    picture = np.asarray(Image.open(download.value.path()).convert("L"))
    assert picture[0, 0] < 60  # a dark page,
    assert picture[-60:].max() > 150  # on which the names at the axis can be read
    # Whatever is clicked, a bar at the top edge says at once that somebody has heard of it.
    bar = (
        "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::before').animationName"
    )
    page.wait_for_function(f"{bar} === 'none'")
    page.get_by_text("How this is made").dispatch_event("pointerdown", {"bubbles": True})
    assert page.evaluate(bar) == "artextract-loading"
    page.wait_for_function(f"{bar} === 'none'")
    page.wait_for_timeout(500)  # the chart is laid out once more when its fonts are there
    rng = random.Random(0)
    aside = [p + rng.uniform(-0.4, 0.4) for p in place]  # anywhere in the cell will do
    page.mouse.click(*page.evaluate(PLACE, aside))

    wall = page.locator("[class*=st-key-cell-]").first
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))
    expect(wall.get_by_text(f"True: {display_label(true)}").first).to_be_visible()
    # The cell is framed, and its mirror with dots.
    frames = page.locator(".st-key-matrix .cell-frames > div")
    expect(frames).to_have_count(1 if true == predicted else 2)
    page.evaluate("document.querySelector('.cell-frames').dataset.seen = 1")
    page.wait_for_timeout(700)  # and stays: nothing draws it again for nothing
    expect(page.locator(".cell-frames[data-seen]")).to_have_count(1)
    box = frames.last.bounding_box()
    x, y = page.evaluate(PLACE, place)
    assert box is not None
    assert box["x"] + box["width"] / 2 == pytest.approx(x, abs=2)
    assert box["y"] + box["height"] / 2 == pytest.approx(y, abs=2)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["true"], query["predicted"]) == (
        [display_label(true)],
        [display_label(predicted)],
    )
    assert wall.locator("a").first.get_attribute("href").startswith("work?work=")

    page.reload()  # the address brings the cell back
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))
    title = wall.locator("a").first.get_attribute("title")
    wall.locator("a").first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Back to Confusion")).to_be_visible()
    page.get_by_role("link", name="Back to Confusion").click()
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))


# Of a drawing only the words count: it is cut off at its edge, boxes around words are wider.
TOO_WIDE = """() => Array.from(document.querySelectorAll(
    'html, [data-testid=stMainBlockContainer] *'))
    .filter((e) => !e.closest('.st-key-matrix_frame, [data-testid=stDataFrame]')
        && (e.localName === 'text' || !e.closest('svg *')))
    .filter((e) => e === document.documentElement
        ? e.scrollWidth > 390 : e.getBoundingClientRect().right > 391)
    .map((e) => e.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize(
    "place",
    ["/", "/confusion", "/training", "/work?work=3", "/map", f"/outliers?artist={quote(HOSTILE)}"],
)
def test_no_page_is_wider_than_a_phone(place: str, visit: Callable[..., Page]) -> None:
    page = visit(place, width=390, scheme="dark")
    expect(page.locator("h1")).to_be_visible()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    # A chart is drawn at its first width before it learns the phone's: wait until all has settled.
    with suppress(TimeoutError):
        page.wait_for_function(f"({TOO_WIDE})().length === 0")
    assert page.evaluate(TOO_WIDE) == []
