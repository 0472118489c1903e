"""Starting the gallery, a Streamlit app, on a store.

In an installed package the app lies inside it as ``_app``, with its theme; in a clone it is the
folder ``app/`` beside the package, and the theme is in ``.streamlit/``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

from artextract.store import Store, StoreError

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "_app"
APP = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "app"
# Streamlit is started here: it reads .streamlit/config.toml of the folder it is started in, and a
# file of that name wherever the command was given is somebody else's.
FOLDER = APP if (APP / ".streamlit").is_dir() else APP.parent


def serve(
    store: Store,
    *,
    host: str | None = None,
    port: int = 8501,
    open_browser: bool | None = None,
) -> int:
    """Serve the gallery until it is interrupted or terminated.

    Parameters
    ----------
    store
        What the gallery shows. It may be empty: the pages then say how to fill it.
    host
        Address to listen on; "0.0.0.0" lets other machines in. None takes that of the environment
        variable ``STREAMLIT_SERVER_ADDRESS``, or else this machine alone.
    port
        TCP port, 1 to 65535.
    open_browser
        Whether to open a browser window; None does so where there is a screen.

    Returns
    -------
    The exit status of Streamlit, 0 after an interruption or a SIGTERM.

    Raises
    ------
    StoreError
        If the app's files or Streamlit are not installed, there is no such port, or another
        program listens on it.
    """
    command = _command(port)
    if open_browser is not None:
        command += ["--server.headless", str(not open_browser).lower()]
    address = host or os.environ.get("STREAMLIT_SERVER_ADDRESS") or "localhost"
    _require_free(address, port)
    environment = os.environ | {
        "ARTEXTRACT_STORE": str(store.root.absolute()),
        "STREAMLIT_SERVER_ADDRESS": address,
    }

    # A group of its own, so that a build which a page has started ends with the server.
    process = subprocess.Popen(
        command, cwd=FOLDER, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    # A closed terminal (SIGHUP) does not reach another group by itself.
    before = {n: signal.signal(n, _interrupt) for n in (signal.SIGTERM, signal.SIGHUP)}
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _end(process)
        for number, handler in before.items():
            signal.signal(number, handler)


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
        cwd=FOLDER,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + seconds
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise StoreError(f"the gallery did not start within {seconds:.0f} s")
            time.sleep(0.2)
        yield address
    finally:
        _end(process)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _end(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """End a server with all that it started: first asked to, then killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def _require_free(address: str, port: int) -> None:
    """Refuse a port that does not exist, or on which another program listens.

    Streamlit would say so as well, after seconds and in words of its own.
    """
    if not 1 <= port <= 65535:
        raise StoreError(f"there is no port {port}; ports are 1 to 65535")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.create_server((address, port), family=family):
            return
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"cannot listen on {address}:{port} ({reason})") from error


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _command(port: int) -> list[str]:
    script = APP / "streamlit_app.py"
    if not script.is_file():
        raise StoreError(
            f"the gallery's files are missing from {APP}",
            command="pip install --force-reinstall --no-deps artextract",
        )
    for package in ("streamlit", "plotly"):
        if find_spec(package) is None:
            raise StoreError(
                f"the gallery needs {package}", command="pip install 'artextract[app]'"
            )
    return [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
