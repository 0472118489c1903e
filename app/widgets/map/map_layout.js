// What lies over the points as elements: names of regions, pictures, the card beside the pointer.
const PICTURES = 150;  // at most, and as many points in view as there may be for any
const make = (tag, kind, text = "") => {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
};

// Names of the largest regions that have room.
const placeNames = (m) => {
  const { scale, left, top } = m.view;
  const taken = [], used = new Set();
  const shown = m.pictures.size || !m.named ? [] : m.regions;
  for (const [name, x, y, n] of shown) {
    if (taken.length >= 40) break;
    let px = x * scale + left;
    const py = y * scale + top;
    if (px < m.clear.left || px > m.clear.right || py < m.clear.top || py > m.clear.bottom) continue;
    const size = Math.max(12, Math.min(17, 9 + 2.2 * Math.log10(n) + Math.log2(scale / m.fitted)));
    const wide = name.length * size * 0.56 + 14, tall = size * 1.5;
    px = Math.max(m.clear.left + wide / 2 - 6, Math.min(m.clear.right - wide / 2, px));
    const box = [px - wide / 2, py - tall / 2, px + wide / 2, py + tall / 2];
    if (taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) continue;
    taken.push(box);
    const key = `${name} ${x} ${y}`;
    let element = m.names.get(key);
    if (!element) {
      element = make("div", "name", name);
      m.names.set(key, element);
      m.layer.append(element);
    }
    used.add(key);
    element.style.fontSize = size + "px";
    element.style.transform = `translate(${px}px, ${py}px) translate(-50%, -50%)`;
  }
  for (const [key, element] of m.names) if (!used.has(key)) { element.remove(); m.names.delete(key); }
};

// Pictures instead of dots, where few enough works are in view; those without room stay dots.
const placePictures = (m) => {
  const here = m.inView();
  const chosen = new Map();
  if (here.length && here.length <= PICTURES) {
    const { left, right, top, bottom } = m.clear;
    const side = Math.max(44, Math.min(104, 0.68 * Math.sqrt(((right - left) * (bottom - top)) / here.length)));
    const first = m.index(m.chosen);
    here.sort((a, b) => (b === first) - (a === first) || (m.inside ? m.inside[b] - m.inside[a] : 0) || a - b);
    const taken = [];
    for (const i of here) {
      const [px, py] = m.place(i);
      if (taken.some(([x, y]) => Math.abs(x - px) < side * 0.94 && Math.abs(y - py) < side * 0.94)) continue;
      taken.push([px, py]);
      chosen.set(m.ids[i], [i, px, py, side]);
    }
  }
  const missing = [...chosen.keys()].filter((id) => !m.known.has(id));
  m.wanted = missing;
  if (missing.length) m.askFor(missing);
  m.pictures.clear();
  for (const [id, [i, px, py, side]] of chosen) {
    const source = m.known.get(id)?.small;
    if (!source) continue;
    let image = m.images.get(id);
    if (!image) {
      image = make("img", "picture");
      image.alt = "";
      image.src = source;
      image.draggable = false;
      m.images.set(id, image);
      m.layer.append(image);
    }
    const value = m.values[i] * 3;
    image.style.borderColor = `rgb(${m.lut[value]}, ${m.lut[value + 1]}, ${m.lut[value + 2]})`;
    image.style.maxWidth = image.style.maxHeight = side + "px";
    image.style.opacity = m.inside && !m.inside[i] ? 0.35 : 1;
    image.classList.toggle("chosen", id === m.chosen);
    image.style.transform = `translate(${px}px, ${py}px) translate(-50%, -50%)`;
    m.pictures.set(id, [px, py, side]);
  }
  for (const [id, image] of m.images) if (!m.pictures.has(id)) { image.remove(); m.images.delete(id); }
};

// The card beside the pointer, or beside the point that the arrow keys have reached.
const placeCard = (m) => {
  const item = m.pointed === null ? null : m.known.get(m.pointed);
  const { card } = m;
  card.hidden = !item?.title;
  if (card.hidden) return;
  if (card.dataset.id !== String(m.pointed)) {
    card.dataset.id = m.pointed;
    const image = make("img");
    image.src = item.source;
    image.alt = "";
    image.onload = () => placeCard(m);  // the card is taller now
    const words = [make("div", "title", item.title), make("div", "line", item.line)];
    card.replaceChildren(...(item.source ? [image] : []), ...words);
    if (m.byKeys) m.said.textContent = `${item.title}, ${item.line}`;
  }
  const [px, py] = m.place(m.index(m.pointed));
  const { offsetWidth: wide, offsetHeight: tall } = card;
  const left = px + 16 + wide > m.wide ? px - 16 - wide : px + 16;
  card.style.left = Math.max(4, left) + "px";
  card.style.top = Math.max(4, Math.min(py + 12, m.tall - tall - 8)) + "px";
};

// The area that is or was drawn, the chosen work, the mark of an upload, the point of the keyboard.
const drawOver = (m, context, ratio) => {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const accent = `rgb(${m.accent})`, ink = `rgb(${m.ink})`;
  const corners = m.drawing ?? m.area;
  if (corners?.length > 1) {
    const at = m.drawing ? corners : corners.map(([x, y]) => m.onScreen(x, y));
    const boxed = m.drawing ? m.mode === "box" || m.boxing : corners.length === 2;
    context.beginPath();
    if (boxed) {
      const [a, b] = [at[0], at[at.length - 1]];
      context.rect(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
    } else {
      at.forEach((point, i) => (i ? context.lineTo(...point) : context.moveTo(...point)));
      context.closePath();
    }
    context.setLineDash([6, 4]);
    context.lineWidth = 1.6;
    context.strokeStyle = accent;
    context.fillStyle = `rgba(${m.accent}, .05)`;
    context.fill();
    context.stroke();
    context.setLineDash([]);
  }
  const ring = (px, py, radius, colour, width) => {
    context.beginPath();
    context.arc(px, py, radius, 0, 7);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  };
  const chosen = m.index(m.chosen);
  if (chosen >= 0 && !m.pictures.has(m.chosen)) {
    ring(...m.place(chosen), m.diameter() / 2 + 6, `rgb(${m.ground})`, 5);
    ring(...m.place(chosen), m.diameter() / 2 + 6, ink, 2.5);
  }
  if (m.pointed !== null && m.byKeys) ring(...m.place(m.index(m.pointed)), m.diameter() / 2 + 4, accent, 2.5);
  if (m.mark) {
    const [px, py] = m.onScreen(m.mark.x, m.mark.y);
    ring(px, py, 13, `rgb(${m.ground})`, 7);
    ring(px, py, 13, "#2f7ed8", 3.5);
    context.beginPath();
    context.arc(px, py, 4, 0, 7);
    context.fillStyle = "#2f7ed8";
    context.fill();
  }
};
