"""The map in a real browser: the picture beside the pointer, a click, a box around many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from artextract.store import Store

pytestmark = pytest.mark.browser

# Where the work lies on the screen.
PLACE = """(work) => {
    const chart = document.querySelector(".st-key-map .js-plotly-plot");
    const box = chart.getBoundingClientRect();
    const { _size: size, xaxis, yaxis } = chart._fullLayout;
    for (const trace of chart._fullData) {
        const at = Array.from(trace.customdata).indexOf(work);
        if (at < 0) continue;
        return [
            box.x + size.l + xaxis.d2p(trace.x[at]), box.y + size.t + yaxis.d2p(trace.y[at])
        ];
    }
}"""


def test_hover_click_and_lasso(visit: Callable[..., Page], explored_store: Store) -> None:
    page = visit("/map")
    page.set_viewport_size({"width": 1440, "height": 1200})  # the whole map is on the screen
    chart = page.locator(".st-key-map .js-plotly-plot")
    expect(chart.locator("canvas").first).to_be_visible()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(1000)  # the chart is laid out once more when its fonts are there
    place = page.evaluate(PLACE, 3)
    card = page.locator(".st-key-map-hover .card")
    page.mouse.move(place[0] - 40, place[1] - 40)
    page.mouse.move(*place, steps=4)
    expect(card.locator("img")).to_be_visible()
    number = int(card.get_attribute("data-id"))
    year = str(explored_store.works().loc[number, "year"])
    assert card.locator(".title").inner_text().endswith(year)

    page.mouse.click(*page.evaluate(PLACE, number))
    wall = page.locator(".st-key-map-selection a")
    expect(wall).to_have_count(1)
    chosen = wall.get_attribute("data-id")
    assert page.url.endswith(f"work={chosen}")
    page.reload()  # the address brings the work back
    expect(page.locator(f'.st-key-map-selection a[data-id="{chosen}"]')).to_be_visible()

    chart.hover()
    chart.locator('[data-val="lasso"]').click()
    box = chart.bounding_box()
    corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.85), (0.01, 0.85), (0.01, 0.01)]
    at = [
        (box["x"] + x * box["width"], box["y"] + 40 + y * (box["height"] - 40)) for x, y in corners
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    for corner in at[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()
    expect(page.get_by_role("heading", name="works selected")).to_be_visible()
