"""What becomes of every command and every page where a file of the store is not what it should be.

    python -m benchmarks.damaged_stores STORE [--of-another STORE] [--share 0.05] [--picture FILE]
        [--source FILE]

STORE is explored and evaluated. Every file of it is damaged in every way of :func:`damages`, in a
copy, and every command and every page is asked; with --share that part of these questions, drawn at
random. Every answer must be an answer, or one sentence and exit code 2. Prints what was tried and
how many answers were tracebacks, and ends with status 1 where one was.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load, save

from artextract.cli import main as run_command
from artextract.store import Store

PAGES = (
    *("overview", "browse", "work", "predict", "confusion", "class_report", "outliers", "map"),
    *("labels", "training"),
)
APP = Path(__file__).parents[1] / "app"
_OTHER_VALUES: tuple[Any, ...] = (None, [], {}, "other", -1, True)


def damages(path: Path, *, most: int = 40, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Ways to damage a file, ``(what was done, the content then)``; `most` of its own kind."""
    content = path.read_bytes()
    rng = np.random.default_rng([seed, len(content)])
    yield "empty", b""
    yield "cut", content[: len(content) // 2]
    yield "cut at its end", content[:-7]
    yield "garbled", rng.permutation(np.frombuffer(content, np.uint8)).tobytes()
    yield "garbled at its head", rng.bytes(16) + content[16:]
    for text in ("[]", "{}", "null", '"text"', "3"):
        yield text, text.encode()
    kinds = {
        ".json": _of_json,
        ".parquet": _of_table,
        ".csv": _of_table,
        ".npy": _of_array,
        ".safetensors": _of_tensors,
    }
    if path.suffix in kinds:
        made = list(kinds[path.suffix](path))
        chosen = rng.permutation(len(made))[:most]
        yield from (made[i] for i in sorted(chosen))


def _of_json(path: Path) -> Iterator[tuple[str, bytes]]:
    content = json.loads(path.read_text("utf-8"))
    for place in _places(content):
        for value in (..., *_OTHER_VALUES):
            changed = json.loads(path.read_text("utf-8"))
            inside = changed
            for key in place[:-1]:
                inside = inside[key]
            if value is ...:
                del inside[place[-1]]
            else:
                inside[place[-1]] = value
            done = "without" if value is ... else json.dumps(value)
            yield f"{'.'.join(map(str, place))}: {done}", json.dumps(changed).encode()


def _places(content: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, dict):
        for key in list(content)[:8]:
            yield (*above, key)
            yield from _places(content[key], (*above, key))
    elif isinstance(content, list) and content:
        yield (*above, 0)
        yield from _places(content[0], (*above, 0))


def _of_table(path: Path) -> Iterator[tuple[str, bytes]]:
    csv = path.suffix == ".csv"
    table = pd.read_csv(path) if csv else pd.read_parquet(path)

    def written(changed: pd.DataFrame) -> bytes:
        if csv:
            return changed.to_csv(index=False).encode()
        buffer = io.BytesIO()
        changed.to_parquet(buffer, index=False)
        return buffer.getvalue()

    yield "other columns", written(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    yield "no rows", written(table.iloc[:0])
    yield "half its rows", written(table.iloc[: len(table) // 2])
    yield "every row twice", written(pd.concat([table, table]))
    for name in table.columns:
        yield f"without {name}", written(table.drop(columns=name))
        yield f"{name} as text", written(table.assign(**{name: "other"}))
        yield f"{name} as numbers", written(table.assign(**{name: 10.0**9}))
        yield f"{name} missing", written(table.assign(**{name: None}))


def _of_array(path: Path) -> Iterator[tuple[str, bytes]]:
    array = np.load(path)

    def written(changed: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        np.save(buffer, changed)
        return buffer.getvalue()

    yield "another type", written(array.astype("U8"))
    yield "complex numbers", written(array.astype(np.complex64))
    yield "another shape", written(array.reshape(-1, 1, 1))
    yield "no dimension", written(np.array(1, np.float16))
    yield "half its rows", written(array[: len(array) // 2])
    yield "every row twice", written(np.concatenate([array, array]))
    yield "beyond all works", written(array + 1000)
    yield "objects", written(np.array([{"a": 1}], dtype=object))
    if array.ndim == 2:
        yield "one column", written(array[:, :1])
        yield "transposed", written(array.T)


def _of_tensors(path: Path) -> Iterator[tuple[str, bytes]]:
    arrays = load(path.read_bytes())
    yield "nothing in it", save({})
    yield "something else", save({"a": np.zeros(3, np.float32)})
    for name, array in list(arrays.items())[:16]:
        rest = {k: v for k, v in arrays.items() if k != name}
        yield f"without {name}", save(rest)
        yield f"{name} of another shape", save(rest | {name: np.zeros((2, 3, 1), array.dtype)})
        yield f"{name} of another type", save(rest | {name: np.zeros(array.shape, np.int8)})
        if array.ndim:
            yield f"{name} longer", save(rest | {name: np.concatenate([array, array])})
        if array.dtype.kind in "iuf":
            yield f"{name} beyond", save(rest | {name: np.asarray(array + array.dtype.type(100))})


def damageable(root: Path) -> list[Path]:
    """The files of a store, a few of its pictures for all, relative to it."""
    files = [p for p in sorted(root.rglob("*")) if p.is_file() and "collection" not in p.parts]
    pictures = [p for p in files if p.suffix == ".jpg"]
    return [p.relative_to(root) for p in files if p not in pictures[2:] and p.name != ".lock"]


def damaged_copy(root: Path, file: Path, content: bytes, folder: Path) -> Store:
    """A copy of a store, its other files linked, with one that has another content."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root, folder, copy_function=_link)
    (folder / file).unlink()
    (folder / file).write_bytes(content)
    return Store(folder)


def _link(source: str, target: str) -> None:
    if Path(source).name == "annotations.jsonl":  # the one file that is not replaced
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def commands(store: Store, picture: Path, source: Path | None = None) -> dict[str, list[str]]:
    """Every command that reads a store; "index" with the source that it was indexed from."""
    at = ["--store", str(store.root)]
    return ({"index": ["index", str(source), *at]} if source else {}) | {
        "train": ["train", "--config", str(store.root / "again.toml"), "--workers", "0", *at],
        "evaluate": ["evaluate", *at],
        "embed": ["embed", "--workers", "0", *at],
        "explore": ["explore", "--projection", "pca", "--min-works", "10", *at],
        "audit": ["audit", *at],
        "confusion": ["confusion", *at],
        "label-issues": ["label-issues", *at],
        "predict": ["predict", str(picture), *at],
        "typicality": ["typicality", str(picture), "--artist", "a", *at],
    }


def ask_command(words: list[str]) -> str:
    """What becomes of a command: "answer", "sentence", or what is wrong with it."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        try:
            code = run_command(["--quiet", *words])
        except BaseException:
            return traceback.format_exc(limit=-3)
    lines = [line for line in said.getvalue().splitlines() if line.strip()]
    if code in (0, 1):
        return "answer"
    ours = bool(lines) and lines[-1].startswith("artextract: ") and len(lines) == 1
    return "sentence" if code == 2 and ours else f"exit code {code}: {lines[-3:]}"


def ask_page(store: Store, page: str) -> str:
    """What becomes of a page: "answer", or the exception on it."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    os.environ["ARTEXTRACT_STORE"] = str(store.root)
    if str(APP) not in sys.path:
        sys.path.insert(0, str(APP))
    st.cache_data.clear()
    st.cache_resource.clear()
    at = AppTest.from_file(str(APP / "streamlit_app.py"), default_timeout=300)
    if page != "overview":
        at.switch_page(f"views/{page}.py")
    if page == "work":
        at.query_params["work"] = "1"
    at.run()
    return str(at.exception[0].value) if at.exception else "answer"


def damaged_files(root: Path, other: Path | None) -> Iterator[tuple[Path, str, bytes]]:
    """Every file and damage, with the damaged content."""
    for file in damageable(root):
        for what, content in damages(root / file):
            yield file, what, content
        if other and (other / file).is_file():
            yield file, "of another store", (other / file).read_bytes()


def main() -> None:
    """Ask, count, and name what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--of-another", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="Of the questions, 0..1.")
    parser.add_argument("--picture", type=Path, help="One that is predicted; else a thumbnail.")
    parser.add_argument("--source", type=Path, help="From which it was indexed.")
    options = parser.parse_args()
    picture = options.picture or next(options.store.glob("thumbnails/*.jpg")).absolute()
    (name,) = [path.parent.name for path in options.store.glob("models/*/training.toml")][:1]
    recipe = (options.store / "models" / name / "training.toml").read_text("utf-8")
    rng = np.random.default_rng(0)
    of_all = 0
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=options.store.parent) as folder:
        readers = [
            *commands(Store("."), picture, options.source),
            *(f"page {page}" for page in PAGES),
        ]
        for file, what, content in damaged_files(options.store, options.of_another):
            of_all += len(readers)
            for reader in rng.permutation(readers)[rng.random(len(readers)) < options.share]:
                store = damaged_copy(options.store, file, content, Path(folder) / "store")
                (store.root / "again.toml").write_text(recipe, "utf-8")
                if reader.startswith("page "):
                    answer = ask_page(store, reader.removeprefix("page "))
                else:
                    answer = ask_command(commands(store, picture, options.source)[reader])
                kind = answer if answer in ("answer", "sentence") else "wrong"
                found[kind] += 1
                if kind == "wrong":
                    print(f"{file} {what}, {reader}: {answer}", flush=True)
    print(f"{sum(found.values()):,} of {of_all:,} questions asked: {dict(found)}")
    raise SystemExit(bool(found["wrong"]))


if __name__ == "__main__":
    main()
