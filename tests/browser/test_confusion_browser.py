"""Click a cell of the confusion matrix and see its paintings, as a visitor does."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from artextract.evaluation.confusion import confusion, predictions, worst
from artextract.evaluation.error_analysis.comparison import compare, outcomes
from artextract.store import Store
from labels import display_label
from settling import IDLE

pytestmark = pytest.mark.browser


def cell(page: Page, true: str, predicted: str) -> Locator:
    """A cell of the matrix, by the labels of its row and column."""
    names = page.locator(".st-key-matrix th.row").evaluate_all("all => all.map((e) => e.title)")
    row, column = (names.index(display_label(label)) for label in (true, predicted))
    return page.locator(f'.st-key-matrix td[data-k="{row * len(names) + column}"]')


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_click_a_cell_and_see_its_paintings(visit: Callable[..., Page], small_store: Store) -> None:
    counts = confusion(small_store, "artist", "ensemble")
    true, predicted, works = worst(counts).loc[0, ["true", "predicted", "works"]]
    page = visit("/confusion", scheme="dark")
    matrix = page.locator(".st-key-matrix table")
    expect(matrix).to_be_visible()
    box = matrix.locator("td[data-k]").first.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"], abs=1)  # square
    frame = page.locator(".st-key-matrix .matrix").bounding_box()
    assert frame is not None
    assert frame["height"] < 800  # with its names and titles it fits into the window
    # Whatever is clicked, a bar at the top edge says at once that somebody has heard of it.
    bar = (
        "getComputedStyle(document.querySelector('[data-testid=stApp]'), '::before').animationName"
    )
    page.wait_for_function(f"{bar} === 'none'")
    page.get_by_text("How this is made").dispatch_event("pointerdown", {"bubbles": True})
    assert page.evaluate(bar) == "artextract-loading"
    page.wait_for_function(f"{bar} === 'none'")
    cell(page, true, predicted).hover()
    expect(page.locator(".st-key-matrix .tip")).to_contain_text(f"{works} work")
    cell(page, true, predicted).click()

    wall = page.locator("[class*=st-key-cell-]").first
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))
    expect(wall.get_by_text(f"True: {display_label(true)}").first).to_be_visible()
    expect(cell(page, true, predicted)).to_have_class("chosen")
    expect(cell(page, predicted, true)).to_have_class("mirror")
    assert query(page)["true"] == [display_label(true)]
    assert query(page)["predicted"] == [display_label(predicted)]
    assert wall.locator("a").first.get_attribute("href").startswith("work?work=")

    page.reload()  # the address brings the cell back
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))
    title = wall.locator("a").first.get_attribute("title")
    wall.locator("a").first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("link", name="Back to Confusion").click()
    expect(wall.locator("a img")).to_have_count(min(int(works), 12))


def test_the_matrix_by_keyboard_alone_and_on_to_a_class(
    visit: Callable[..., Page], small_store: Store
) -> None:
    page = visit("/confusion")
    first = page.locator('.st-key-matrix td[data-k="0"]')
    expect(first).to_be_visible()
    page.locator(IDLE).wait_for()
    page.locator(".st-key-baseline input, .st-key-baseline [role=combobox]").first.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if first.evaluate("e => e.getRootNode().activeElement === e"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    middle = page.locator('.st-key-matrix td[data-k="4"]')
    expect(middle).to_be_focused()
    expect(page.locator(".st-key-matrix .tip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(middle).to_have_class("chosen")
    assert set(query(page)) >= {"true", "predicted"}
    expect(middle).to_be_focused()  # one goes on from there
    page.keyboard.press("Home")
    name = page.locator('.st-key-matrix th[data-row="1"]')
    expect(name).to_be_focused()
    wanted = name.get_attribute("title")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=wanted, level=1)).to_be_visible()
    expect(page.get_by_text("Where it goes")).to_be_visible()
    assert query(page)["class"] == [wanted]
    page.get_by_role("link", name="Back to Confusion").click()
    expect(page.locator(".st-key-matrix td.chosen")).to_be_visible()


def test_a_class_opens_from_either_axis_with_all_its_errors(
    visit: Callable[..., Page], small_store: Store
) -> None:
    said = predictions(small_store, "artist", "ensemble")
    true = worst(confusion(small_store, "artist", "ensemble")).loc[0, "true"]
    missed = said[(said["true"] == true) & (said["predicted"] != true)]
    for axis in ("row", "column"):
        page = visit("/confusion")
        page.locator(f".st-key-matrix th.{axis}").get_by_text(display_label(true)).click()
        expect(page.get_by_role("heading", name=display_label(true), level=1)).to_be_visible()
        wall = page.locator("[class*=st-key-cell-errors]").first
        expect(wall.locator("a")).to_have_count(len(missed))
        shown = wall.locator("a").evaluate_all("all => all.map((e) => Number(e.dataset.id))")
        assert shown == missed.sort_values("probability", ascending=False)["work_id"].tolist()


def test_gained_and_lost_are_disjoint_and_add_up(
    visit: Callable[..., Page], small_store: Store
) -> None:
    now, before = (predictions(small_store, "artist", m) for m in ("resnet50", "alexnet"))
    expected = compare(outcomes(now, before))
    page = visit("/confusion?model=ResNet-50&baseline=AlexNet")
    found: list[int] = []
    for k, n in enumerate(
        (expected.both_right, expected.gained, expected.lost, expected.both_wrong)
    ):
        square = page.locator(f'.st-key-outcomes td[data-k="{k}"]')
        expect(square).to_contain_text(str(n))
        square.click()
        expect(square).to_have_class("chosen")
        page.locator(IDLE).wait_for()
        wall = page.locator("[class*=st-key-cell-]")
        expect(wall.locator("a")).to_have_count(n)
        found += wall.locator("a").evaluate_all("all => all.map((e) => Number(e.dataset.id))")
    assert sorted(found) == sorted(now["work_id"])  # each in one list, and none is missing


def test_the_matrix_is_taken_away_for_print(visit: Callable[..., Page]) -> None:
    page = visit("/confusion", scheme="dark")
    page.get_by_role("button", name="Download", exact=True).click()
    for kind, begins in (("PNG, 300 dpi", b"\x89PNG"), ("SVG", b"<?xml"), ("PDF", b"%PDF")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        assert download.value.path().read_bytes().startswith(begins)
        if kind.startswith("PNG"):
            assert download.value.suggested_filename == "confusion-artist-ensemble.png"
            picture = Image.open(download.value.path()).convert("RGB")
            assert picture.getpixel((0, 0)) == (255, 255, 255)  # though the page is dark
    with page.expect_download() as download:
        page.get_by_role("button", name="Matrix as CSV").click()
    header = download.value.path().read_text("utf-8-sig").splitlines()[0]
    assert header.startswith("true label,")
    assert "Ada Ember" in header
