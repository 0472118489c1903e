// Built from text nodes and attributes alone: names are data and must not become markup.
export default function ({ data, parentElement, setTriggerValue }) {
  const link = parentElement.querySelector("a");
  const [image, names] = ["img", ".names"].map((s) => link.querySelector(s));
  link.onclick = (event) => {
    // With a key held down, or with another button, the browser opens a tab of its own.
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("opened", true);
  };
  if (image.src !== data.source) image.src = data.source;
  [image.width, image.height] = data.size;
  image.alt = data.label;
  // The largest oeuvre first; a name that would lie on another is left out.
  const place = () => {
    const box = link.getBoundingClientRect();
    const taken = [];
    names.replaceChildren();
    for (const { name, x, y } of data.names) {
      const label = document.createElement("span");
      label.textContent = name;
      names.append(label);
      const half = label.offsetWidth / 2 + 4;
      const left = Math.min(Math.max(x * box.width, half), box.width - half);
      const top = Math.min(Math.max(y * box.height, 12), box.height - 12);
      const free = half * 2 < box.width && taken.every(
        (other) => Math.abs(other.left - left) > other.half + half || Math.abs(other.top - top) > 19,
      );
      if (!free) { label.remove(); continue; }
      taken.push({ left, top, half });
      label.style.left = left + "px";
      label.style.top = top + "px";
    }
  };
  const watch = new ResizeObserver(place);
  watch.observe(link);
  return () => watch.disconnect();
}
