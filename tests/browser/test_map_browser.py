"""The map in a real browser: pointer, lasso, keys, legend, pictures, and what the address keeps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from artextract.store import Store
from labels import title_with_year
from settling import settled

pytestmark = pytest.mark.browser

MAP = "document.querySelector('.st-key-map').artextractMap"
# Where a work lies on the screen.
PLACE = f"""(work) => {{
    const map = {MAP}, box = map.canvas.getBoundingClientRect();
    const [x, y] = map.place(map.index(work));
    return [box.x + x, box.y + y];
}}"""
# How much of a ring around each ringed work has the colour of rings, least of all of them.
RINGED = f"""() => {{
    const map = {MAP}, radius = map.diameter() / 2 + 2.5;
    map.paint();
    const context = map.canvas.getContext("2d");
    const share = (i) => {{
        const [x, y] = map.place(i);
        let found = 0;
        for (let k = 0; k < 24; k++) {{
            const turn = k / 24 * 2 * Math.PI;
            const at = [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
            const [r, g, b] = context.getImageData(...at.map((v) => v * map.ratio), 1, 1).data;
            const [R, G, B] = map.accent;
            found += Math.hypot(r - R, g - G, b - B) < 90;
        }}
        return found / 24;
    }};
    return Math.min(...Array.from(map.rings, (on, i) => (on ? share(i) : 1)));
}}"""


def drawn(page: Page) -> None:
    """Wait until the map is there and knows what is chosen."""
    page.wait_for_function(f"document.querySelector('.st-key-map')?.artextractMap && {MAP}.applied")
    settled(page)


def lasso(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draw around what lies between the corners, in shares of what the map shows."""
    page.locator('.st-key-map [data-tool="lasso"]').click()
    left, top, right, bottom = page.evaluate(
        f"""() => {{
            const {{ x, y }} = {MAP}.canvas.getBoundingClientRect();
            const {{ left, top, right, bottom }} = {MAP}.clear;
            return [x + left, y + top, x + right, y + bottom];
        }}"""
    )
    at = [(left + x * (right - left), top + y * (bottom - top)) for x, y in corners]
    page.mouse.move(*at[0])
    page.mouse.down()
    for corner in at[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()


def heading(page: Page) -> str:
    return page.locator(".st-key-map_panel h2").first.inner_text()


def test_hover_click_and_the_address(visit: Callable[..., Page], explored_store: Store) -> None:
    page = visit("/map")
    drawn(page)
    place = page.evaluate(PLACE, 3)
    card = page.locator(".st-key-map .card")
    page.mouse.move(place[0] - 40, place[1] - 40)
    page.mouse.move(*place, steps=4)
    expect(card.locator("img")).to_be_visible()
    number = int(card.get_attribute("data-id") or -1)
    year = str(explored_store.works().loc[number, "year"])
    assert card.locator(".title").inner_text().endswith(year)

    page.mouse.click(*page.evaluate(PLACE, number))
    panel = page.locator(".st-key-map_panel")
    expect(panel.get_by_role("heading", name=year)).to_be_visible()
    expect(panel.locator(".st-key-map_work img")).to_be_visible()
    expect(panel.get_by_text("Nearest by others")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"work={number}\b"))
    page.reload()  # the address brings the work back
    expect(panel.get_by_role("heading", name=year)).to_be_visible()
    panel.get_by_role("button", name="Open").click()
    expect(page.get_by_role("link", name="Back to Map")).to_be_visible()
    page.get_by_role("link", name="Back to Map").click()
    expect(panel.get_by_role("heading", name=year)).to_be_visible()


def test_a_lasso_is_in_the_address_and_small_and_leaves_rings_as_they_are(
    visit: Callable[..., Page],
) -> None:
    page = visit("/map?artist=Ada+Ember&view=Map+of+all+works")
    sent: list[int] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda data: sent.append(len(data))))
    page.reload()
    drawn(page)
    assert page.evaluate(RINGED) > 0.6
    sent.clear()
    lasso(page, [(0.02, 0.02), (0.5, 0.05), (0.55, 0.6), (0.2, 0.98), (0.02, 0.7), (0.02, 0.02)])
    expect(page.locator(".st-key-map_panel h2").first).to_have_text(re.compile("works? selected"))
    drawn(page)
    assert sum(sent) < 3000
    # The browser and the server find the same works.
    inside = page.evaluate(f"{MAP}.inside.reduce((sum, on) => sum + on, 0)")
    assert 0 < inside < 60
    assert heading(page).startswith(f"{inside} work")
    assert page.evaluate(RINGED) > 0.6
    page.reload()
    drawn(page)
    assert heading(page).startswith(f"{inside} work")
    page.locator(".st-key-map .points").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-map_panel h2").first).to_have_text("60 works in view")
    assert "area" not in page.url


def test_the_legend_hides_works(visit: Callable[..., Page]) -> None:
    page = visit("/map")
    drawn(page)
    page.locator('.st-key-map .legend [data-name="Ada Ember"]').click()
    expect(page.locator(".st-key-map_panel h2").first).to_have_text("40 works in view")
    expect(page).to_have_url(re.compile("hide=Ada"))


def test_what_lies_over_the_map_is_folded_away(visit: Callable[..., Page]) -> None:
    page = visit("/map")
    drawn(page)
    panel, controls = page.locator(".st-key-map_panel"), page.locator(".st-key-map_controls")
    room = page.evaluate(f"{MAP}.clear.right - {MAP}.clear.left")
    fold = page.locator('.st-key-map [data-tool="alone"]')
    fold.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(controls).to_be_hidden()
    assert page.evaluate(f"{MAP}.clear.right - {MAP}.clear.left") > room + 300
    page.reload()
    drawn(page)
    expect(panel).to_be_hidden()
    expect(fold).to_have_attribute("aria-pressed", "true")
    page.mouse.click(*page.evaluate(PLACE, 3))  # whoever chooses a work wants to see it
    expect(panel.locator(".st-key-map_work img")).to_be_visible()
    expect(controls).to_be_visible()


def test_pictures_come_when_one_is_near_enough(visit: Callable[..., Page]) -> None:
    page = visit("/map")  # 60 works: near enough at once
    drawn(page)
    pictures = page.locator(".st-key-map .picture")
    expect(pictures.first).to_be_visible()
    assert pictures.count() > 1
    few = page.evaluate(f"Math.min(...{MAP}.images.keys().map((id) => id))")
    page.mouse.click(*page.evaluate(PLACE, few))
    expect(page.locator(".st-key-map .picture.chosen")).to_be_visible()


def test_works_are_reached_by_keys_and_on_a_phone(
    visit: Callable[..., Page], explored_store: Store
) -> None:
    page = visit("/map", width=390)
    drawn(page)
    page.locator(".st-key-map .points").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    said = page.locator(".st-key-map .said")
    expect(said).not_to_be_empty()
    number = page.evaluate(f"{MAP}.pointed")
    work = explored_store.works().loc[number]
    title = title_with_year(work["title"], work["year"])
    expect(said).to_have_text(re.compile(re.escape(title)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    box = page.locator(".st-key-map .map").bounding_box()
    panel = page.locator(".st-key-map_panel").bounding_box()
    assert box is not None
    assert panel is not None
    assert panel["y"] > box["y"] + box["height"]  # below the map, not over it
    page.locator(".st-key-map .points").focus()
    before = page.evaluate(f"{MAP}.view.scale")
    page.keyboard.press("+")
    page.wait_for_function(f"{MAP}.view.scale > {before} * 1.4")
    page.keyboard.press("0")
    page.wait_for_function(f"Math.abs({MAP}.view.scale / {before} - 1) < 0.01")
