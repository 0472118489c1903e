"""List the works that figures were made with: path in the WikiArt release and digest of the file.

Whoever has the release takes the listed paths from it. A digest that is the same says that the
picture is, too: the figures in docs/figures.md were made with pictures of 224 by 224 pixels.

    python -m benchmarks.list_works wikiart-pd24 --out benchmarks/pd24.csv
    python -m benchmarks.list_works wikiart-pd24 --check benchmarks/pd24.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from hashlib import blake2b
from pathlib import Path

SUFFIXES = {".jpg", ".jpeg", ".png"}


def list_works(folder: Path) -> dict[str, str]:
    """Digest (blake2b, 16 bytes, hexadecimal) of every picture below `folder`, by its path."""
    return {
        path.relative_to(folder).as_posix(): blake2b(path.read_bytes(), digest_size=16).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
    }


def read(listing: Path) -> dict[str, str]:
    """What :func:`list_works` gave when `listing` was written."""
    with listing.open(encoding="utf-8", newline="") as file:
        return {row["path"]: row["digest"] for row in csv.DictReader(file)}


def main() -> int:
    """Write a list, or compare a folder with one; 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a WikiArt release, or a part of one")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, help="the list to write")
    what.add_argument("--check", type=Path, help="the list to compare with")
    options = parser.parse_args()

    found = list_works(options.folder)
    if options.out:
        with options.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["path", "digest"])
            writer.writerows(found.items())
        print(f"wrote {options.out}: {len(found):,} works")
        return 0
    listed = read(options.check)
    missing = sorted(listed.keys() - found.keys())
    other = sorted(path for path in listed.keys() & found.keys() if listed[path] != found[path])
    print(
        f"{len(listed):,} works are listed: {len(missing):,} missing, {len(other):,} of other "
        f"content, {len(found.keys() - listed.keys()):,} more in {options.folder}"
    )
    return int(bool(missing or other))


if __name__ == "__main__":
    sys.exit(main())
