"""A server started as people start it, and a Chromium with stopwatches, for measuring."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, Playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from artextract.store import Store
from benchmarks.screenshots import CHROMIUM

PATIENCE = 180_000  # ms
HEADLESS = os.environ | {"STREAMLIT_SERVER_HEADLESS": "true"}
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# Components draw into shadow roots, which a plain query does not enter.
DEEP = """
window.deep = (place, wanted) => [...document.querySelectorAll(place)].flatMap((root) => {
  const look = (node) => [...node.querySelectorAll(wanted),
    ...[...node.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? look(e.shadowRoot) : [])];
  return look(root);
});
"""
PLACES = {
    "matrix-drawn": "deep('.st-key-matrix', 'td[data-k]').length",
    # A cell (column, row) on the screen.
    "cell": """([column, row]) => {
        const cells = deep(".st-key-matrix", "td[data-k]");
        const n = Math.sqrt(cells.length);
        const box = cells[row * n + column].getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    }""",
    # The point that lies nearest to the middle of the map.
    "point": """() => {
        const map = document.querySelector(".st-key-map").artextractMap;
        const box = map.canvas.getBoundingClientRect(), { left, right, top, bottom } = map.clear;
        const middle = [(left + right) / 2, (top + bottom) / 2];
        let best = null, least = Infinity;
        for (let i = map.n - 1; i >= 0; i--) {
            const at = map.place(i);
            const far = Math.hypot(at[0] - middle[0], at[1] - middle[1]);
            if (far < least) [best, least] = [at, far];
        }
        return [box.x + best[0], box.y + best[1]];
    }""",
    # The corners of all that the map shows, a little beyond its points.
    "whole-map": """() => {
        const map = document.querySelector(".st-key-map").artextractMap;
        const box = map.canvas.getBoundingClientRect(), { left, right, top, bottom } = map.clear;
        return [box.x + left + 2, box.y + top + 2, box.x + right - 2, box.y + bottom - 2];
    }""",
}


class Server:
    """`artextract app` on a store and a free port, from entering the block to leaving it."""

    def __init__(self, store: Store) -> None:
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        self.address = f"http://localhost:{port}"
        self.command = [sys.executable, "-m", "artextract", "app"]
        self.command += ["--store", str(store.root), "--port", str(port)]

    def __enter__(self) -> Server:
        self.began = time.time()
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, env=HEADLESS)
        return self

    def __exit__(self, *error: object) -> None:
        for pid in self._children():
            os.kill(pid, 15)
        self.process.wait()

    def wait(self) -> None:
        """Until it answers."""
        while True:
            try:
                with urlopen(f"{self.address}/_stcore/health", timeout=5):
                    return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.02)

    def elapsed(self, visited: Visited) -> float:
        """Seconds from its start until what was waited for had been drawn."""
        return visited.drawn_at - self.began

    def _children(self) -> list[int]:
        pid = self.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]

    def gigabytes(self) -> float:
        """Memory that is resident."""
        status = Path(f"/proc/{self._children()[0]}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 2**20

    def processor_seconds(self) -> float:
        """Processor time that it has taken so far, of all its threads, to a hundredth."""
        stat = Path(f"/proc/{self._children()[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def has_loaded(self, library: str) -> bool:
        """Whether a shared library is in its memory."""
        return library in Path(f"/proc/{self._children()[0]}/maps").read_text()


class Wire:
    """What goes over the websocket of a page, with the browser's own time stamps."""

    def __init__(self, page: Page) -> None:
        self.begin()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameSent", self._sent)
        session.on("Network.webSocketFrameReceived", self._received)

    def begin(self) -> None:
        """Forget what was seen: the next question is the first."""
        self.asked: float | None = None
        self.answered = 0.0
        self.largest = 0  # bytes of the largest message to the browser
        self.sent = 0  # bytes of all from it
        self.scripts = 0

    def _sent(self, frame: dict) -> None:
        if self.asked is None:
            self.asked = frame["timestamp"]
        self.sent += len(base64.b64decode(frame["response"]["payloadData"]))

    def _received(self, frame: dict) -> None:
        content = base64.b64decode(frame["response"]["payloadData"])
        self.largest = max(self.largest, len(content))
        message = ForwardMsg()
        message.ParseFromString(content)
        if message.WhichOneof("type") == "script_finished" and not self.scripts:
            self.answered = frame["timestamp"]
            self.scripts += 1

    def server_seconds(self) -> float:
        """From the browser's first question to the end of the script that answers it."""
        assert self.asked is not None
        return self.answered - self.asked


@dataclass(frozen=True)
class Visited:
    """A page that was opened."""

    page: Page
    wire: Wire
    seconds: float  # from asking for the address until what was waited for had been drawn
    drawn_at: float  # by the clock


@contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with WebGL in software."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("no Chromium here; run: sudo apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
    yield browser
    browser.close()


@contextmanager
def visit(
    browser: Browser, server: Server, place: str, *, ready: str | None = None
) -> Iterator[Visited]:
    """Open a page with a browser that has seen nothing yet, and wait for what is `ready`."""
    server.wait()
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_init_script(DEEP)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wire = Wire(page)
    began = time.time()
    page.goto(f"{server.address}/{place}")
    if ready is not None:
        page.wait_for_function(ready, polling="raf")
        # The next frame but one is on the screen for certain.
        page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    else:
        page.locator("h1").first.wait_for()
        page.locator(IDLE).wait_for()
    end = time.time()
    try:
        yield Visited(page, wire, end - began, end)
    finally:
        context.close()


def settle(page: Page, *, wait: int = 1500) -> None:
    """Wait until the page's script has run and its charts were laid out again."""
    page.locator(IDLE).wait_for()
    page.wait_for_timeout(wait)
    page.locator(IDLE).wait_for()


def stopwatch(
    page: Page,
    ready: str,
    act: Callable[[], object],
    *,
    begins: Sequence[str] = ("pointerdown", "change"),
) -> float:
    """Seconds from the click or the choice that `act` makes to the frame that shows `ready`.

    Parameters
    ----------
    begins
        The events of the browser that count as its beginning.
    """
    page.evaluate(
        """([ready, begins]) => {
            const done = new Function("return " + ready);
            const begin = () => {
                if (window.began) return;
                window.began = performance.now();
                const drawn = () => { window.took = performance.now() - window.began; };
                const look = () => requestAnimationFrame(done() ? drawn : look);
                look();
            };
            for (const event of begins) addEventListener(event, begin, true);
        }""",
        [ready, list(begins)],
    )
    act()
    page.wait_for_function("window.took", polling=50)
    return page.evaluate("window.took") / 1000
