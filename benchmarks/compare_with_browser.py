"""Compare how pictures are opened here with how a browser shows them, which decodes independently.

    python -m benchmarks.compare_with_browser [--tolerance 3]

Modes, orientations, frames, profiles, depths and damaged EXIF of benchmarks.hostile_pictures, as
far as Chromium reads the format, are drawn on a white canvas there. Told are those whose size
differs, or the mean colour of a ninth of the picture by more than `--tolerance` levels of 255;
those in which the two are meant to differ are counted apart.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import sys

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from artextract.collection.images import PictureError, open_picture
from benchmarks.hostile_pictures import colours, exifs, modes

_TYPES = {b"\xff\xd8": "jpeg", b"\x89P": "png", b"RI": "webp", b"\0\0": "avif"}
_MEANT = (  # kind, beginning and end of the name
    ("orientations", "WEBP", ""),  # Chromium leaves the EXIF of WebP aside
    ("several frames", "AVIF", ""),  # up to 8 levels apart in one film; why is not known
    ("profiles", "PNG", " lab"),  # it takes a profile of Lab for one of RGB
)
_DRAW = """async (source) => {
  const image = new Image();
  image.src = source;
  try { await image.decode(); } catch { return null; }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let text = "";
  for (let i = 0; i < pixels.length; i += 4096)
    text += String.fromCharCode(...pixels.subarray(i, i + 4096));
  return [canvas.width, canvas.height, btoa(text)];
}"""


def ninths(pixels: np.ndarray) -> np.ndarray:
    """Mean colour of each ninth of a picture: (9, 3)."""
    rows = [part for row in np.array_split(pixels, 3, 0) for part in np.array_split(row, 3, 1)]
    return np.array([part[..., :3].mean(axis=(0, 1)) for part in rows])


def main() -> None:
    """Compare all and print a table; exit 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tolerance", type=float, default=3)
    tolerance = parser.parse_args().tolerance
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--force-color-profile=srgb"]
        )
        page = browser.new_page()
        for made in (one for kind in (modes, colours, exifs) for one in kind()):
            kind = _TYPES.get(made.content[:2])
            if kind is None:  # TIFF
                continue
            source = f"data:image/{kind};base64,{base64.b64encode(made.content).decode()}"
            drawn = page.evaluate(_DRAW, source)
            try:
                ours = np.asarray(open_picture(made.content))
            except PictureError:
                ours = None
            if drawn is None or ours is None:
                if (drawn is None) != (ours is None):
                    print(f"{made.kind}: {made.name}: {'browser' if ours is None else 'we'} alone")
                continue
            width, height, text = drawn
            theirs = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
            if theirs.shape[:2] != ours.shape[:2]:
                difference = np.inf
                told = f"{width}×{height} there, {ours.shape[1]}×{ours.shape[0]} here"
            else:
                there, here = ninths(theirs), ninths(ours)
                difference = float(np.abs(there - here).max())
                told = f"{there.mean(0).round()} there, {here.mean(0).round()} here"
            meant = difference > tolerance and any(
                made.kind == kind and made.name.startswith(start) and made.name.endswith(end)
                for kind, start, end in _MEANT
            )
            rows.append((made.kind, difference <= tolerance, meant))
            if difference > tolerance and not meant:
                print(f"{made.kind}: {made.name}: {difference:.1f} levels, {told}")
        browser.close()
    frame = pd.DataFrame(rows, columns=["kind", "same", "meant"])
    table = frame.groupby("kind").agg(
        compared=("same", "size"), same=("same", "sum"), meant=("meant", "sum")
    )
    print(table.to_string())
    sys.exit(int(not (frame["same"] | frame["meant"]).all()))


if __name__ == "__main__":
    main()
