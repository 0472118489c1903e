// Carries what is chosen between the map and the server. Streamlit may replace the map at any time,
// so it looks again whether it still speaks with the one on the page.
export default function ({ data, parentElement, setTriggerValue }) {
  const link = parentElement.querySelector(".link");
  const attach = () => {
    const map = document.querySelector(`.st-key-${data.map}`)?.artextractMap;
    if (!map?.token) return;
    map.tell = (chosen) => setTriggerValue("told", { ...chosen, map: data.of });
    if (map.of !== data.of) return;  // the points of another map are still there, or already
    if (link.map === map && link.token === map.token && link.data === data) return;
    Object.assign(link, { map, token: map.token, data });
    map.apply(data);
  };
  attach();
  clearInterval(link.watch);
  link.watch = setInterval(attach, 80);
  return () => {
    clearInterval(link.watch);
    if (link.map) link.map.tell = null;
  };
}
