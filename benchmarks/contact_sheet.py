"""The most unusual works of some painters on one sheet, with the reasons, for a person to judge.

    python -m benchmarks.contact_sheet [--store STORE] [--embedding NAME] [--painters 10] [--top 5]

The store must have been explored. Writes a PNG and prints the same as text.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from artextract.collection.images import open_picture
from artextract.collection.sources import open_source
from artextract.oeuvres.embeddings import explored_embeddings
from artextract.oeuvres.outliers.reasons import render
from artextract.oeuvres.results import read_table
from artextract.store import Store

SIDE = 200  # pixels of a picture
BELOW = 120  # pixels for what is said of it
LETTERS = 34  # to a line


def sheet(store: Store, chosen: pd.DataFrame, *, top: int) -> Image.Image:
    """A row for each painter of `chosen`, whose rows are of the part "outliers"."""
    works, source = store.works().set_index("work_id"), open_source(store)
    painters = chosen["creator"].unique()
    picture = Image.new("RGB", (top * (SIDE + 10), len(painters) * (SIDE + BELOW)), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(11)
    for row, painter in enumerate(painters):
        own = chosen[chosen["creator"] == painter].head(top)
        for column, work in enumerate(own.itertuples()):
            x, y = column * (SIDE + 10), row * (SIDE + BELOW)
            with source.open(works.loc[work.work_id, "path"]) as stream:
                small = open_picture(stream, min_side=SIDE)
            small.thumbnail((SIDE, SIDE))
            picture.paste(small, (x, y))
            said = [f"{painter}, work {work.work_id}", *map(render, [*work.reasons, *work.faults])]
            lines = [line for text in said for line in textwrap.wrap(text, LETTERS)]
            draw.text((x + 2, y + SIDE + 2), "\n".join(lines[:9]), "black", font)
    return picture


def main() -> None:
    """Write the sheet and print what it says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--embedding")
    parser.add_argument("--painters", type=int, default=10, help="those with the most works")
    parser.add_argument("--top", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("outliers.png"))
    arguments = parser.parse_args()
    store = Store(arguments.store)
    found = read_table(
        store, arguments.embedding or explored_embeddings(store, "outliers")[0], "outliers"
    )
    largest = found["creator"].value_counts(sort=True).index[: arguments.painters]
    found = found[found["creator"].isin(largest)].sort_values(
        ["creator", "score"], ascending=[True, False]
    )
    chosen = found.groupby("creator").head(arguments.top)
    sheet(store, chosen, top=arguments.top).save(arguments.out)
    works = store.works().set_index("work_id")
    for work in chosen.to_dict("records"):
        path = works.loc[work["work_id"], "path"]
        sentences = "; ".join(map(render, [*work["reasons"], *work["faults"]]))
        print(f"{work['work_id']}\t{path}\t{sentences}")
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
