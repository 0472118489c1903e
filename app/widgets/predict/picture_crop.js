// Edges are shares of the picture: left, top, right, bottom.
const EDGES = { w: [0], n: [1], e: [2], s: [3], nw: [0, 1], ne: [2, 1], sw: [0, 3], se: [2, 3] };

export default function ({ data, parentElement, setTriggerValue }) {
  const stage = parentElement.querySelector(".stage");
  const [image, frame] = ["img", ".box"].map((s) => stage.querySelector(s));
  const state = (stage.state ??= { box: [0.1, 0.1, 0.9, 0.9] });
  if (image.src !== data.source) image.src = data.source;
  image.alt = "The picture " + data.name;
  stage.style.setProperty("--ratio", data.size[0] / data.size[1]);

  const between = (low, value, high) => Math.min(Math.max(value, low), high);
  const draw = () => {
    const [left, top, right, bottom] = state.box;
    frame.style.left = 100 * left + "%";
    frame.style.top = 100 * top + "%";
    frame.style.width = 100 * (right - left) + "%";
    frame.style.height = 100 * (bottom - top) + "%";
    for (const [kind, [edge]] of Object.entries(EDGES).slice(0, 4)) {
      const handle = frame.querySelector("." + kind);
      const at = Math.round(100 * state.box[edge]);
      handle.setAttribute("aria-valuemin", "0");
      handle.setAttribute("aria-valuemax", "100");
      handle.setAttribute("aria-valuenow", String(at));
      handle.setAttribute("aria-valuetext", at + " %");
    }
  };
  const resize = (edges, box, across, down) => {
    const made = [...box];
    for (const edge of edges) {
      const by = edge % 2 ? down : across;
      made[edge] = edge < 2
        ? between(0, box[edge] + by, box[edge + 2] - data.smallest)
        : between(box[edge - 2] + data.smallest, box[edge] + by, 1);
    }
    return made;
  };
  const move = ([left, top, right, bottom], across, down) => {
    const x = between(-left, across, 1 - right), y = between(-top, down, 1 - bottom);
    return [left + x, top + y, right + x, bottom + y];
  };
  const change = (kind, box, across, down) => {
    state.box = kind === "box" ? move(box, across, down) : resize(EDGES[kind], box, across, down);
    draw();
  };
  const kindOf = (node) => node === frame ? "box" : node.classList[1];

  frame.onpointerdown = (event) => {
    if (event.button) return;
    const kind = kindOf(event.target), began = [event.clientX, event.clientY], box = state.box;
    const { width, height } = stage.getBoundingClientRect();
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
    event.target.focus?.({ focusVisible: false });
    frame.onpointermove = (moved) =>
      change(kind, box, (moved.clientX - began[0]) / width, (moved.clientY - began[1]) / height);
    frame.onpointerup = frame.onpointercancel = () => { frame.onpointermove = null; };
  };
  frame.onkeydown = (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 0.05 : 0.01;
    change(kindOf(event.target), state.box, far * step[0], far * step[1]);
  };
  parentElement.querySelector(".take").onclick = () => setTriggerValue("chosen", state.box);
  parentElement.querySelector(".cancel").onclick = () => setTriggerValue("cancelled", true);
  draw();
}
