"""Every chart as SVG or PNG: Plotly's own button knows one format, this gives it a second."""

from __future__ import annotations

import streamlit as st

from widgets.hidden import hidden

# Plotly draws its bar of buttons anew whenever it likes, so these two are put there again as soon
# as they are missed. They say what they give; its own button does the work, unseen.
_JS = """
export default function () {
  const complete = (bar) => {
    const chart = bar.closest(".js-plotly-plot");
    const own = bar.querySelector('button[data-title^="Download plot"]:not([hidden])');
    if (!chart || !own) return;
    own.hidden = true;
    own.style.display = "none";
    const save = (format) => {
      const { data, layout } = chart;
      const options = chart._context.toImageButtonOptions;
      const usual = { ...options };
      // The page's text colour means nothing to a picture file: it is written out.
      const ink = getComputedStyle(chart).color;
      const written = (value) => typeof value === "string" ? value.replaceAll("currentColor", ink)
        : Array.isArray(value) ? value.map(written)
        : value?.constructor !== Object ? value
        : Object.fromEntries(Object.entries(value).map(([key, v]) => [key, written(v)]));
      Object.assign(chart, { data: written(data), layout: written(layout) });
      Object.assign(options, format === "PNG" ? { format: "png", scale: 2 } : { format: "svg" });
      own.click(); // Plotly takes its copy at once and draws it later
      Object.assign(options, { format: usual.format, scale: usual.scale });
      Object.assign(chart, { data, layout });
    };
    own.after(...["SVG", "PNG"].map((format) => {
      const button = own.cloneNode(false);
      const name = document.createElement("span");
      button.hidden = false;
      button.style.display = "";
      button.setAttribute("data-title", `Download as ${format}`);
      button.setAttribute("aria-label", `Download as ${format}`);
      name.textContent = format;
      name.style.cssText = "font: 600 11px/20px sans-serif; opacity: .75";
      button.append(name);
      button.addEventListener("click", () => save(format));
      return button;
    }));
  };
  const look = () => document.querySelectorAll(".js-plotly-plot .modebar").forEach(complete);
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true });
  look();
  return () => watch.disconnect();
}
"""

_formats = st.components.v2.component(
    "artextract_picture_formats", html="<span hidden></span>", js=_JS
)


def picture_formats() -> None:
    """Let the charts of all pages be downloaded as PNG too; to be called once, by the router."""
    with hidden("picture_formats"):
        _formats(key="formats")
