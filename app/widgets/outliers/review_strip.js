// A strip of works to be judged one by one, and the keys by which that is done. Built from text nodes
// and attributes alone: titles are data and must not become markup.
const WAIT = 5000;  // ms until something that is not answered is given up
const AGAIN = 1200;  // ms until something is told once more: it may get lost among other things

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const state = (strip.state ??= { asked: null, opening: 0, told: null, telling: 0 });
  if (state.asked === data.chosen) state.asked = null;
  if (data.heard.includes(state.told?.turn)) state.told = null;
  state.data = data;
  state.send = setTriggerValue;

  // Say it, and say it again while it is neither answered nor given up; `timer` names its place.
  const insist = (timer, say, waits, giveUp) => {
    clearInterval(state[timer]);
    let waited = 0;
    state[timer] = setInterval(() => {
      waited += AGAIN;
      if (waited > WAIT && waits()) giveUp();
      if (waits()) say();
      else clearInterval(state[timer]);
    }, AGAIN);
    say();
  };
  const open = (id) => {
    if (id === (state.asked ?? state.data.chosen)) return;
    state.asked = id;
    insist("opening", () => state.send("opened", id), () => state.asked === id,
      () => { state.asked = null; });
  };
  const annotate = (key) => {
    const turn = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const told = { work: state.data.chosen, key, turn };
    state.told = told;
    insist("telling", () => state.send("annotated", told), () => state.told === told,
      () => { state.told = null; });
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
