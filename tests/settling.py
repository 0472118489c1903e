"""When a page of the gallery has settled."""

from __future__ import annotations

from playwright.sync_api import Page, expect

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
QUIET = 300  # ms without a change
# To be given to a page before its own scripts.
WATCH = """
    window.lastChange = performance.now();
    new MutationObserver(() => { window.lastChange = performance.now(); }).observe(document,
        { attributes: true, characterData: true, childList: true, subtree: true });
"""


def settled(page: Page) -> None:
    """Wait until the script has run and the page has not changed for a while."""
    expect(page.locator("h1").first).to_be_visible()
    page.evaluate("window.lastChange = performance.now()")
    page.wait_for_function(
        f"document.querySelector('{IDLE}') && performance.now() - window.lastChange > {QUIET}",
        polling=100,
    )
