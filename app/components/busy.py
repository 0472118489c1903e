"""A bar at the top edge while the server works: every click is answered at once."""

from __future__ import annotations

import streamlit as st

# The state of the script stands at the app's root as soon as the server has begun, some 30 ms
# after a click; Streamlit's own sign of it comes later and in a corner.
_CSS = """
[data-testid="stApp"]:is([data-test-script-state="running"],
[data-test-script-state="rerunRequested"])::before {
  content: ""; position: fixed; top: 0; left: 0; right: 0; height: 3px; z-index: 1000000;
  background: linear-gradient(90deg, transparent, #c9553c 50%, transparent) no-repeat;
  background-size: 45% 100%; animation: artextract-busy 1.2s linear infinite;
}
@keyframes artextract-busy {
  from { background-position-x: -80%; }
  to { background-position-x: 180%; }
}
@media (prefers-reduced-motion: reduce) {
  [data-testid="stApp"]::before { animation: none !important; background-size: 100% !important; }
}
"""


def busy_bar() -> None:
    """Show the bar on this page; to be called once, by the router."""
    with st.container(key="busy"):
        st.html(f"<style>.st-key-busy {{ display: none; }}{_CSS}</style>")
