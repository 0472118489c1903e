// The name of whoever looks, kept in this browser and nowhere else until something is noted.
const KEPT = "artextract-reviewer";

export default function ({ data, parentElement, setStateValue }) {
  const input = parentElement.querySelector("input");
  const read = () => { try { return localStorage.getItem(KEPT) ?? ""; } catch { return ""; } };
  if (!input.state) {
    input.state = { told: data.name };
    input.value = read() || data.name;
  }
  const tell = () => {
    const name = input.value.trim().slice(0, data.longest);
    try { localStorage.setItem(KEPT, name); } catch { /* a browser that keeps nothing */ }
    if (name === input.state.told) return;
    input.state.told = name;
    setStateValue("name", name);
  };
  input.onchange = tell;
  input.onkeydown = (event) => {
    event.stopPropagation();  // letters are shortcuts of the page
    if (event.key === "Enter") input.blur();
  };
  tell();
}
