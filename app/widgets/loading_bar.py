"""A bar at the top edge while the server works: every click is answered at once."""

from __future__ import annotations

import streamlit as st

from widgets.hidden import hidden

# The state of the script stands at the app's root once the server has begun; Streamlit's own sign
# of it comes later and in a corner. `data-asked` is ours, for the time until then.
_CSS = """
[data-testid="stApp"]:is([data-test-script-state="running"],
[data-test-script-state="rerunRequested"], [data-asked])::before {
  content: ""; position: fixed; top: 0; left: 0; right: 0; height: 3px; z-index: 1000000;
  background: linear-gradient(90deg, transparent, #c9553c 50%, transparent) no-repeat;
  background-size: 45% 100%; animation: artextract-busy 1.2s linear infinite;
}
@keyframes artextract-busy {
  from { background-position-x: -20%; }
  to { background-position-x: 180%; }
}
@media (prefers-reduced-motion: reduce) {
  [data-testid="stApp"]::before { animation: none !important; background-size: 100% !important; }
}
"""

# A chart that is clicked first draws its selection, for half a second where it has many points,
# before the server hears of it.
_JS = """
export default function () {
  const wanted = "button, a, label, input, [role=option], [role=slider], .js-plotly-plot, canvas";
  const app = document.querySelector('[data-testid="stApp"]');
  let timer;
  const asked = (event) => {
    if (!event.composedPath().some((node) => node.matches?.(wanted))) return;
    app.dataset.asked = "";
    clearTimeout(timer);
    timer = setTimeout(() => delete app.dataset.asked, 800);
  };
  document.addEventListener("pointerdown", asked, true);
  return () => document.removeEventListener("pointerdown", asked, true);
}
"""

_busy = st.components.v2.component("artextract_busy", html="<span hidden></span>", js=_JS)


def loading_bar() -> None:
    """Show the bar on this page; to be called once, by the router."""
    with hidden("busy"):
        st.html(f"<style>{_CSS}</style>")
        _busy(key="busy-bar")
