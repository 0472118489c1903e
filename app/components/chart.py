"""How charts behave in the browser."""

from __future__ import annotations

from typing import Any


def config(name: str) -> dict[str, Any]:
    """Plotly's configuration of a chart whose one button downloads it as `name`.svg."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }
