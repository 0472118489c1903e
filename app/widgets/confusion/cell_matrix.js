// A matrix of cells that can be clicked and walked through by the arrow keys, as a table that a
// screen reader knows. Built from text nodes and attributes alone: labels are data.

// Colours come from the theme, dark to light or light to dark, so they are read when it is drawn.
const palette = (host, name, otherwise) => {
  const found = getComputedStyle(host).getPropertyValue(`--st-chart-${name}-colors`);
  const colours = found.split(",").map((text) => text.trim())
    .filter((text) => /^#[0-9a-f]{6}/i.test(text));
  return (colours.length > 1 ? colours : otherwise).map((text) =>
    [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16)));
};
const mix = (colours, share) => {
  const place = Math.max(0, Math.min(1, share)) * (colours.length - 1);
  const low = Math.min(Math.floor(place), colours.length - 2);
  return colours[low].map((v, i) => Math.round(v + (place - low) * (colours[low + 1][i] - v)));
};
const luminance = (rgb) => rgb.map((value) => value / 255)
  .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
// Black or white, whichever is told apart better: never less than 4.5 to 1.
const ink = (rgb) => (luminance(rgb) > 0.179 ? "#000" : "#fff");

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".matrix");
  const { rows, columns } = data;
  const across = columns.length;
  const make = (tag, kind, text = "") => {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    element.textContent = text;
    return element;
  };
  const sentence = (k) => {
    const [row, column] = [Math.floor(k / across), k % across];
    return `${data.row_title}: ${rows[row]}\n${data.column_title}: ${columns[column]}\n${data.notes[k]}`;
  };

  const build = () => {
    const { opens } = data;
    const sheet = make("div", "sheet" + (data.large ? " large flat" : ""));
    const table = make("table");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", data.label);
    const body = make("tbody");
    const heading = (kind, place, name) => {
      const head = make("th", kind);
      head.scope = kind === "row" ? "row" : "col";
      head.append(make("span", "", name));
      head.title = name;
      head.dataset[kind] = place;
      if (data.rest.includes(place)) head.classList.add("rest");
      else if (opens) {
        head.classList.add("opens");
        head.setAttribute("aria-label", `${name}, ${data.opens}`);
      }
      head.tabIndex = -1;
      return head;
    };
    rows.forEach((name, row) => {
      const line = make("tr");
      line.append(heading("row", row, name));
      columns.forEach((_, column) => {
        const k = row * across + column;
        const cell = make("td", "", data.texts[k]);
        cell.dataset.k = k;
        cell.tabIndex = -1;
        cell.setAttribute("aria-label", sentence(k).replaceAll("\n", ", "));
        line.append(cell);
      });
      body.append(line);
    });
    const last = make("tr");
    last.append(make("td", "corner"), ...columns.map((name, i) => heading("column", i, name)));
    body.append(last);
    table.append(body);
    const scroll = make("div", "scroll");
    scroll.append(table);
    sheet.append(make("div", "down", data.row_title), scroll, make("div", "across", data.column_title));
    if (data.legend) {
      const legend = make("div", "legend");
      legend.append(make("span", "", data.legend[0]), make("i"), make("span", "", data.legend[1]));
      sheet.append(legend);
    }
    root.replaceChildren(sheet);
    (table.querySelector("td.chosen") ?? table.querySelector("td")).tabIndex = 0;
  };

  const paint = () => {
    const one = palette(root, "sequential", ["#f7ece4", "#d48c70", "#571c11"]);
    const two = palette(root, "diverging", ["#2f5670", "#dde6ea", "#8c2c1a"]).reverse();
    const colour = (level) => (data.diverging ? mix(two, (level + 1) / 2) : mix(one, 0.06 + 0.94 * level));
    root.querySelectorAll("td[data-k]").forEach((cell) => {
      const level = data.levels[cell.dataset.k];
      const rgb = level === null ? null : colour(level);
      cell.style.background = rgb ? `rgb(${rgb})` : "";
      cell.style.color = rgb ? ink(rgb) : "";
    });
    const bar = root.querySelector(".legend i");
    const from = data.diverging ? -1 : 0;
    const stops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((x) => `rgb(${colour(from + x * (1 - from))})`);
    if (bar) bar.style.background = `linear-gradient(to right, ${stops})`;
  };

  // As large as the window allows, so that rows, columns and both titles are seen at once; on a
  // narrow screen the cells stay large enough for a finger, and the matrix scrolls sideways.
  const fit = () => {
    const table = root.querySelector("table");
    if (!table || !root.isConnected) return;
    const narrow = innerWidth < 700;
    root.style.setProperty("--names", narrow ? "92px" : "150px");
    root.style.setProperty("--label", "12px");
    const beside = table.querySelector("th.row").offsetWidth + 40;
    const below = data.large ? 24 : table.rows[rows.length].offsetHeight + 70;
    const wide = (root.clientWidth - beside) / across - 1;
    const top = Math.min(300, Math.max(64, root.getBoundingClientRect().top));
    const tall = (innerHeight - top - below) / rows.length - 1;
    const least = narrow ? 20 : 18;
    const most = data.large ? 132 : 46;
    const cell = Math.floor(Math.max(least, Math.min(most, wide, tall)));
    // The titles stand in the middle of the cells, not of the names beside and below them.
    root.style.setProperty("--beside", table.querySelector("th.row").offsetWidth + "px");
    root.style.setProperty("--below", table.rows[rows.length].offsetHeight + "px");
    root.style.setProperty("--cell", cell + "px");
    root.style.setProperty("--number", Math.min(14, Math.max(9, cell * 0.46)) + "px");
  };

  const choose = () => {
    root.querySelectorAll(".chosen, .mirror").forEach((cell) => cell.classList.remove("chosen", "mirror"));
    if (!data.chosen) return;
    const [row, column] = data.chosen;
    const find = (r, c) => root.querySelector(`td[data-k="${r * across + c}"]`);
    const cell = find(row, column);
    cell?.classList.add("chosen");
    const scroll = root.querySelector(".scroll");
    if (cell && scroll.scrollWidth > scroll.clientWidth && root.seen !== `${data.chosen}`) {
      scroll.scrollLeft = cell.offsetLeft - scroll.clientWidth / 2;
    }
    root.seen = `${data.chosen}`;
    if (data.mirror && row !== column) find(column, row)?.classList.add("mirror");
  };

  const now = JSON.stringify({ ...data, chosen: null });
  if (root.dataset.shown !== now) {
    root.dataset.shown = now;
    build();
  }
  fit();
  paint();
  choose();

  const tip = parentElement.querySelector(".tip");
  const tell = (cell) => {
    if (!cell?.dataset?.k || data.large) { tip.hidden = true; return; }
    tip.textContent = sentence(Number(cell.dataset.k));
    tip.hidden = false;
    const box = cell.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    tip.style.left = Math.max(4, Math.min(innerWidth - width - 4, box.right + 8)) + "px";
    tip.style.top = Math.max(4, Math.min(innerHeight - height - 4, box.top - height - 6)) + "px";
  };
  const open = (target) => {
    const place = target.closest?.("td[data-k], th");
    if (!place) return;
    if (place.dataset.k) {
      const k = Number(place.dataset.k);
      setTriggerValue("cell", [Math.floor(k / across), k % across]);
    } else if (place.classList.contains("opens")) {
      setTriggerValue("name", Number(place.dataset.row ?? place.dataset.column));
    }
  };
  // Called again at every run of the page: what the last call listens to must go.
  root.listening?.abort();
  root.listening = new AbortController();
  const on = (target, kind, act) =>
    target.addEventListener(kind, act, { signal: root.listening.signal });
  on(root, "click", (event) => open(event.target));
  on(root, "mouseover", (event) => tell(event.target.closest?.("td[data-k]")));
  on(root, "mouseleave", () => tell(null));
  on(root, "focusin", (event) => {
    root.querySelectorAll("[tabindex='0']").forEach((cell) => { cell.tabIndex = -1; });
    event.target.tabIndex = 0;
    if (event.target.matches(":focus-visible")) tell(event.target);
  });
  on(root, "focusout", () => tell(null));
  on(root, "keydown", (event) => {
    const place = event.target.closest?.("td[data-k], th");
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    const [x, y] = [place.cellIndex, place.parentElement.rowIndex];
    const step = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    }[event.key];
    const far = {
      Home: [0, y], End: [across, y], PageUp: [x, 0], PageDown: [x, rows.length],
    }[event.key];
    if (event.key === "Enter" || event.key === " ") open(place);
    else if (step || far) {
      const [column, row] = far ?? [x + step[0], y + step[1]];
      const next = root.querySelector("table").rows[row]?.cells[column];
      if (next && !next.classList.contains("corner")) next.focus();
    } else return;
    event.preventDefault();
  });
  on(window, "resize", fit);
  root.sizes?.disconnect();
  root.sizes = new ResizeObserver(fit);
  root.sizes.observe(root);
  // The theme may change under a page that is not run again.
  root.theme?.disconnect();
  root.theme = new MutationObserver(paint);
  root.theme.observe(document.documentElement, { attributes: true });
  return () => {
    root.listening.abort();
    root.sizes.disconnect();
    root.theme.disconnect();
  };
}
