"""Search, browse, select and go from work to work, by keyboard, as a visitor does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from artextract.store import Store
from labels import title_with_year

pytestmark = pytest.mark.browser


def test_search_and_open(
    visit: Callable[..., Page], focus_search: Callable[[Page], None], explored_store: Store
) -> None:
    work = explored_store.works().loc[7]
    page = visit("/training")
    expect(page.get_by_role("heading", name="Training")).to_be_visible()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    focus_search(page)
    page.keyboard.type(f"{work['year']} azrur")  # misspelt
    found = page.locator(".st-key-search [role=option]")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(title_with_year(work["title"], work["year"]))
    page.keyboard.press("ArrowDown")
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/work\?work=7$"))
    expect(page.get_by_role("link", name="Back to Training")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("ada")
    expect(found.first).to_contain_text("Ada Ember")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Browse")).to_be_visible()
    expect(page.get_by_text("20 works of 60")).to_be_visible()
    assert "artist=Ada+Ember" in page.url


def test_the_grid_draws_what_is_in_view_and_goes_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/browse", width=640)
    tiles = page.locator(".st-key-browse .tile")
    expect(tiles.locator("img").first).to_be_visible()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    assert tiles.count() < 60
    scroller = page.locator(".st-key-browse .scroller")
    tiles.first.locator("a").focus()
    page.keyboard.press("End")
    last = page.locator('.st-key-browse .tile[aria-posinset="60"]')
    expect(last.locator("img")).to_be_visible()
    expect(last.locator("a")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(last.get_by_role("checkbox")).to_be_checked()
    top = scroller.evaluate("e => e.scrollTop")
    assert top > 0

    page.keyboard.press("Enter")
    expect(page.get_by_text("59 of 60")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("60 of 60")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("link", name="Back to Browse").click()
    expect(last.locator("img")).to_be_visible()  # where one had scrolled to
    expect(last.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("2 selected")).to_be_visible()
