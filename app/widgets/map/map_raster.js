// Draws points into pixels, without WebGL: a point is a small mask that is blended into a buffer.
// Tens of milliseconds for a hundred thousand points, the same on every machine, and no context that
// a browser can take away.
const STEPS = 4;  // places of a centre within a pixel, across and down
const maskCache = new Map();

// Coverage, 0..255, of a disc or a ring, for each place of its centre within a pixel.
const masks = (diameter, ring) => {
  const key = diameter.toFixed(1) + (ring ? "o" : "");
  if (maskCache.has(key)) return maskCache.get(key);
  const outer = diameter / 2, inner = ring ? outer - ring : -1;
  const size = Math.ceil(diameter) + 2, half = Math.floor(size / 2);
  const all = [];
  for (let sy = 0; sy < STEPS; sy++) for (let sx = 0; sx < STEPS; sx++) {
    const mask = new Uint8Array(size * size);
    for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) {
      const far = Math.hypot(column - half - (sx + 0.5) / STEPS + 0.5, row - half - (sy + 0.5) / STEPS + 0.5);
      const edge = Math.max(0, Math.min(1, outer - far + 0.5));
      const hole = ring ? Math.max(0, Math.min(1, inner - far + 0.5)) : 0;
      mask[row * size + column] = Math.round(255 * Math.max(0, edge - hole));
    }
    all.push(mask);
  }
  const made = { all, size, half };
  if (maskCache.size > 60) maskCache.clear();
  maskCache.set(key, made);
  return made;
};

// Blend one mask in one colour (three channels, 0..255) at a place in device pixels.
const blend = (bytes, wide, tall, made, px, py, red, green, blue, alpha) => {
  const left = Math.floor(px), top = Math.floor(py);
  const { size, half } = made;
  const mask = made.all[Math.floor((py - top) * STEPS) * STEPS + Math.floor((px - left) * STEPS)];
  const x0 = left - half, y0 = top - half;
  for (let row = 0, k = 0; row < size; row++) {
    const y = y0 + row;
    if (y < 0 || y >= tall) { k += size; continue; }
    let at = (y * wide + x0) * 4;
    for (let column = 0; column < size; column++, k++, at += 4) {
      const share = mask[k] * alpha;
      const x = x0 + column;
      if (share < 1 || x < 0 || x >= wide) continue;
      bytes[at] += ((red - bytes[at]) * share) / 255;
      bytes[at + 1] += ((green - bytes[at + 1]) * share) / 255;
      bytes[at + 2] += ((blue - bytes[at + 2]) * share) / 255;
    }
  }
};

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// Draw all points of a map: those that are not selected first, faint, then the others, then rings.
const drawPoints = (m, canvas) => {
  const { width: wide, height: tall } = canvas;
  const context = canvas.getContext("2d");
  if (m.image?.width !== wide || m.image?.height !== tall) m.image = context.createImageData(wide, tall);
  const bytes = m.image.data;
  const [red, green, blue] = m.ground;
  new Uint32Array(bytes.buffer).fill((255 << 24) | (blue << 16) | (green << 8) | red);
  const { scale, left, top } = m.view;
  const k = scale * m.ratio, ox = left * m.ratio, oy = top * m.ratio;
  const diameter = m.diameter() * m.ratio;
  const dot = masks(diameter), open = masks(diameter + m.ratio, 1.2 * m.ratio);
  const { x, y, values, visible, inside, n } = m;
  const pass = (faint) => {
    for (let i = 0; i < n; i++) {
      if (!visible[i] || (inside !== null && (inside[i] === 0) !== faint)) continue;
      const px = x[i] * k + ox, py = y[i] * k + oy;
      if (px < -diameter || py < -diameter || px > wide + diameter || py > tall + diameter) continue;
      const value = values[i], hollow = m.hollow[value] === 1;
      if (faint) blend(bytes, wide, tall, hollow ? open : dot, px, py, 140, 130, 116, 0.22);
      else {
        const c = value * 3;
        blend(bytes, wide, tall, hollow ? open : dot, px, py, m.lut[c], m.lut[c + 1], m.lut[c + 2], m.alpha[value]);
      }
    }
  };
  if (inside !== null) pass(true);
  pass(false);
  if (m.rings) {
    // Whatever is selected, a ring is a ring.
    const ring = masks(diameter + 7 * m.ratio, 2 * m.ratio);
    for (let i = 0; i < n; i++) {
      if (!m.rings[i] || !visible[i]) continue;
      const px = x[i] * k + ox, py = y[i] * k + oy;
      if (px < -20 || py < -20 || px > wide + 20 || py > tall + 20) continue;
      blend(bytes, wide, tall, ring, px, py, ...m.accent, 1);
    }
  }
  context.putImageData(m.image, 0, 0);
};
