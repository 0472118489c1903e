// Files go into the page's uploader, which knows what it takes, as if they had been chosen there.
export default function ({ data, parentElement }) {
  const [over, said] = [".over", ".said"].map((s) => parentElement.querySelector(s));
  const input = () => document.querySelector(`.st-key-${data.place} input[type="file"]`);
  const give = (files, how) => {
    const uploader = input();
    if (!uploader || !files.length) return;
    const held = new DataTransfer();
    files.forEach((file) => held.items.add(file));
    uploader.files = held.files;
    uploader.dispatchEvent(new Event("change", { bubbles: true }));
    said.textContent = `${files.length} ${files.length === 1 ? "file" : "files"} ${how}`;
  };
  let own = false;  // a picture of this page that is dragged over it is no upload
  let leaving;
  const dragged = (event) => !own && [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (event) => {
    if (!dragged(event)) return;
    event.preventDefault();  // else the browser would open the file instead of the page
    clearTimeout(leaving);
    over.hidden = false;
  };
  // Leaving one element for the next says "leave" as well: only if nothing follows is it outside.
  const leave = () => { clearTimeout(leaving); leaving = setTimeout(() => { over.hidden = true; }, 120); };
  const drop = (event) => {
    over.hidden = true;
    if (!dragged(event)) return;
    const uploader = event.composedPath()
      .some((node) => node.dataset?.testid === "stFileUploaderDropzone");
    if (uploader) return;  // it takes what falls on it
    event.preventDefault();
    give([...event.dataTransfer.files], "dropped");
  };
  const paste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    // What was copied as a picture, and not as a file, is called "image.png" by every browser.
    give(files.map((file) => file.name === "image.png"
      ? new File([file], "Pasted picture.png", { type: file.type }) : file), "pasted");
  };
  const heard = {
    dragstart: () => { own = true; },
    dragend: () => { own = false; },
    dragenter: show, dragover: show, dragleave: leave, drop, paste,
  };
  for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear);
  return () => {
    clearTimeout(leaving);
    over.hidden = true;
    for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear);
  };
}
