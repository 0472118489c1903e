"""Outliers looked at and judged in a browser: by keys, and under a name that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from artextract.oeuvres.results import read_table
from artextract.oeuvres.reviews.annotations import history, standing
from artextract.store import Store
from settling import IDLE, settled

pytestmark = pytest.mark.browser


@pytest.fixture
def judged(gallery_store: Store) -> Iterator[Store]:
    """The store that the gallery shows; what a test notes in it is taken out again."""
    yield gallery_store
    gallery_store.annotations_path.unlink(missing_ok=True)


def ranked(store: Store) -> list[int]:
    table = read_table(store, "resnet50", "outliers")
    return table.loc[table["creator"] == "Ada Ember", "work_id"].tolist()


def test_judged_by_keys_alone(judged: Store, visit: Callable[..., Page]) -> None:
    first, second, third, *_ = ranked(judged)
    page = visit("/outliers?artist=Ada+Ember&share=20")
    strip, title = page.locator(".st-key-outlier_strip"), page.locator("h2").first
    expect(title).to_contain_text("1. ")
    expect(strip.locator(f"[data-id='{first}'][aria-current=true]")).to_be_visible()
    page.locator(IDLE).wait_for()
    page.keyboard.press("2")
    expect(page.get_by_text("1 of 4 judged")).to_be_visible()
    expect(strip.locator(f"[data-id='{first}']")).to_contain_text("Other hand")
    page.keyboard.press("j")
    expect(title).to_contain_text("2. ")
    page.keyboard.press("k")
    expect(title).to_contain_text("1. ")
    # As fast as anybody types: none is lost.
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(title).to_contain_text("3. ")
    assert f"work={third}" in page.url
    expect(strip.locator(f"[data-id='{third}'][aria-current=true]")).to_be_visible()
    page.locator(IDLE).wait_for()
    page.keyboard.press("6")
    expect(page.get_by_text("2 of 4 judged")).to_be_visible()
    page.keyboard.press("6")  # once more takes it back
    expect(page.get_by_text("1 of 4 judged")).to_be_visible()
    assert {w: a.annotation for w, a in standing(history(judged)).items()} == {first: "other hand"}
    assert second not in set(history(judged)["work_id"])


def test_no_key_judges_while_somebody_types(judged: Store, visit: Callable[..., Page]) -> None:
    first, *_ = ranked(judged)
    page = visit("/outliers?artist=Ada+Ember&share=20")
    title = page.locator("h2").first
    expect(title).to_contain_text("1. ")
    page.locator(IDLE).wait_for()
    for field in (".st-key-search input", ".st-key-review_bar input[type=text]", "textarea"):
        page.locator(field).last.click()
        page.keyboard.type("jk6")
        page.keyboard.press("Escape")
    name = page.locator(".st-key-review_bar input[type=text]")
    name.fill("Cy Moss")
    name.press("Enter")
    note = page.locator("textarea")
    note.fill("3 hands, just look")
    note.press("Control+Enter")
    expect(page.get_by_text("Note by Cy Moss")).to_be_visible()
    expect(title).to_contain_text("1. ")
    said = standing(history(judged))[first]
    assert (said.annotation, said.note, said.author) == ("", "3 hands, just look", "Cy Moss")
    page.reload()
    expect(page.locator(".st-key-review_bar input[type=text]")).to_have_value("Cy Moss")
    expect(page.locator("textarea")).to_have_value("3 hands, just look")
    page.locator(IDLE).wait_for()
    verdicts = page.locator("[data-testid=stButtonGroup]").filter(has_text="Wrong label")
    verdicts.get_by_text("Wrong label").click()
    expect(page.get_by_text("Wrong label by Cy Moss")).to_be_visible()
    assert standing(history(judged))[first].note == "3 hands, just look"


def test_from_the_review_to_a_work_and_back(judged: Store, visit: Callable[..., Page]) -> None:
    _, second, third, *_ = ranked(judged)
    page = visit(f"/outliers?artist=Ada+Ember&share=20&work={second}")
    expect(page.locator("h2").first).to_contain_text("2. ")
    page.get_by_role("button", name="The page of the work").click()
    expect(page.get_by_text("2 of 4 · Outliers of Ada Ember")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.wait_for_url(f"**/work?work={third}")
    page.get_by_role("link", name="Back to Outliers").click()
    expect(page.locator("h2").first).to_contain_text("2. ")
    assert f"work={second}" in page.url


def test_a_row_of_all_artists_leads_to_one(judged: Store, visit: Callable[..., Page]) -> None:
    page = visit("/outliers?outliers_of=All+artists")
    board = page.locator("[data-testid=stDataFrame] canvas").first
    expect(board).to_be_visible()
    settled(page)
    box = board.bounding_box()
    assert box is not None
    open_first = (box["x"] + 110, box["y"] + 65)
    page.mouse.click(*open_first)
    expect(page.locator("h2").first).to_contain_text("1. ")
    assert "outliers_of" not in page.url
