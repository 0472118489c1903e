"""``python -m artextract``: the commands, see :mod:`artextract.cli`."""

from artextract.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
