// The map: what it holds, what is seen of it, what is chosen on it. Names and titles become text
// nodes and attributes alone: they are data and must not become markup.
const CORNERS = 64;  // of a lasso at most, as the server takes them
const UNITS = 65535;
const QUIET = 1000;  // ms
const ALONE = "artextract-map-alone";
const readArea = (text) => {
  if (!text) return null;
  const numbers = text.match(/.{4}/g).map((part) => parseInt(part, 36));
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
};
const writeArea = (corners) => corners && corners.flat().map((v) => v.toString(36).padStart(4, "0")).join("");
const bits = (text) => {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return (i) => (packed[i >> 3] >> (7 - (i & 7))) & 1;
};
// As the server finds them: whole numbers, in a box with its edge or by the even-odd rule.
const findInside = (m, corners) => {
  const found = new Uint8Array(m.n);
  const xs = corners.map((c) => c[0]), ys = corners.map((c) => c[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  for (let i = 0; i < m.n; i++) {
    const px = m.x[i], py = m.y[i];
    if (px < x0 || px > x1 || py < y0 || py > y1) continue;
    if (corners.length === 2) { found[i] = 1; continue; }
    let odd = 0;
    for (let a = 0, b = corners.length - 1; a < corners.length; b = a++) {
      const [ax, ay] = corners[a], [bx, by] = corners[b];
      if (ay === by || ay > py === by > py) continue;
      const side = (px - ax) * (by - ay) - (bx - ax) * (py - ay);
      if (by > ay ? side < 0 : side > 0) odd ^= 1;
    }
    found[i] = odd;
  }
  return found;
};
// The theme's colours may be written in any way: let the browser say them in numbers.
const colourOf = (canvas, name, otherwise) => {
  const text = getComputedStyle(canvas).getPropertyValue(name).trim() || otherwise;
  const context = (colourOf.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  context.fillStyle = otherwise;
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
};

const unpack = (m, data) => {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  if (header.token === m.token) return false;
  let from = 4 + length;
  const take = (Kind) => {
    const until = from + Kind.BYTES_PER_ELEMENT * header.n;
    const column = new Kind(data.slice(from, until).buffer);
    from = until;
    return column;
  };
  const { wide, tall, ...rest } = header;
  Object.assign(m, rest, { wideUnits: wide, tallUnits: tall });
  [m.ids, m.x, m.y, m.years, m.values] = [Int32Array, Uint16Array, Uint16Array, Int16Array, Uint8Array].map(take);
  m.places = new Map(Array.from(m.ids, (id, i) => [id, i]));
  const colours = [...m.legend.map((entry) => entry.colour), ...(m.scale?.colours ?? [])];
  m.lut = colours.flatMap(channels);
  m.hollow = colours.map((_, i) => Number(Boolean(m.legend[i]?.hollow)));
  m.alpha = colours.map((_, i) => (m.legend[i]?.grey ? (m.legend[i].hollow ? 0.75 : 0.45) : m.n > 20000 ? 0.8 : 0.92));
  Object.assign(m, { area: null, inside: null, rings: null, pointed: null, hidden: new Set(), span: null });
  return true;
};

const outfit = (m, root) => {
  m.index = (id) => (id === null ? -1 : m.places.get(id) ?? -1);
  m.onScreen = (x, y) => [x * m.view.scale + m.view.left, y * m.view.scale + m.view.top];
  m.place = (i) => m.onScreen(m.x[i], m.y[i]);
  m.inUnits = (px, py) => [(px - m.view.left) / m.view.scale, (py - m.view.top) / m.view.scale]
    .map((v) => Math.max(0, Math.min(UNITS, Math.round(v))));
  m.diameter = () => {
    const least = m.n > 20000 ? 3.6 : m.n > 3000 ? 5.5 : 8;
    return least * Math.min(2.4, Math.max(1, (m.view.scale / m.fitted) ** 0.4));
  };
  m.inView = () => {
    const [x0, y0] = m.inUnits(m.clear.left, m.clear.top), [x1, y1] = m.inUnits(m.clear.right, m.clear.bottom);
    const found = [];
    for (let i = 0; i < m.n && found.length <= PICTURES; i++) {
      if (m.visible[i] && m.x[i] >= x0 && m.x[i] <= x1 && m.y[i] >= y0 && m.y[i] <= y1) found.push(i);
    }
    return found;
  };
  m.nearest = ([px, py], reach) => {
    for (const [id, [x, y, side]] of m.pictures) {
      if (Math.abs(px - x) < side / 2 && Math.abs(py - y) < side / 2) return m.index(id);
    }
    let best = -1, least = reach * reach;
    const { scale, left, top } = m.view;
    for (let i = m.n - 1; i >= 0; i--) {
      if (!m.visible[i]) continue;
      const far = (m.x[i] * scale + left - px) ** 2 + (m.y[i] * scale + top - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  };
  m.hover = (here, reach) => {
    const i = here ? m.nearest(here, reach) : -1;
    m.canvas.style.cursor = i >= 0 ? "pointer" : m.mode === "move" ? "grab" : "crosshair";
    m.point(i < 0 ? null : m.ids[i]);
  };
  m.point = (id) => {
    if (m.pointed === id) return;
    m.pointed = id;
    clearTimeout(m.pointing);
    if (id !== null && !m.known.get(id)?.title) {
      m.pointing = setTimeout(() => m.whenFree(() => m.ask?.({ ids: [id], large: true })), 60);
    }
    m.redraw();
  };
  // The nearest point in the direction of an arrow key: those ahead before those aside.
  m.step = ([dx, dy]) => {
    m.byKeys = true;
    const from = m.index(m.pointed) >= 0 ? m.index(m.pointed) : m.index(m.chosen);
    const [ox, oy] = from >= 0 ? m.place(from) : [(m.clear.left + m.clear.right) / 2, (m.clear.top + m.clear.bottom) / 2];
    let best = -1, least = Infinity;
    for (let i = 0; i < m.n; i++) {
      if (!m.visible[i] || i === from) continue;
      const [px, py] = m.place(i);
      const ahead = (px - ox) * dx + (py - oy) * dy, aside = Math.abs((px - ox) * dy) + Math.abs((py - oy) * dx);
      const cost = from < 0 ? Math.hypot(ahead, aside) : ahead + 2.5 * aside;
      if ((from < 0 || (ahead > 0.5 && aside <= 2 * ahead)) && cost < least) [best, least] = [i, cost];
    }
    if (best < 0) return;
    m.point(m.ids[best]);
    const [px, py] = m.place(best), { left, right, top, bottom } = m.clear;
    if (px < left || px > right || py < top || py > bottom) {
      m.look({ ...m.view, left: m.view.left + (left + right) / 2 - px, top: m.view.top + (top + bottom) / 2 - py });
    }
  };
  m.click = (here, reach) => {
    const i = m.nearest(here, reach);
    m.choose({ work: i < 0 ? null : m.ids[i] });
  };
  // What a visitor chose: shown at once, then told.
  m.choose = (what) => {
    if ("work" in what) m.chosen = what.work;
    if ("area" in what) {
      m.area = what.area;
      m.inside = m.area && findInside(m, m.area);
      if (m.area) m.chosen = null;
    }
    if (m.alone && (what.area || Number.isInteger(what.work))) m.fold(false);  // to be seen beside it
    m.report();
    m.redraw();
  };
  // What is pressed beside the map may open another page, and a word from this one that comes while
  // that is made would leave it empty.
  m.whenFree = (act) => {
    const wait = m.pressed + QUIET - performance.now();
    if (wait > 0) setTimeout(() => m.whenFree(act), wait);
    else if (root.isConnected) act();
  };
  m.report = () => m.whenFree(() => {
    m.turn += 1;
    const window = m.isFitted ? null
      : writeArea([m.inUnits(m.clear.left, m.clear.top), m.inUnits(m.clear.right, m.clear.bottom)]);
    m.tell?.({ turn: m.turn, work: m.chosen, area: writeArea(m.area), window, hidden: [...m.hidden] });
  });
  m.look = (view) => {
    m.view = view;
    m.isFitted = false;
    clearTimeout(m.reporting);
    m.reporting = setTimeout(m.report, 400);
    m.redraw();
  };
  m.measure = () => {
    const box = root.getBoundingClientRect();
    const over = (key) => {
      const other = document.querySelector(`.st-key-${key}`)?.getBoundingClientRect();
      return other?.height && other.bottom > box.top + 8 && other.top < box.bottom - 8 && other.right > box.left + 8 ? other : null;
    };
    [m.wide, m.tall] = [box.width, box.height];
    const controls = over("map_controls"), panel = over("map_panel");
    m.clear = {
      left: 52, right: m.wide - 8 - (panel ? Math.max(0, box.right - panel.left) : 0),
      top: controls ? controls.bottom - box.top + 8 : 8,
      bottom: m.tall - 8 - Math.min(m.tall / 3, m.legendBox.offsetHeight),
    };
    root.style.setProperty("--right", m.wide - m.clear.right + "px");
    root.style.setProperty("--top", m.clear.top + "px");
  };
  // The controls and the list are folded away, for as long as this window shows the gallery.
  m.fold = (alone) => {
    m.alone = alone;
    sessionStorage.setItem(ALONE, alone ? "1" : "");
    m.stage?.toggleAttribute("data-map-alone", alone);
    m.press?.();
    m.measure();
    if (m.isFitted) m.fit(true);
    m.redraw();
  };
  m.frame = ([x0, y0], [x1, y1]) => {
    const { left, right, top, bottom } = m.clear;
    const scale = Math.max(1e-6, Math.min((right - left) / Math.max(1, x1 - x0), (bottom - top) / Math.max(1, y1 - y0)));
    return { scale, left: (left + right - (x0 + x1) * scale) / 2, top: (top + bottom - (y0 + y1) * scale) / 2 };
  };
  m.fit = (quietly) => {
    m.view = m.frame([-900, -900], [m.wideUnits + 900, m.tallUnits + 900]);
    m.fitted = m.view.scale;
    m.isFitted = true;
    if (!quietly) m.report();
    m.redraw();
  };
  m.sift = () => {
    m.visible = new Uint8Array(m.n);
    const [first, last] = m.span ?? [-40000, 40000];
    const gone = m.legend.map((entry) => m.hidden.has(entry.name));
    for (let i = 0; i < m.n; i++) {
      m.visible[i] = Number(m.years[i] >= first && m.years[i] <= last && !gone[m.values[i]]);
    }
  };
  m.askFor = (ids) => {
    clearTimeout(m.asking);
    m.asking = setTimeout(() => m.whenFree(() => {
      m.ask?.({ ids: m.wanted, large: false });
      // Where an answer gets lost among others, it is asked for again.
      m.asking = setTimeout(() => m.wanted.length && m.askFor(m.wanted), 2500);
    }), 150);
  };
  m.give = (items) => {
    for (const item of items) m.known.set(item.id, { ...m.known.get(item.id), ...item });
    m.redraw();
  };
  // What the server says: all of it at first, later what no newer choice here has overtaken.
  m.apply = (told) => {
    const first = m.applied !== m.token;
    m.applied = m.token;
    m.span = told.years;
    m.rings = null;
    if (told.rings) { const bit = bits(told.rings); m.rings = Uint8Array.from(m.ids, (_, i) => bit(i)); }
    m.ringsAre = told.rings_are;
    m.mark = told.mark;
    if (first || told.turn === m.turn) {
      m.turn = Math.max(m.turn, told.turn);
      m.chosen = told.work;
      if (writeArea(m.area) !== told.area) {
        m.area = readArea(told.area);
        m.inside = m.area && findInside(m, m.area);
      }
      m.hidden = new Set(told.hidden);
    }
    m.sift();
    drawLegend(m);
    m.measure();
    if (first || m.isFitted) m.fit(true);
    if (first && told.window) {
      m.view = m.frame(...readArea(told.window));
      m.isFitted = false;
    }
    m.redraw();
  };
  m.paint = () => { m.waiting = null; draw(m); };
  m.redraw = () => { m.waiting ??= requestAnimationFrame(m.paint); };
};

const draw = (m) => {
  if (!m.canvas.isConnected || !m.wide) return;
  m.ratio = Math.min(2, devicePixelRatio || 1);
  for (const canvas of [m.canvas, m.over]) {
    const [wide, tall] = [Math.round(m.wide * m.ratio), Math.round(m.tall * m.ratio)];
    if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
  }
  placePictures(m);
  placeNames(m);
  drawPoints(m, m.canvas);
  const context = m.over.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, m.over.width, m.over.height);
  drawOver(m, context, m.ratio);
  // A browser may go on showing what a canvas held before it was emptied.
  const some = m.drawing || m.area || m.mark || m.index(m.chosen) >= 0 || (m.byKeys && m.pointed !== null);
  m.over.style.visibility = some ? "visible" : "hidden";
  placeCard(m);
  m.drawn = (m.drawn ?? 0) + 1;
};

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".map");
  const find = (kind) => root.querySelector("." + kind);
  const host = (parentElement.host ?? parentElement).closest("[class*=st-key-]");
  let m = root.map;
  if (!m) {
    m = root.map = {
      canvas: find("points"), over: find("over"), layer: find("layer"), card: find("card"), said: find("said"),
      legendBox: find("legend"), names: new Map(), images: new Map(), pictures: new Map(), known: new Map(),
      hidden: new Set(), wanted: [], chosen: null, pointed: null, mode: "move", named: true, turn: 0,
      view: { scale: 1, left: 0, top: 0 }, fitted: 1, ratio: 1, isFitted: true, pressed: -QUIET, clear: { left: 0, right: 1, top: 0, bottom: 1 },
    };
    outfit(m, root);
    listenTo(m, m.canvas);
    drawTools(m, find("tools"));
    m.legendBox.open = innerWidth > 700;
    m.legendBox.ontoggle = () => { m.measure(); if (m.isFitted) m.fit(true); };
  }
  host.artextractMap = m;
  if (unpack(m, data)) {
    m.canvas.setAttribute("aria-label", `Map of ${m.n.toLocaleString("en")} works. Arrow keys go from work ` +
      "to work, Enter chooses one, plus and minus zoom, Shift with an arrow moves the map, 0 shows all of it.");
    m.sift();
  }
  [m.ground, m.ink, m.accent] = [["--st-background-color", "#ffffff"], ["--st-text-color", "#000000"], ["--st-primary-color", "#c9553c"]]
    .map(([name, otherwise]) => colourOf(m.canvas, name, otherwise));
  // What lies over the map has its ground: outside a component the theme's colours have no names.
  m.stage = host.closest(".st-key-map_stage");
  m.stage?.style.setProperty("--map-ground", `rgb(${m.ground})`);
  m.stage?.style.setProperty("--map-line", getComputedStyle(m.canvas).getPropertyValue("--st-border-color"));
  m.fold(Boolean(sessionStorage.getItem(ALONE)));
  drawLegend(m);
  m.measure();
  if (m.isFitted) m.fit(true);
  m.redraw();
  const watch = new ResizeObserver(() => { m.measure(); if (m.isFitted) m.fit(true); m.redraw(); });
  watch.observe(root);
  const press = (event) => {
    if (!event.composedPath().includes(root)) m.pressed = performance.now();
  };
  ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, press, true));
  return () => {
    watch.disconnect();
    ["pointerdown", "keydown"].forEach((kind) => document.removeEventListener(kind, press, true));
  };
}
