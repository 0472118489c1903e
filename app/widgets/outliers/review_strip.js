// A strip of works to be judged one by one, and the keys by which that is done. Built from text nodes
// and attributes alone: titles are data and must not become markup.
const WAIT = 5000;  // ms until a work that was asked for and did not come is given up
const AGAIN = 1200;  // ms until something is told once more: it may get lost among other things

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const state = (strip.state ??= { asked: null, timer: 0, told: null, telling: 0 });
  if (state.asked === data.chosen) state.asked = null;
  if (data.heard.includes(state.told?.turn)) state.told = null;
  state.data = data;
  state.send = setTriggerValue;

  const open = (id) => {
    if (id === (state.asked ?? state.data.chosen)) return;
    state.asked = id;
    clearInterval(state.timer);
    let waited = 0;
    state.timer = setInterval(() => {
      waited += AGAIN;
      if (waited > WAIT) state.asked = null;
      if (state.asked === id) state.send("opened", id);
      else clearInterval(state.timer);
    }, AGAIN);
    state.send("opened", id);
  };
  const annotate = (key) => {
    const turn = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const told = { work: state.data.chosen, key, turn };
    state.told = told;
    clearInterval(state.telling);
    let waited = 0;
    state.telling = setInterval(() => {
      waited += AGAIN;
      if (state.told === told && waited <= WAIT) state.send("annotated", told);
      else clearInterval(state.telling);
    }, AGAIN);
    state.send("annotated", told);
  };
  const now = JSON.stringify({ ...data, heard: [] });
  if (strip.dataset.shown !== now) {
    strip.dataset.shown = now;
    strip.setAttribute("aria-label", data.label);
    const focused = parentElement.activeElement?.dataset?.id;
    const made = [];
    for (const item of data.items) {
      if (item.before) {
        const words = document.createElement("li");
        words.className = "before";
        words.textContent = item.before;
        made.push(words);
      }
      made.push(entry(item, data.chosen, open));
    }
    strip.replaceChildren(...made);
    if (focused) strip.querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
    const current = strip.querySelector("[aria-current]");
    // The strip alone scrolls to it, and not the page.
    if (current) {
      const [at, within] = [current.getBoundingClientRect(), strip.getBoundingClientRect()];
      if (at.top < within.top || at.bottom > within.bottom) {
        strip.scrollTop += at.top - within.top - (within.height - at.height) / 2;
      }
      if (at.left < within.left || at.right > within.right) {
        strip.scrollLeft += at.left - within.left - (within.width - at.width) / 2;
      }
    }
  }

  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const into = event.composedPath()[0];
    const typing = "input:not([type=radio]):not([type=checkbox]), textarea, select, [role=textbox]";
    if (into.matches?.(typing) || into.isContentEditable) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      const ids = state.data.ids;
      const at = ids.indexOf(state.asked ?? state.data.chosen);
      const to = at < 0 ? (key === "j" ? 0 : -1) : at + (key === "j" ? 1 : -1);
      if (ids[to] !== undefined) open(ids[to]);
    } else if (/^[1-9]$/.test(key) && Number(key) <= state.data.n_annotations) {
      // What is annotated is the work on the screen: while another one is on its way, nothing is.
      if (event.repeat || state.asked !== null || state.data.chosen === null) return;
      annotate(Number(key));
    } else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function entry(item, chosen, open) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.title = item.title;
  button.dataset.id = item.id;
  if (item.id === chosen) button.setAttribute("aria-current", "true");
  const frame = document.createElement("span");
  frame.className = "frame";
  if (item.source) {
    const image = document.createElement("img");
    image.src = item.source;
    image.alt = "";
    image.decoding = "async";
    frame.append(image);
  }
  const words = document.createElement("span");
  words.className = "words";
  for (const [kind, content] of [["place", item.place], ["mark", item.mark]]) {
    const line = document.createElement("span");
    line.className = kind;
    line.textContent = content;
    words.append(line);
  }
  button.setAttribute("aria-label", [item.place, item.title, item.mark].filter(Boolean).join(", "));
  button.append(frame, words);
  button.onclick = () => open(item.id);
  row.append(button);
  return row;
}
