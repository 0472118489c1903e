// A chart that is clicked first draws its selection, for half a second where it has many points,
// before the server hears of it.
export default function () {
  const wanted = "button, a, label, input, [role=option], [role=slider], .js-plotly-plot, canvas";
  const app = document.querySelector('[data-testid="stApp"]');
  let timer;
  const asked = (event) => {
    if (!event.composedPath().some((node) => node.matches?.(wanted))) return;
    app.dataset.asked = "";
    clearTimeout(timer);
    timer = setTimeout(() => delete app.dataset.asked, 800);
  };
  document.addEventListener("pointerdown", asked, true);
  return () => document.removeEventListener("pointerdown", asked, true);
}
