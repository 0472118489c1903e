"""Starting and ending the gallery."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artextract.pipeline import gallery
from artextract.store import Store, StoreError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("port", [0, -1, 65536, 99999999])
def test_a_port_that_does_not_exist_is_refused(tmp_path: Path, port: int):
    with pytest.raises(StoreError, match=f"no port {port}"):
        gallery.serve(Store(tmp_path), port=port)


def test_a_port_in_use_is_refused(tmp_path: Path):
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=f"port {port} of localhost is in use"):
            gallery.serve(Store(tmp_path), port=port)


def test_sigterm_ends_the_server_and_what_it_started(tmp_path: Path):
    """A stand-in for Streamlit that starts a process of its own, as a build on a page does."""
    child = "import time; time.sleep(600)"
    server = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid))\n"
        "time.sleep(600)"
    )
    code = (
        "import sys\n"
        "from artextract.pipeline import gallery\n"
        "from artextract.store import Store\n"
        f"gallery._command = lambda port: [sys.executable, '-c', {server!r}]\n"
        f"sys.exit(gallery.serve(Store({str(tmp_path)!r}), port={free_port()}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    end = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    started = int((tmp_path / "pid").read_text())
    while alive(started):
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_listens_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    told = tmp_path / "told"
    code = f"import os; open({str(told)!r}, 'w').write(os.environ['STREAMLIT_SERVER_ADDRESS'])"
    monkeypatch.setattr(gallery, "_command", lambda port: [sys.executable, "-c", code])

    gallery.serve(Store(tmp_path), port=free_port())
    assert told.read_text() == "localhost"  # nobody else is let in unasked

    gallery.serve(Store(tmp_path), host="0.0.0.0", port=free_port())
    assert told.read_text() == "0.0.0.0"
