// Built from text nodes and attributes alone: titles are data and must not become markup.
export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid");
  const now = JSON.stringify(data);
  if (grid.dataset.shown === now) return;
  grid.dataset.shown = now;
  grid.setAttribute("aria-label", data.label);
  grid.style.setProperty("--tile", data.tile + "px");
  const text = (kind, content) => {
    const line = document.createElement("div");
    line.className = kind;
    line.textContent = content;
    return line;
  };
  grid.replaceChildren(...data.items.map((item, place) => {
    const link = document.createElement("a");
    const frame = document.createElement("div");
    frame.className = "frame";
    link.href = "work?work=" + item.id;
    link.dataset.id = item.id;
    if (place >= data.on_phones) link.className = "spare";
    link.title = item.title;
    if (item.source) {
      const image = document.createElement("img");
      image.src = item.source;
      image.alt = data.labelled ? "" : item.title;  // the title below says it already
      image.decoding = "async";
      frame.append(image);
    } else {
      frame.append(text("none", "no picture"));
    }
    link.append(frame);
    if (data.labelled) link.append(text("title", item.title));
    link.append(...item.lines.map((line) => text("line", line)));
    link.onclick = (event) => {
      // With a key held down, or with another button, the browser opens a tab of its own.
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setTriggerValue("opened", item.id);
    };
    return link;
  }));
}
