"""Upload a picture and read the bars, as a visitor does."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_upload_and_read_the_bars(visit: Callable[..., Page]) -> None:
    file = BytesIO()
    Image.new("RGB", (120, 80), (40, 90, 200)).save(file, "PNG")
    page = visit("/predict")
    page.locator("input[type=file]").set_input_files(
        {"name": "<b>blue</b>.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    artist = page.locator(".js-plotly-plot").first
    for text in ("AlexNet", "ResNet-50", "Ensemble", "Bo Azur", "<img src=x onerror=alert(1)>"):
        expect(artist.get_by_text(text, exact=True)).to_be_visible()
    assert artist.locator(".bars path").count() >= 9  # three classes, three models
    expect(page.get_by_role("heading", name="<b>blue</b>.png")).to_be_visible()
    expect(page.get_by_text("predicted in")).to_be_visible()


def test_a_work_is_chosen_by_keyboard_on_a_narrow_dark_screen(visit: Callable[..., Page]) -> None:
    page = visit("/predict", width=390, scheme="dark")
    first = page.locator(".st-key-picker button").first
    first.focus()
    page.keyboard.press("Enter")
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
