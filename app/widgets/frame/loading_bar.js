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
  // Streamlit calls the place for uploads mere decoration and names it all the same, so that some
  // screen readers leave it out.
  const name = () => document
    .querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')
    .forEach((place) => place.setAttribute("role", "group"));
  const watch = new MutationObserver(name);
  watch.observe(app, { childList: true, subtree: true });
  name();
  return () => {
    watch.disconnect();
    document.removeEventListener("pointerdown", asked, true);
  };
}
