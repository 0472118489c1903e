"""Streamlit's own command, with what the first page needs read while the browser is on its way.

    python -m app.warm_server run app/streamlit_app.py ...

A browser takes a second or two from the address to its first question, in which the server would
wait, only to begin then with importing pandas and Plotly.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from streamlit.web import cli


def _import_ahead() -> None:
    """Import libraries that the first page needs, and have Plotly make a first figure.

    No module of the gallery: those speak to a server that runs. Nor what only some pages need.
    """
    with suppress(ImportError):  # the page says it better
        import pandas  # noqa: F401
        import plotly.graph_objects as go
        import pyarrow.parquet  # noqa: F401
        from PIL import Image  # noqa: F401

        import artextract.collection.sources
        import artextract.store  # noqa: F401

        go.Figure().add_bar(x=[1]).update_layout(xaxis={"visible": False}).to_json()


if __name__ == "__main__":
    Thread(target=_import_ahead, daemon=True).start()
    cli.main(prog_name="streamlit")
