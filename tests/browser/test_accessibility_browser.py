"""Every page as axe-core judges it, in both themes; and by keyboard, on a phone, and enlarged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError, expect

from settling import settled
from small import HOSTILE

pytestmark = pytest.mark.browser

IN_NAVIGATION = (
    *("/", "/browse", "/predict", "/confusion", "/outliers", "/map", "/labels", "/training"),
)
PLACES = (
    *IN_NAVIGATION,
    "/work?work=3",
    "/browse?outcome=Wrong",
    f"/outliers?artist={quote(HOSTILE)}",
    "/outliers?outliers_of=All+artists",
    "/class_report?class=Bo+Azur",
    "/map?work=3",
    "/map?area=000000001ekf1ekf&artist=Ada+Ember&colour=Decade",
    "/confusion?order=Name&true=Bo+Azur&predicted=Ada+Ember",
    "/confusion?baseline=AlexNet&change=Both+wrong",
)
# Of a drawing only the words count: it is cut off at its edge, boxes around words are wider. What
# scrolls sideways by itself may be wider too.
TOO_WIDE = """() => Array.from(document.querySelectorAll(
    'html, [data-testid=stMainBlockContainer] *'))
    .filter((e) => !e.closest('[data-testid=stDataFrame]')
        && !e.matches('input[type=range]')  // lies unseen on a slider's handle
        && !e.closest('.st-key-matrix_frame') && (e.localName === 'text' || !e.closest('svg *')))
    .filter((e) => e === document.documentElement
        ? e.scrollWidth > innerWidth : e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 200))"""


UNMENDED = '[data-testid="stFileUploaderDropzone"][role="presentation"]'


def widen(page: Page, width: int) -> None:
    """Make the window wider, and wait for what the page does about it."""
    page.set_viewport_size({"width": width, "height": 900})
    settled(page)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: rules with the beginnings of the elements that break them."""
    # What mends Streamlit's uploader comes with the page's own components: wait for them.
    page.wait_for_function(f"!document.querySelector('{UNMENDED}')")
    found = Axe().run(page).response["violations"]
    return [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]


def too_wide(page: Page) -> list[str]:
    """The beginnings of the elements that reach beyond the screen."""
    # A chart is drawn at its first width before it learns the screen's: wait.
    with suppress(TimeoutError):
        page.wait_for_function(f"({TOO_WIDE})().length === 0", timeout=10_000)
    return page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("place", PLACES)
def test_a_page_fits_a_phone_and_axe_finds_nothing_in_either_theme(
    place: str, visit: Callable[..., Page]
) -> None:
    """Loaded on a phone, then as wide as on a screen enlarged to 200 %, and for axe in full."""
    page = visit(place, width=390, scheme="dark")
    settled(page)
    assert (390, too_wide(page)) == (390, [])
    widen(page, 720)
    assert (720, too_wide(page)) == (720, [])
    widen(page, 1440)
    assert ("dark", violations(page)) == ("dark", [])
    page.emulate_media(color_scheme="light")
    settled(page)
    assert ("light", violations(page)) == ("light", [])


def test_no_page_of_the_navigation_is_left_out(visit: Callable[..., Page]) -> None:
    links = visit("/").locator("[data-testid=stTopNavLink]")
    expect(links.first).to_be_visible()
    paths = links.evaluate_all("links => links.map((link) => new URL(link.href).pathname)")
    assert sorted(paths) == sorted(IN_NAVIGATION)


def test_axe_finds_nothing_in_the_search(
    visit: Callable[..., Page], focus_search: Callable[[Page], None]
) -> None:
    page = visit("/browse")
    settled(page)
    focus_search(page)
    page.keyboard.type("ada")
    expect(page.locator(".st-key-search [role=option]").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_content_starts_close_below_the_navigation(visit: Callable[..., Page]) -> None:
    page = visit("/training")
    settled(page)
    title = page.locator("h1").first.bounding_box()
    first = page.locator("h1 >> xpath=following::label[1]").first.bounding_box()
    assert title is not None
    assert first is not None
    assert title["y"] + 24 <= first["y"] <= 125
    assert page.locator("h1").first.evaluate("e => getComputedStyle(e).fontSize") == "24px"
