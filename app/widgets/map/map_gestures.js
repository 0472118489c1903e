// Pointer, wheel, fingers and keys: they move the view, draw an area, or choose a work.
const CLICK = 5;  // pixels that a click may move
const REACH = { mouse: 12, pen: 14, touch: 22 };

// The corners of a lasso that matter most: Visvalingam and Whyatt (1993), least area first.
// What is less than `least`, twice the area in units, nobody sees.
const simplified = (corners, most, slight) => {
  const kept = corners.filter((c, i) => !i || c[0] !== corners[i - 1][0] || c[1] !== corners[i - 1][1]);
  const area = (i) => {
    const [a, b, c] = [kept.at(i - 1), kept[i], kept[(i + 1) % kept.length]];
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
  };
  while (kept.length > 3) {
    let least = 0;
    for (let i = 1; i < kept.length; i++) if (area(i) < area(least)) least = i;
    if (kept.length <= most && area(least) >= slight) break;
    kept.splice(least, 1);
  }
  return kept;
};

const listenTo = (m, canvas) => {
  const fingers = new Map();
  let start = null, before = null, pinch = 0;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.x, event.clientY - box.y];
  };
  const zoom = (factor, [px, py]) => {
    const scale = Math.max(m.fitted * 0.8, Math.min(m.fitted * 400, m.view.scale * factor));
    const by = scale / m.view.scale;
    m.look({ scale, left: px - (px - m.view.left) * by, top: py - (py - m.view.top) * by });
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return [Math.hypot(a[0] - b[0], a[1] - b[1]), [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]];
  };
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    start = before = at(event);
    m.byKeys = false;
    if (fingers.size === 2) { m.drawing = null; pinch = spread()[0]; m.redraw(); return; }
    m.boxing = event.shiftKey && m.mode === "move";
    if (m.mode !== "move" || m.boxing) m.drawing = [start];
  };
  canvas.onpointermove = (event) => {
    const here = at(event);
    if (!fingers.has(event.pointerId)) { m.hover(here, REACH[event.pointerType] ?? 12); return; }
    fingers.set(event.pointerId, here);
    if (fingers.size === 2) {
      const [far, middle] = spread();
      if (pinch) zoom(far / pinch, middle);
      pinch = far;
      start = [-1e9, 0];  // no click at its end
      return;
    }
    if (m.drawing) {
      const last = m.drawing.at(-1);
      if (m.mode === "box" || m.boxing) m.drawing = [m.drawing[0], here];
      else if (Math.hypot(here[0] - last[0], here[1] - last[1]) > 3) m.drawing.push(here);
      m.redraw();
    } else if (Math.hypot(here[0] - start[0], here[1] - start[1]) > CLICK || m.moving) {
      m.moving = true;
      m.pointed = null;
      m.look({ ...m.view, left: m.view.left + here[0] - before[0], top: m.view.top + here[1] - before[1] });
    }
    before = here;
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    const here = at(event);
    const mine = fingers.delete(event.pointerId);
    const drawn = m.drawing;
    // A lasso may well end where it began.
    const near = ([px, py]) => Math.hypot(px - start[0], py - start[1]) <= CLICK;
    const clicked = start && !m.moving && (drawn ?? [here]).every(near) && near(here);
    m.drawing = null;
    m.moving = false;
    if (!mine || event.type === "pointercancel" || fingers.size) { m.redraw(); return; }
    if (clicked) m.click(here, REACH[event.pointerType] ?? 12);
    else if (drawn?.length > 1) {
      const units = drawn.map(([px, py]) => m.inUnits(px, py));
      m.choose({ area: m.mode === "box" || m.boxing ? units : simplified(units, CORNERS, 8 / m.view.scale ** 2) });
    }
    start = null;
  };
  canvas.onpointerleave = () => { if (!m.byKeys) m.hover(null); };
  canvas.ondblclick = (event) => zoom(2, at(event));
  canvas.onwheel = (event) => {
    event.preventDefault();
    zoom(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) * 0.0035), at(event));
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [(m.clear.left + m.clear.right) / 2, (m.clear.top + m.clear.bottom) / 2];
    const arrow = arrows[event.key];
    if (arrow && event.shiftKey) {
      m.look({ ...m.view, left: m.view.left - 90 * arrow[0], top: m.view.top - 90 * arrow[1] });
    } else if (arrow) m.step(arrow);
    else if (event.key === "+" || event.key === "=") zoom(1.5, m.pointed === null ? middle : m.place(m.index(m.pointed)));
    else if (event.key === "-") zoom(1 / 1.5, middle);
    else if (event.key === "0") m.fit();
    else if (event.key === "Enter" && m.pointed !== null) m.choose({ work: m.pointed });
    else if (event.key === "Escape") m.choose({ work: null, area: null });
    else return;
    event.preventDefault();
  };
  m.zoom = (factor) => zoom(factor, [(m.clear.left + m.clear.right) / 2, (m.clear.top + m.clear.bottom) / 2]);
};
