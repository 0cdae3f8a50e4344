// `taken` is a promise of { text, html }: what is made meanwhile. To be called within a click.
async function toClipboard(taken) {
  const part = (name, type) => taken.then((one) => new Blob([one[name]], { type }));
  try { // begun within the click: later a browser would not let it
    await navigator.clipboard.write([
      new ClipboardItem({ "text/plain": part("text", "text/plain"), "text/html": part("html", "text/html") }),
    ]);
  } catch { // a page that is not called over https, or a browser that takes no promise
    const { text, html } = await taken;
    const fill = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.clipboardData.setData("text/html", html);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("copy", fill, { capture: true, once: true });
    const isDone = document.execCommand("copy");
    document.removeEventListener("copy", fill, { capture: true });
    if (!isDone) throw new Error("This browser does not let a page copy. Take the CSV file instead.");
  }
}

