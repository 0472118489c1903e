"""How charts behave in the browser."""

from __future__ import annotations

from typing import Any


def config(name: str) -> dict[str, Any]:
    """Plotly's configuration of a chart whose button downloads it as `name`.svg.

    :func:`components.picture_formats.picture_formats` sets another beside it, for PNG.
    """
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }
