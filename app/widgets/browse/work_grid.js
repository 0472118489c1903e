// Draws the tiles that are in view, and asks the server for those it does not have. Built from text
// nodes and attributes alone: titles are data and must not become markup.
const GAP = 14, LEAST = 140, SPARE = 1;  // pixels; rows beyond what is in view
const WORDS = 76, NOTED = 112;  // pixels of the lines below a picture, without and with a note

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const scroller = parentElement.querySelector(".scroller");
  const sheet = parentElement.querySelector(".sheet");
  const place = parentElement.querySelector(".place");
  const s = (scroller.state ??= { items: new Map(), drawn: new Map(), changes: new Map(), focus: 0 });
  s.ask = setTriggerValue;
  s.tell = setStateValue;

  const anew = s.view !== data.view;
  if (anew || s.epoch !== data.epoch) {
    s.items.clear();
    s.changes.clear();
    for (const tile of s.drawn.values()) tile.remove();
    s.drawn.clear();
  }
  Object.assign(s, { view: data.view, epoch: data.epoch, n: data.n, noted: data.noted });
  data.items.forEach((item, i) => {
    if (s.changes.has(item.id)) item.on = s.changes.get(item.id);
    const at = data.start + i;
    if (!s.items.has(at)) s.drawn.get(at)?.remove(), s.drawn.delete(at);
    s.items.set(at, item);
  });
  sheet.setAttribute("aria-label", data.label);

  const layout = () => {
    const width = sheet.clientWidth;
    s.across = Math.max(2, Math.floor((width + GAP) / (LEAST + GAP)));
    s.side = (width - GAP * (s.across - 1)) / s.across;
    s.row = s.side + (s.noted ? NOTED : WORDS);
    sheet.style.height = Math.ceil(s.n / s.across) * s.row + "px";
  };
  const inView = (spare) => {
    const top = Math.floor(scroller.scrollTop / s.row) - spare;
    const bottom = Math.ceil((scroller.scrollTop + scroller.clientHeight) / s.row) + spare;
    return [Math.max(0, top) * s.across, Math.min(s.n, Math.max(0, bottom) * s.across)];
  };
  const pick = (at, on) => {
    const item = s.items.get(at);
    if (!item) s.pending = at;  // picked once it is there
    if (!item || item.on === on) return;
    item.on = on;
    s.changes.set(item.id, on);
    const tile = s.drawn.get(at);
    if (tile) {
      tile.classList.toggle("on", on);
      tile.querySelector(".pick").checked = on;
    }
  };
  const tellPicks = () => {
    sheet.classList.toggle("some", [...s.changes.values()].some(Boolean));
    clearTimeout(s.telling);
    s.telling = setTimeout(
      () => s.tell("picks", { epoch: s.epoch, changes: [...s.changes] }), 150);
  };
  const line = (kind, content) => {
    const element = document.createElement("div");
    element.className = kind;
    element.textContent = content;
    return element;
  };
  const tile = (at) => {
    const item = s.items.get(at);
    const box = document.createElement("div");
    box.className = "tile" + (item?.on ? " on" : "");
    box.setAttribute("role", "listitem");
    box.setAttribute("aria-setsize", s.n);
    box.setAttribute("aria-posinset", at + 1);
    box.dataset.at = at;
    const link = document.createElement("a");
    link.tabIndex = at === s.focus ? 0 : -1;
    const frame = document.createElement("div");
    frame.className = "frame";
    link.append(frame);
    box.append(link);
    if (!item) { link.setAttribute("aria-label", "Work " + (at + 1)); link.href = "#"; return box; }
    link.href = "work?work=" + item.id;
    link.dataset.id = item.id;
    link.title = item.title;
    if (item.source) {
      const image = document.createElement("img");
      image.src = item.source;
      image.alt = "";
      image.decoding = "async";
      frame.append(image);
    } else {
      frame.append(line("none", "no picture"));
    }
    link.append(line("title", item.title), line("line", item.line), line(data.predicted ? "note predicted" : "note", item.note));
    const box2 = document.createElement("input");
    box2.type = "checkbox";
    box2.className = "pick";
    box2.checked = item.on;
    box2.tabIndex = -1;
    box2.setAttribute("aria-label", "Select " + item.title);
    box.append(box2);
    return box;
  };
  const settle = (element, at) => {
    element.style.width = s.side + "px";
    element.style.left = (at % s.across) * (s.side + GAP) + "px";
    element.style.top = Math.floor(at / s.across) * s.row + "px";
    element.querySelector(".frame").style.height = s.side + "px";
  };
  const draw = () => {
    if (!s.row) return;
    const [from, to] = inView(SPARE);
    for (const [at, element] of s.drawn) {
      if (at < from || at >= to) { element.remove(); s.drawn.delete(at); }
    }
    for (let at = from; at < to; at++) {
      let element = s.drawn.get(at);
      if (!element) {
        element = tile(at);
        s.drawn.set(at, element);
        // In the order of the works, as one hears and tabs through them.
        const next = [...sheet.children].find((other) => Number(other.dataset.at) > at);
        sheet.insertBefore(element, next ?? null);
      }
      settle(element, at);
    }
    const [first, last] = inView(0);
    const words = `${(first + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ` +
      s.n.toLocaleString("en");
    if (place.textContent !== words) place.textContent = words;
    fetchMissing(from, to);
  };
  const fetchMissing = (from, to) => {
    const [first] = inView(0);
    let start = from, stop = to;
    while (start < stop && s.items.has(start)) start++;
    while (stop > start && s.items.has(stop - 1)) stop--;
    clearTimeout(s.fetching);
    if (start === stop && s.told === first) return;
    s.fetching = setTimeout(() => {
      s.told = first;
      if (start === stop) [start, stop] = [from, to];
      s.ask("wanted", { start, stop, first, view: s.view });
      // Where an answer gets lost among others, it is asked for again.
      s.fetching = setTimeout(() => { s.told = -1; draw(); }, 1500);
    }, start < stop ? 25 : 600);
  };
  const focusOn = (at) => {
    at = Math.max(0, Math.min(s.n - 1, at));
    s.drawn.get(s.focus)?.querySelector("a").setAttribute("tabindex", "-1");
    s.focus = at;
    const top = Math.floor(at / s.across) * s.row;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + s.row > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + s.row - scroller.clientHeight;
    }
    draw();
    const link = s.drawn.get(at)?.querySelector("a");
    link?.setAttribute("tabindex", "0");
    link?.focus({ preventScroll: true });
  };

  scroller.onscroll = () => { cancelAnimationFrame(s.frame); s.frame = requestAnimationFrame(draw); };
  sheet.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / s.row)) * s.across;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: s.across, ArrowUp: -s.across,
      PageDown: page, PageUp: -page, Home: -s.n, End: s.n };
    const at = Number(event.target.closest(".tile")?.dataset.at ?? s.focus);
    if (event.key in steps) focusOn(at + steps[event.key]);
    else if (event.key === " ") { pick(at, !s.items.get(at)?.on); s.picked = at; tellPicks(); }
    else return;
    event.preventDefault();
  };
  sheet.onfocusin = (event) => {
    const at = Number(event.target.closest(".tile")?.dataset.at ?? s.focus);
    if (at === s.focus) return;
    s.drawn.get(s.focus)?.querySelector("a").setAttribute("tabindex", "-1");
    s.focus = at;
    s.drawn.get(at)?.querySelector("a").setAttribute("tabindex", "0");
  };
  sheet.onclick = (event) => {
    const at = Number(event.target.closest(".tile")?.dataset.at ?? -1);
    const item = s.items.get(at);
    if (event.target.matches(".pick")) {
      const on = event.target.checked;
      const from = event.shiftKey && s.picked !== undefined ? Math.min(s.picked, at) : at;
      const to = event.shiftKey && s.picked !== undefined ? Math.max(s.picked, at) : at;
      for (let i = from; i <= to; i++) pick(i, on);
      s.picked = at;
      tellPicks();
      return;
    }
    // With a key held down, or with another button, the browser opens a tab of its own.
    if (at < 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (item) s.ask("opened", { id: item.id, first: inView(0)[0] });
  };

  layout();
  if (anew) {
    s.told = data.at;
    s.focus = Math.min(data.at, s.n - 1);
    scroller.scrollTop = Math.floor(data.at / s.across) * s.row;
  }
  draw();
  if (s.items.has(s.pending)) {
    pick(s.pending, !s.items.get(s.pending).on);
    s.pending = undefined;
    tellPicks();
  }
  const watch = new ResizeObserver(() => {
    const [first] = s.row ? inView(0) : [0];
    const before = s.across;
    layout();
    if (before !== s.across) scroller.scrollTop = Math.floor(first / s.across) * s.row;
    for (const [at, element] of s.drawn) settle(element, at);
    draw();
  });
  watch.observe(scroller);
  return () => { watch.disconnect(); clearTimeout(s.fetching); };
}
