"""A gallery on the explored store and a Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from artextract.pipeline.gallery import running
from artextract.store import Store
from settling import WATCH
from small import copy_tree

# The first prediction imports torch and loads both networks, on whatever machine this is.
PATIENCE = 90_000  # ms
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    path = path or shutil.which("google-chrome")
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; run: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        # Most machines that run tests have no graphics card, and no page draws with WebGL.
        args = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """What pages have complained of, and what they asked of others than their gallery."""
    return []


@pytest.fixture(scope="session")
def tab(chromium: Browser, complaints: list[str]) -> Page:
    """One tab for all tests of a process: Streamlit's scripts are loaded and compiled once."""

    def note_request(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "localhost":
            complaints.append(f"asked {url}")

    def note_message(message: ConsoleMessage) -> None:
        # Below a page's own address Streamlit looks for its server before it looks at the root.
        looking = "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not looking:
            complaints.append(message.text)

    page = chromium.new_page()
    page.add_init_script(WATCH)
    page.set_default_timeout(PATIENCE)
    page.on("console", note_message)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    page.on("request", lambda request: note_request(request.url))
    return page


@pytest.fixture(scope="session")
def gallery_store(explored_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store that the gallery shows: a copy, into which visitors may write."""
    return Store(copy_tree(explored_store.root, tmp_path_factory.mktemp("gallery") / "store"))


@pytest.fixture(scope="session")
def gallery(gallery_store: Store) -> Iterator[str]:
    """Address of a gallery on a copy of the explored store; one server for all tests."""
    with running(gallery_store) as address:
        yield address


@pytest.fixture
def visit(tab: Page, complaints: list[str], gallery: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the gallery; at the end no page may have complained or asked elsewhere."""

    def _visit(path: str = "/", *, width: int = 1440, scheme: str = "light") -> Page:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.mouse.move(0, 0)  # not where the last visitor left it
        tab.goto(gallery + path, timeout=PATIENCE)
        return tab

    yield _visit
    tab.evaluate("localStorage.clear(); sessionStorage.clear()")  # kept for the next visit else
    tab.goto("about:blank")
    made, complaints[:] = complaints[:], []
    assert not made


@pytest.fixture
def focus_search() -> Callable[[Page], None]:
    """Go to the search by its key."""

    def _focus_search(page: Page) -> None:
        field = page.get_by_role("combobox", name="Search works")
        expect(field).to_be_visible()
        for _ in range(40):  # what is shown may not listen yet
            page.keyboard.press("/")
            if field.evaluate("field => field.getRootNode().activeElement === field"):
                break
            page.wait_for_timeout(250)
        expect(field).to_be_focused()

    return _focus_search
