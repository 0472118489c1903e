"""What `pip install artextract-*.whl` gives, in an environment outside any clone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from pathlib import Path

import pytest

import artextract

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.wheel


def run(*command: object, cwd: Path, **environment: str) -> str:
    """Output of a command that must succeed, without what points Python at the clone."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "ARTEXTRACT_STORE")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, as an index of packages would get it."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "hatchling", "build", "-d", folder)
    run(*build, "-t", "sdist", cwd=ROOT)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    run(*build, "-t", "wheel", cwd=next((folder / "unpacked").iterdir()))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; all that it needs is borrowed from this one.

    Its path names this environment's packages, but no .pth file among them is read, so that the
    editable installation of the clone is not there.
    """
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    packages = Path(
        run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder).strip()
    )
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps")
    run(*pip, "--ignore-installed", "--no-index", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_the_gallery_and_its_theme_are_in_the_package(environment: Path, elsewhere: Path):
    code = "import artextract; print(artextract.__path__[0])"
    package = Path(run(environment / "python", "-c", code, cwd=elsewhere).strip())
    ours = {path.relative_to(ROOT / "app") for path in (ROOT / "app").rglob("*.*")}
    theirs = {path.relative_to(package / "_app") for path in (package / "_app").rglob("*.*")}

    assert package.is_relative_to(environment.parent)
    assert {path for path in ours - theirs if path.suffix != ".pyc"} == set()
    assert tomllib.loads((package / "_app/.streamlit/config.toml").read_text())["theme"]
    assert (package / "py.typed").exists()


def test_the_command_answers(environment: Path, elsewhere: Path):
    assert artextract.__version__ in run(environment / "artextract", "--version", cwd=elsewhere)
    assert "train" in run(environment / "artextract", "--help", cwd=elsewhere)


_VISIT = """
import subprocess, sys
from urllib.request import urlopen
import artextract
from artextract.pipeline.gallery import FOLDER, running
with running(artextract.Store(sys.argv[1])) as address:
    page = urlopen(address).read().decode()
show = [sys.executable, "-m", "streamlit", "config", "show"]
settings = subprocess.run(show, cwd=FOLDER, capture_output=True, text=True, check=True).stdout
print(artextract.__file__, "<title>" in page, 'primaryColor = "#a5341f"' in settings)
"""

_PAGES = """
import sys
from pathlib import Path
import artextract
from streamlit.testing.v1 import AppTest
app = Path(artextract.__path__[0]) / "_app"
for page in sorted((app / "views").glob("*.py")):
    at = AppTest.from_file(str(app / "streamlit_app.py"), default_timeout=60)
    at.switch_page(f"views/{page.name}")
    at.run()
    assert not at.exception, (page, at.exception)
"""


def test_the_gallery_starts_with_its_theme(environment: Path, elsewhere: Path):
    # Settings of another app, where the command is given, are not the gallery's.
    (elsewhere / ".streamlit").mkdir()
    (elsewhere / ".streamlit" / "config.toml").write_text('[server]\nbaseUrlPath = "other"\n')

    package, page, theme = run(
        environment / "python", "-c", _VISIT, elsewhere / "store", cwd=elsewhere
    ).split()

    assert Path(package).is_relative_to(environment.parent)
    assert (page, theme) == ("True", "True")


def test_every_page_runs(environment: Path, elsewhere: Path):
    run(
        environment / "python",
        "-c",
        _PAGES,
        cwd=elsewhere,
        ARTEXTRACT_STORE=str(elsewhere / "store"),
    )


def test_a_core_without_the_gallery_names_the_extra(environment: Path, elsewhere: Path):
    code = (
        "import sys; sys.modules['streamlit'] = None\n"
        "from artextract.__main__ import main\n"
        "sys.exit(main(['app']))"
    )
    done = subprocess.run(
        [environment / "python", "-c", code],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "pip install 'artextract[app]'" in done.stderr
