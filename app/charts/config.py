"""How charts behave in the browser, and the colours of what they tell apart."""

from __future__ import annotations

from typing import Any

# 24 classes apart, on the light page and on the dark: any two differ by 14.0 (CIEDE2000), by 8.8 to
# eyes without red or green cones, and every one by 2 : 1 or more from both grounds
# (python -m benchmarks.palette).
CATEGORIES = (
    "#90245a", "#f3a200", "#51bdfc", "#a25100", "#f399ab", "#365ae1", "#7e7e63", "#6c7590",
    "#63483f", "#a2b47e", "#b47e00", "#b4a2c6", "#5a90fc", "#ea1b99", "#991b1b", "#5a3f90",
    "#51753f", "#09636c", "#f3245a", "#a275bd", "#5a7e75", "#b49087", "#ea8751", "#1bc6ab",
)  # fmt: skip


def config(name: str) -> dict[str, Any]:
    """Plotly's configuration of a chart whose button downloads it as `name`.png."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
    }
