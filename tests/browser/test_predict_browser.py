"""Upload a picture and read the bars, as a visitor does."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from settling import settled

pytestmark = pytest.mark.browser


def test_upload_and_read_the_bars(visit: Callable[..., Page]) -> None:
    file = BytesIO()
    Image.new("RGB", (120, 80), (40, 90, 200)).save(file, "PNG")
    page = visit("/predict")
    page.locator("input[type=file]").set_input_files(
        {"name": "<b>blue</b>.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("<b>blue</b>.png", exact=True)).to_be_visible()
    expect(page.get_by_label("Artist: the three most probable")).to_be_visible()
    page.get_by_role("tab", name="Members and their vote").click()
    artist = page.locator(".js-plotly-plot").first
    for text in ("AlexNet", "ResNet-50", "Ensemble", "Bo Azur", "<img src=x onerror=alert(1)>"):
        expect(artist.get_by_text(text, exact=True)).to_be_visible()
    assert artist.locator(".bars path").count() >= 9  # three classes, three models


def test_a_work_is_chosen_by_keyboard_on_a_narrow_dark_screen(visit: Callable[..., Page]) -> None:
    page = visit("/predict", width=390, scheme="dark")
    first = page.locator(".st-key-picker button").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("✓ true label")).to_have_count(3)
    page.get_by_role("tab", name="Members and their vote").click()
    bars = page.locator("[class*=st-key-bars-] .js-plotly-plot")
    expect(bars).to_have_count(3)
    expect(bars.first.get_by_text("✓ true label")).to_be_visible()
    expect(first).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Text must follow the theme although charts are not drawn again when it changes.
    colours = [
        page.evaluate("getComputedStyle(document.querySelector('.annotation-text tspan')).fill")
        for scheme in ("dark", "light")
        if not page.emulate_media(color_scheme=scheme) and not page.wait_for_timeout(1000)
    ]
    assert colours == ["rgb(236, 230, 218)", "rgb(31, 28, 24)"]


def painting(number: int) -> dict[str, Any]:
    """A file to upload, another one for each number below 256."""
    Image.new("RGB", (120, 80), (40, 90, number)).save(file := BytesIO(), "PNG")
    return {"name": f"{number}.png", "mimeType": "image/png", "buffer": file.getvalue()}


def fine(page: Page) -> None:
    """Judge the page by axe as it is, then dark and on a phone."""
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        found = Axe().run(page).response["violations"]
        found = [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]
        assert (width, scheme, found) == (width, scheme, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_results_stay_and_one_of_three_is_removed_after_a_visit_elsewhere(
    visit: Callable[..., Page],
) -> None:
    page = visit("/predict")
    page.locator("input[type=file]").set_input_files([painting(1), painting(2)])
    names = page.locator("[class*=st-key-open-] button")
    expect(names).to_have_count(2)
    page.get_by_text("Add pictures").click()
    page.locator("input[type=file]").set_input_files(painting(3))
    expect(names).to_have_count(3)
    page.get_by_role("link", name="Training").click()
    expect(page.get_by_role("heading", name="Training")).to_be_visible()
    page.get_by_role("link", name="Predict").click()
    expect(names).to_have_text(["1.png", "2.png", "3.png"])
    settled(page)  # the picker folds, and what is below it moves up
    page.locator("[class*=st-key-drop-] button:visible").nth(1).click()
    expect(names).to_have_text(["1.png", "3.png"])
    names.first.click()
    expect(page.get_by_role("img", name="The picture 1.png")).to_have_count(2)
    for tab in ("Similar works", "Typicality", "Members and their vote", "What it looks at"):
        page.get_by_role("tab", name=tab).click()
        fine(page)


BRING = """([how, file]) => {
    const held = new DataTransfer();
    const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], file.name, { type: "image/png" }));
    const made = { bubbles: true, cancelable: true, composed: true };
    const event = how === "paste" ? new ClipboardEvent(how, { ...made, clipboardData: held })
        : new DragEvent(how, { ...made, dataTransfer: held });
    document.querySelector("h1").dispatchEvent(event);
}"""


def bring(page: Page, how: str, number: int, name: str) -> None:
    """Let a picture arrive on the page's title: dragover, drop or paste."""
    content = base64.b64encode(painting(number)["buffer"]).decode()
    page.evaluate(BRING, [how, {"name": name, "content": content}])


def test_a_picture_is_dropped_anywhere_and_a_detail_of_it_is_chosen_by_keyboard(
    visit: Callable[..., Page],
) -> None:
    page = visit("/")
    expect(page.get_by_text("Upload", exact=True).first).to_be_visible()
    settled(page)
    bring(page, "dragover", 7, "dropped.png")
    expect(page.get_by_text("Drop the picture anywhere")).to_be_visible()
    bring(page, "drop", 7, "dropped.png")
    expect(page.get_by_role("heading", name="Predict", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="The picture dropped.png")).to_be_visible()
    settled(page)
    bring(page, "paste", 8, "image.png")  # while the uploader is folded away
    expect(page.locator("[class*=st-key-open-] button")).to_have_text(
        ["dropped.png", "Pasted picture.png"]
    )
    settled(page)

    page.get_by_role("button", name="Predict a detail").press("Enter")
    edge = page.get_by_role("slider", name="Left edge")
    expect(edge).to_have_attribute("aria-valuenow", "10")
    edge.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "14")
    page.get_by_role("group", name="The detail").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("slider", name="Bottom edge")).to_have_attribute("aria-valuenow", "89")
    fine(page)
    page.get_by_role("button", name="Predict this detail").press("Enter")
    expect(page.get_by_text("Pasted picture.png, detail").first).to_be_visible()
    expect(page.get_by_text("The whole picture:")).to_be_visible()
    expect(page.get_by_label("Artist: the three most probable")).to_have_count(2)
    fine(page)


def test_the_map_on_the_overview_leads_to_the_map(visit: Callable[..., Page]) -> None:
    page = visit("/")
    picture = page.get_by_role("link", name="Map of 60 works")
    expect(picture.locator("img")).to_be_visible()
    assert picture.locator("img").evaluate("image => image.naturalWidth") > 0
    expect(picture.locator(".names span").first).to_be_visible()
    picture.press("Enter")
    expect(page.get_by_role("heading", name="Map", exact=True)).to_be_visible()


def test_a_report_opens_without_a_request(
    visit: Callable[..., Page], chromium: Browser, tmp_path: Path
) -> None:
    page = visit("/predict")
    page.locator("input[type=file]").set_input_files(painting(1))
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (HTML)").click()
    download.value.save_as(tmp_path / "report.html")
    context = chromium.new_context(offline=True)
    asked: list[str] = []
    try:
        report = context.new_page()
        report.on("request", lambda request: asked.append(request.url))
        report.goto((tmp_path / "report.html").as_uri())
        assert report.locator("img").evaluate("image => image.naturalWidth") > 0
        assert Axe().run(report).response["violations"] == []
    finally:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
