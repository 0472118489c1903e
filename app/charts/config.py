"""How charts behave in the browser."""

from __future__ import annotations

from typing import Any


def config(name: str) -> dict[str, Any]:
    """Plotly's configuration of a chart whose button downloads it as `name`.png."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
    }
