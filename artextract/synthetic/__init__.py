"""A collection of paintings by eight invented painters, painted by the program itself.

No picture of anyone else's is needed to try the package: `paint_collection` paints 600 works in a
few styles and genres, with the labels a catalogue would give them.
"""

from artextract.synthetic.catalogue import Work, plan
from artextract.synthetic.easel import paint
from artextract.synthetic.painters import GENRES, PAINTERS, STYLES, Painter
from artextract.synthetic.workshop import paint_collection

__all__ = [
    "GENRES",
    "PAINTERS",
    "STYLES",
    "Painter",
    "Work",
    "about",
    "paint",
    "paint_collection",
    "plan",
]


def about() -> list[dict[str, str]]:
    """Return name, years and a one-sentence description of each invented painter."""
    return [
        {"name": p.name, "years": f"{p.born}-{p.died}", "description": p.description}
        for p in PAINTERS
    ]
