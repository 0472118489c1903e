// Built from text nodes and attributes alone: titles are data and must not become markup.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".search");
  const [input, list, status] = ["input", "ul", ".status"].map((s) => root.querySelector(s));
  const state = (root.state ??= { active: -1, rows: [] });
  state.send = setTriggerValue;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.hidden = true;
    state.active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const activate = (place) => {
    const all = options();
    state.active = place;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
    if (all[place]) {
      input.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const choose = (place) => {
    const row = state.rows[place];
    if (!row) return;
    state.send("opened", row.key);
    input.value = "";
    input.blur();
    close();
  };
  const draw = () => {
    const made = state.rows.map((row, place) => {
      const option = document.createElement("li");
      option.id = "found-" + place;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.className = row.kind;
      if (row.source) {
        const image = document.createElement("img");
        image.src = row.source;
        image.alt = "";
        option.append(image);
      }
      const words = document.createElement("span");
      for (const kind of ["title", "line"]) {
        if (!row[kind]) continue;
        const line = document.createElement("span");
        line.className = kind;
        line.textContent = row[kind];
        words.append(line);
      }
      option.append(words);
      option.onpointerdown = (event) => event.preventDefault();  // the input keeps the focus
      option.onclick = () => choose(place);
      return option;
    });
    const none = document.createElement("li");
    none.className = "nothing";
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = "Nothing found";
    list.replaceChildren(...(made.length ? made : [none]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    const works = state.rows.filter((row) => row.kind === "work").length;
    status.textContent = made.length ? `${made.length} suggestions, ${works} works` : "Nothing found";
    activate(-1);
  };

  // The answer to what stands in the field, and not to what stood there a letter ago.
  const answered = JSON.stringify(data);
  if (data.asked && data.asked === input.value.slice(0, 100) && root.dataset.shown !== answered) {
    state.rows = data.rows;
    root.dataset.asked = data.asked;
    draw();
  }
  root.dataset.shown = answered;

  input.onfocus = () => { if (!state.warm) { state.warm = true; state.send("typed", input.value); } };
  input.oninput = () => {
    clearTimeout(state.timer);
    if (!input.value.trim()) { close(); return; }
    state.timer = setTimeout(() => state.send("typed", input.value.slice(0, 100)), 30);
  };
  input.onblur = close;
  input.onkeydown = (event) => {
    event.stopPropagation();  // the arrows are shortcuts of some pages
    const n = state.rows.length;
    if (event.key === "Escape") { input.value = ""; close(); input.blur(); }
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") activate((state.active + 1) % n);
    else if (event.key === "ArrowUp") activate((state.active + n - 1) % n);
    else if (event.key === "Enter") {
      const all = state.rows.findIndex((row) => row.kind === "all");
      choose(state.active >= 0 ? state.active : Math.max(all, 0));
    } else return;
    event.preventDefault();
  };
  const slash = (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const into = event.composedPath()[0];
    if (into.matches?.("input, textarea, select") || into.isContentEditable) return;
    event.preventDefault();
    input.focus();
    input.select();
  };
  document.addEventListener("keydown", slash);
  return () => document.removeEventListener("keydown", slash);
}
