"""Starting the gallery: the Streamlit app in `app/`, on a store."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

from artextract.store import Store, StoreError

_CHECKOUT = Path(__file__).resolve().parents[2]


def serve(store: Store, *, port: int = 8501, open_browser: bool | None = None) -> int:
    """Serve the gallery until it is interrupted.

    It listens on this machine alone; set ``STREAMLIT_SERVER_ADDRESS`` to let others in.

    Parameters
    ----------
    store
        What the gallery shows. It may be empty: the pages then say how to fill it.
    port
        TCP port, 1 to 65535.
    open_browser
        Whether to open a browser window; None does so where there is a screen.

    Returns
    -------
    The exit status of Streamlit, 0 after an interruption.

    Raises
    ------
    StoreError
        If the app's files or Streamlit are not installed.
    """
    command = _command(port)
    if open_browser is not None:
        command += ["--server.headless", str(not open_browser).lower()]
    environment = os.environ | {"ARTEXTRACT_STORE": str(store.root.absolute())}
    environment.setdefault("STREAMLIT_SERVER_ADDRESS", "localhost")
    try:
        return subprocess.run(command, cwd=_CHECKOUT, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


@contextmanager
def running(store: Store, *, seconds: float = 60) -> Iterator[str]:
    """A gallery in the background, without a browser window, for tests and screenshots.

    Parameters
    ----------
    seconds
        How long it may take to start.

    Yields
    ------
    Its address, on a free port.

    Raises
    ------
    StoreError
        As :func:`serve`, or if it does not start in time.
    """
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    environment = os.environ | {
        "ARTEXTRACT_STORE": str(store.root.absolute()),
        "STREAMLIT_SERVER_ADDRESS": "localhost",
    }
    process = subprocess.Popen(
        [*_command(port), "--server.headless", "true"],
        cwd=_CHECKOUT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + seconds
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise StoreError(f"the gallery did not start within {seconds:.0f} s")
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _command(port: int) -> list[str]:
    app = _CHECKOUT / "app" / "streamlit_app.py"
    if not app.is_file():
        raise StoreError(
            "the gallery is not part of an installed package; run it from a clone of the project: "
            "make app"
        )
    if find_spec("streamlit") is None:
        raise StoreError("the gallery needs streamlit", command="pip install -r requirements.txt")
    # Started as a module from the checkout, because only then are the package and the theme in
    # .streamlit/config.toml found, whatever folder the command was given in.
    return [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
