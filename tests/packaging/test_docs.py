"""README and docs/: links lead somewhere, commands exist, figures agree."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from artextract.cli import main
from benchmarks.list_works import list_works, read

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# What the documentation says of commands now; the changelog also names those of earlier versions.
CURRENT = [page for page in PAGES if page.name != "CHANGELOG.md"]


def anchors(page: Path) -> set[str]:
    """Names by which GitHub finds the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"&\w+;|[^\w\s-]", "", heading.lower()) for heading in headings)
    return {text.strip().replace(" ", "-") for text in plain}


def commands(text: str) -> set[tuple[str, str]]:
    """``(command, option)`` of each call of artextract in code; option "" is the call itself."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = set()
    for line in [*lines, *(" ".join(code.split()) for code in inline)]:
        call = re.search(r"\bartextract ([a-z]+(?:-[a-z]+)*)\b([^#|]*)", line.partition("#")[0])
        if call:
            found.add((call[1], ""))
            found |= {(call[1], option) for option in re.findall(r"--[a-z][a-z-]+", call[2])}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(\s*([^)\s]+)\s*\)", page.read_text("utf-8"))
    for link in (link for link in links if "://" not in link):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_commands_exist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    wanted = set().union(*(commands(page.read_text("utf-8")) for page in CURRENT))
    assert len(wanted) > 30  # else they are no longer found in the text
    for name, value in {"COLUMNS": "250", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    lacking = []
    for command in sorted({command for command, _ in wanted}):
        code, said = main([command, "--help"]), capsys.readouterr().out
        there = {"", *re.findall(r"--[a-z][a-z-]+", said)} if code == 0 else set()
        lacking += [pair for pair in sorted(wanted) if pair[0] == command and pair[1] not in there]

    assert lacking == []


def test_the_readme_is_short_and_its_figures_are_those_of_the_docs():
    readme = (ROOT / "README.md").read_text("utf-8")
    figures = (ROOT / "docs" / "figures.md").read_text("utf-8")
    told = re.findall(r"\d+\.\d \(\d+\.\d–\d+\.\d\)", readme)

    assert len(readme.splitlines()) < 150
    assert told
    assert all(figure in figures for figure in told)


def test_a_change_touches_three_files_that_exist_at_most():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE)[1:]
    assert len(rows) >= 12
    for change, where in rows:
        files = re.findall(r"`([\w/<>.]+\.(?:py|md))`", where)
        there = [
            f
            for f in files
            if "<" in f or (ROOT / f).exists() or (ROOT / "artextract" / f).exists()
        ]
        assert len(files) <= 3, change
        assert files == there, change


def test_the_list_of_works_is_whole():
    with (ROOT / "benchmarks" / "pd24.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len({row["path"] for row in rows}) == len(rows) == 4587
    assert all(re.fullmatch(r"[0-9a-f]{32}", row["digest"]) for row in rows)


@pytest.mark.wikiart
@pytest.mark.skipif("ARTEXTRACT_WIKIART" not in os.environ, reason="ARTEXTRACT_WIKIART is not set")
def test_the_list_of_works_is_that_of_the_folder():
    folder = Path(os.environ["ARTEXTRACT_WIKIART"])

    assert list_works(folder) == read(ROOT / "benchmarks" / "pd24.csv")
