// The legend, whose lines hide and show works, the buttons, and the picture to take away.
const ICONS = {
  move: "M8 1v14M1 8h14M8 1 6 3M8 1l2 2M8 15l-2-2M8 15l2-2M1 8l2-2M1 8l2 2M15 8l-2-2M15 8l-2 2",
  box: "M2 3h3M7 3h2M11 3h3v2M14 7v2M14 11v2h-3M9 13H7M5 13H2v-2M2 9V7M2 5V3",
  lasso: "M8 2c4 0 6 2 6 4.5s-2.5 4.5-6 4.5-6-2-6-4.5S4 2 8 2M5 10.5c-1 1-1.5 2-1 3.5",
  closer: "M8 3v10M3 8h10", farther: "M3 8h10", fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  alone: "M2 3h12v10H2zM9.5 3v10M2 6h7.5",
  names: "M2 4V2.5h9V4M6.5 2.5V13M9 8V7h5.5v1M11.7 7v6", save: "M8 2v8M4.5 7 8 10.5 11.5 7M2 13.5h12",
};
const TOOLS = [
  ["move", "Move the map", "mode"], ["box", "Select with a box (or drag with Shift)", "mode"],
  ["lasso", "Select with a lasso", "mode"], ["closer", "Zoom in", "act"], ["farther", "Zoom out", "act"],
  ["fit", "Show the whole map", "act"], ["names", "Names of regions", "toggle"], ["save", "Download as PNG", "act"],
  ["alone", "Fold away what lies over the map", "toggle"],
];

const drawLegend = (m) => {
  const box = m.legendBox.querySelector(".entries");
  const now = JSON.stringify([m.token, [...m.hidden], Boolean(m.rings), m.ringsAre, m.mark]);
  if (box.dataset.shown === now) return;
  box.dataset.shown = now;
  const swatch = (colour, hollow) => {
    const dot = make("i", hollow ? "hollow" : "");
    dot.style.setProperty("--colour", colour);
    return dot;
  };
  const focused = m.legendBox.getRootNode().activeElement?.dataset?.name;
  const entries = m.legend.filter((entry) => entry.n).map((entry) => {
    const button = make("button");
    button.type = "button";
    button.dataset.name = entry.name;
    button.setAttribute("aria-pressed", String(!m.hidden.has(entry.name)));
    button.title = m.hidden.has(entry.name) ? "Show these works" : "Hide these works; double click: only these";
    button.append(swatch(entry.colour, entry.hollow), make("span", "", entry.name), make("small", "", entry.n.toLocaleString("en")));
    const set = (hidden) => { m.hidden = hidden; m.sift(); drawLegend(m); m.report(); m.redraw(); };
    button.onclick = () => {
      const hidden = new Set(m.hidden);
      if (!hidden.delete(entry.name)) hidden.add(entry.name);
      set(hidden);
    };
    button.ondblclick = () => set(new Set(m.legend.map((other) => other.name).filter((name) => name !== entry.name)));
    return button;
  });
  if (m.scale) {
    const bar = make("div", "scale");
    const gradient = make("i");
    gradient.style.background = `linear-gradient(to right, ${m.scale.colours.filter((_, i) => i % 20 === 0 || i === 199)})`;
    bar.append(make("span", "", `${m.scale.title}  ${Math.round(m.scale.least)}`), gradient, make("span", "", String(Math.round(m.scale.most))));
    entries.unshift(bar);
  }
  const told = (colour, name) => {
    const line = make("div", "told");
    line.append(swatch(colour, true), make("span", "", name));
    entries.push(line);
  };
  if (m.rings) told(`rgb(${m.accent})`, m.ringsAre);
  if (m.mark) told("#2f7ed8", m.mark.name);
  box.replaceChildren(...entries);
  if (focused) box.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
};

const drawTools = (m, box) => {
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };
  const acts = { closer: () => m.zoom(1.6), farther: () => m.zoom(1 / 1.6), fit: () => m.fit(), save: () => savePicture(m) };
  const buttons = TOOLS.map(([name, label, kind]) => {
    const button = make("button");
    button.type = "button";
    button.dataset.tool = name;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.append(icon(name));
    button.onclick = () => {
      if (kind === "mode") m.mode = name;
      else if (name === "names") m.named = !m.named;
      else if (name === "alone") m.fold(!m.alone);
      else acts[name]();
      press();
      m.redraw();
    };
    return button;
  });
  const press = m.press = () => TOOLS.forEach(([name, , kind], i) => {
    const held = kind === "mode" ? m.mode === name : name === "names" ? m.named : m.alone;
    if (kind !== "act") buttons[i].setAttribute("aria-pressed", String(held));
    m.canvas.style.cursor = m.mode === "move" ? "grab" : "crosshair";
  });
  box.replaceChildren(...buttons);
  press();
};

// What is on the screen, with its names and its legend below.
const savePicture = (m) => {
  const { ratio } = m, entries = m.legend.filter((entry) => entry.n && !m.hidden.has(entry.name));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const font = (size) => `${size}px ${getComputedStyle(m.canvas).getPropertyValue("--st-font") || "sans-serif"}`;
  const across = Math.max(1, Math.floor(m.wide / 210)), lines = Math.ceil(entries.length / across);
  [canvas.width, canvas.height] = [m.wide * ratio, (m.tall + 20 * lines + 16) * ratio];
  context.fillStyle = `rgb(${m.ground})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(m.canvas, 0, 0);
  context.drawImage(m.over, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const [id, [px, py, side]] of m.pictures) {
    const image = m.images.get(id);
    const by = side / Math.max(image.naturalWidth, image.naturalHeight, 1);
    const [wide, tall] = [image.naturalWidth * by, image.naturalHeight * by];
    context.drawImage(image, px - wide / 2, py - tall / 2, wide, tall);
  }
  context.textAlign = "center";
  context.textBaseline = "middle";
  const origin = m.layer.getBoundingClientRect();
  for (const element of m.names.values()) {
    const box = element.getBoundingClientRect();
    context.font = `600 ${font(parseFloat(element.style.fontSize))}`;
    context.lineWidth = 3;
    context.strokeStyle = `rgb(${m.ground})`;
    context.fillStyle = `rgb(${m.ink})`;
    const at = [box.x + box.width / 2 - origin.x, box.y + box.height / 2 - origin.y];
    context.strokeText(element.textContent, ...at);
    context.fillText(element.textContent, ...at);
  }
  context.textAlign = "left";
  context.font = font(13);
  entries.forEach((entry, i) => {
    const [px, py] = [12 + (i % across) * 210, m.tall + 14 + 20 * Math.floor(i / across)];
    context.fillStyle = entry.colour;
    context.beginPath();
    context.arc(px, py, 5, 0, 7);
    context.fill();
    context.fillStyle = `rgb(${m.ink})`;
    context.fillText(`${entry.name}  ${entry.n.toLocaleString("en")}`, px + 12, py, 190);
  });
  const link = document.createElement("a");
  link.download = "map.png";
  link.href = canvas.toDataURL("image/png");
  link.click();
};
