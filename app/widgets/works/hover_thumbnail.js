// It asks the server for one picture at a time, and keeps those that it was given. Streamlit may
// replace the chart at any time, so it looks again whether it still listens to the one on the page.
export default function ({ data, parentElement, setTriggerValue }) {
  const card = parentElement.querySelector(".card");
  const state = (card.state ??= { known: new Map(), wanted: null, at: [0, 0], chart: null });
  state.ask = (id) => setTriggerValue("hovered", id);
  state.show = () => {
    const item = state.known.get(state.wanted);
    card.style.display = item ? "block" : "none";
    if (!item) return;
    if (card.dataset.id !== String(item.id)) {
      card.dataset.id = item.id;
      const image = document.createElement("img");
      image.src = item.source;
      image.alt = item.title;
      image.onload = () => state.show();  // the card is taller now
      const text = ["title", "line"].map((kind) => {
        const line = document.createElement("div");
        line.className = kind;
        line.textContent = item[kind];
        return line;
      });
      card.replaceChildren(...(item.source ? [image] : []), ...text);
    }
    const [x, y] = state.at;
    const left = x + 16 + card.offsetWidth > innerWidth ? x - 16 - card.offsetWidth : x + 16;
    card.style.left = Math.max(4, left) + "px";
    card.style.top = Math.max(4, Math.min(y + 12, innerHeight - card.offsetHeight - 8)) + "px";
  };
  if (data.item) { state.known.set(data.item.id, data.item); state.show(); }
  const over = (event) => {
    const place = event.points[0].customdata;
    state.wanted = Array.isArray(place) ? place[0] : place;
    state.at = [event.event.clientX, event.event.clientY];
    clearTimeout(state.timer);
    if (state.known.has(state.wanted)) state.show();
    else state.timer = setTimeout(() => state.ask(state.wanted), 60);
  };
  const out = () => { clearTimeout(state.timer); state.wanted = null; state.show(); };
  const listen = () => {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (!chart?.on || chart === state.chart) return;
    state.chart = chart;
    chart.on("plotly_hover", over);
    chart.on("plotly_unhover", out);
  };
  listen();
  clearInterval(state.watch);
  state.watch = setInterval(listen, 300);
  return () => { clearInterval(state.watch); clearTimeout(state.timer); };
}
