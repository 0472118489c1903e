// Brings the map the pictures that it asks for, once each.
export default function ({ data, parentElement, setTriggerValue }) {
  const link = parentElement.querySelector(".link");
  const attach = () => {
    const map = document.querySelector(`.st-key-${data.map}`)?.artextractMap;
    if (!map) return;
    map.ask = (wanted) => setTriggerValue("wanted", wanted);
    if (link.map === map && link.data === data) return;
    Object.assign(link, { map, data });
    map.give(data.items);
  };
  attach();
  clearInterval(link.watch);
  link.watch = setInterval(attach, 120);
  return () => {
    clearInterval(link.watch);
    if (link.map) link.map.ask = null;
  };
}
