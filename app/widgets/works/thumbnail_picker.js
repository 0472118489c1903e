// Built from text nodes and attributes alone: titles are data and must not become markup.
export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid");
  const now = JSON.stringify(data);
  if (grid.dataset.shown === now) return;
  grid.dataset.shown = now;
  grid.setAttribute("aria-label", data.label);
  const focused = parentElement.activeElement?.dataset?.id;
  grid.replaceChildren(...data.items.map((item) => {
    const button = document.createElement("button");
    const image = document.createElement("img");
    button.type = "button";
    button.title = item.title;
    button.dataset.id = item.id;
    button.setAttribute("aria-pressed", String(item.id === data.chosen));
    image.src = item.source;
    image.alt = item.title;
    image.decoding = "async";
    button.append(image);
    button.onclick = () => setTriggerValue("chosen", item.id);
    return button;
  }));
  if (focused) grid.querySelector(`[data-id="${focused}"]`)?.focus();
}
