"""Starting the gallery, a Streamlit app, on a store.

In an installed package the app lies inside it as ``_app``, with its theme; in a clone it is the
folder ``app/`` beside the package, and the theme is in ``.streamlit/``.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
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
    compare: Sequence[Store] = (),
    host: str = "localhost",
    port: int = 8501,
    open_browser: bool | None = None,
) -> int:
    """Serve the gallery until Ctrl-C or SIGTERM, which end what it builds as well.

    Parameters
    ----------
    store
        What the gallery shows. It may be empty: the pages then say how to fill it.
    compare
        Other stores, such as earlier runs, with whose models those of `store` can be compared.
    host
        Address to listen on: "localhost" is for this machine alone, "0.0.0.0" lets others in.
    port
        TCP port, 1 to 65535.
    open_browser
        Whether to open a browser window; None does so where there is a screen.

    Returns
    -------
    The exit status of Streamlit, 0 after Ctrl-C or SIGTERM.

    Raises
    ------
    StoreError
        If the app or Streamlit is not installed, or the port is in use or does not exist.
    """
    command = _command(port)
    _require_free(host, port)
    if open_browser is not None:
        command += ["--server.headless", str(not open_browser).lower()]
    with _ended_by(signal.SIGTERM, signal.SIGHUP):
        process = _start(command, store, host, compare=compare)
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _end(process)


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
    command = [*_command(port), "--server.headless", "true"]
    process = _start(command, store, "localhost", stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + seconds
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise StoreError(f"the gallery did not start within {seconds:.0f} s")
            time.sleep(0.2)
        yield address
    finally:
        _end(process)


def _start(
    command: list[str],
    store: Store,
    host: str,
    stdout: int | None = None,
    compare: Sequence[Store] = (),
) -> subprocess.Popen[bytes]:
    """Start Streamlit as the head of a process group, to which all that it starts belongs."""
    environment = os.environ | {
        "ARTEXTRACT_STORE": str(store.root.absolute()),
        "STREAMLIT_SERVER_ADDRESS": host,
    }
    if compare:
        others = [str(other.root.absolute()) for other in compare]
        environment["ARTEXTRACT_COMPARE"] = os.pathsep.join(others)
    return subprocess.Popen(
        command,
        cwd=FOLDER,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """End a process of :func:`_start` and its group, by force after so many seconds."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # nobody of the group is left
        os.killpg(process.pid, number)


@contextmanager
def _ended_by(*numbers: signal.Signals) -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt in the main thread, as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_free(host: str, port: int) -> None:
    """Refuse a port that is in use, which Streamlit would say in its own way, and too late."""
    if not 1 <= port <= 65535:
        raise StoreError(f"there is no port {port}; ports are 1 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StoreError(
                f"port {port} of {host} is in use",
                command=f"artextract app --port {port % 65535 + 1}",
            ) from error
        raise StoreError(
            f"the gallery cannot listen on {host}, port {port}: {error.strerror or error}"
        ) from error


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
    # Streamlit's own command, which reads what the first page needs before it is asked for it.
    server = "warm_server" if FOLDER == APP else "app.warm_server"
    return [sys.executable, "-m", server, "run", str(script), "--server.port", str(port)]
