// Plotly draws its chart anew whenever it likes, and Streamlit may replace it: so it looks again
// whether the frames are there and in their place. Called again with every new cell, it must not
// leave the watch of the last one behind.
export default function ({ data, parentElement }) {
  const frame = (chart, row, column, line) => {
    const { _size: size, xaxis, yaxis } = chart._fullLayout;
    const box = document.createElement("div");
    const [left, right] = [column - 0.5, column + 0.5].map((x) => size.l + xaxis.l2p(x));
    const [top, bottom] = [row - 0.5, row + 0.5].map((y) => size.t + yaxis.l2p(y));
    Object.assign(box.style, {
      position: "absolute", boxSizing: "border-box", pointerEvents: "none",
      left: left - 1 + "px", top: top - 1 + "px",
      width: right - left + 2 + "px", height: bottom - top + 2 + "px",
      border: `3px ${line} ${data.colour}`,
    });
    return box;
  };
  const draw = () => {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    const place = chart?.querySelector(".svg-container");
    if (!chart?._fullLayout?.xaxis || !place) return;
    const { _size: size, xaxis, yaxis, width } = chart._fullLayout;
    const now = JSON.stringify([data.cell, size, xaxis.range, yaxis.range, width]);
    let layer = place.querySelector(":scope > .cell-frames");
    if (layer?.dataset.shown === now) return;
    layer?.remove();
    layer = document.createElement("div");
    layer.className = "cell-frames";
    layer.setAttribute("aria-hidden", "true");
    layer.dataset.shown = now;
    if (data.cell) {
      const [row, column] = data.cell;
      if (row !== column) layer.append(frame(chart, column, row, "dotted"));
      layer.append(frame(chart, row, column, "solid"));
    }
    place.append(layer);
  };
  draw();
  const place = parentElement.querySelector("span");
  clearInterval(place.watch);
  place.watch = setInterval(draw, 200);
  return () => clearInterval(place.watch);
}
