// Of the panel that this stands in: its keys, its news, its small tables. See on_page.py.

const TABLES = ".widget-html-content table";
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+\-−]?[\d.,]+%?$/;

function cellText(cell) {
  const text = cell.innerText.replace(/\s+/g, " ").trim();
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function copied(table) {
  const lines = [...table.rows].map((row) => [...row.cells].map(cellText));
  const quoted = (text) => (text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text);
  const made = document.createElement("table");
  for (const line of lines) {
    const row = made.insertRow();
    for (const text of line) {
      const cell = row.insertCell();
      cell.textContent = text;
      if (!NUMBER.test(text) || /^0\d/.test(text)) cell.setAttribute("style", "mso-number-format:'\\@'");
    }
  }
  const text = lines.map((line) => line.map(quoted).join("\t")).join("\n") + "\n";
  return { text, html: `<meta charset="utf-8">${made.outerHTML}` };
}

function offer(panel) {
  for (const table of panel.querySelectorAll(TABLES)) {
    const holder = table.closest("div[style*='overflow']") ?? table;
    if (table.rows.length < 2 || holder.nextElementSibling?.matches(".cpp-copy")) continue;
    const button = document.createElement("button");
    button.className = "cpp-copy";
    button.textContent = "Copy this table";
    button.title = "Copy it, to paste it into a spreadsheet";
    button.addEventListener("click", async () => {
      try {
        await toClipboard(Promise.resolve(copied(table)));
        button.textContent = "Copied. Paste into a spreadsheet";
      } catch {
        button.textContent = "This browser does not let a page copy";
      }
      setTimeout(() => { button.textContent = "Copy this table"; }, 4000);
    });
    holder.after(button);
  }
}

const OPENING = 4000; // ms
const NEWS = "[role=status], .cpp-news";

function keepKeys({ target }) {
  if (target.closest?.(".coursepush-panel")) {
    target.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function isOutOfView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const page = element.closest(".jp-WindowedPanel-outer")?.getBoundingClientRect();
  return top < (page?.top ?? 0) || bottom > (page?.bottom ?? innerHeight);
}

export default {
  render({ el }) {
    let isHere = true;
    let whole = null;
    const tables = new MutationObserver(() => offer(whole));
    const join = () => { // the element stands in the page only after this
      whole = el.closest(".coursepush-panel");
      if (!whole) return void (isHere && requestAnimationFrame(join));
      tables.observe(whole, { childList: true, subtree: true });
      offer(whole);
    };
    requestAnimationFrame(join);
    let panel = null;
    let known = new WeakSet();
    let kinds = new Set();
    const shown = () => [...(panel?.querySelectorAll(NEWS) ?? [])].filter((one) => one.offsetHeight);
    const watch = new MutationObserver(() => {
      for (const one of shown()) {
        const kind = one.className + one.getAttribute("role");
        if (known.has(one) || kinds.has(kind)) continue;
        known.add(one);
        kinds.add(kind);
        const isTall = one.offsetHeight > innerHeight * 0.6;
        if (isOutOfView(one)) one.scrollIntoView({ block: isTall ? "start" : "center" });
      }
    });
    let growing = null;
    const opened = (tabs) => { // a tab's list is made when it is opened first, and comes a while later
      const grown = new ResizeObserver(() => {
        if (isOutOfView(tabs)) tabs.scrollIntoView({ block: "start" });
      });
      grown.observe(tabs);
      setTimeout(() => grown.disconnect(), OPENING);
      return grown;
    };
    const clicked = ({ target }) => {
      const tabs = target.closest?.(".coursepush-panel [role=tab]")?.closest(".widget-tab");
      growing?.disconnect();
      growing = tabs ? opened(tabs) : null;
      panel = target.closest?.(".coursepush-panel") ?? null;
      known = new WeakSet(shown());
      kinds = new Set();
      watch.disconnect();
      if (panel) {
        watch.observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
      }
    };
    document.addEventListener("focusin", keepKeys);
    document.addEventListener("click", clicked, true);
    return () => {
      isHere = false;
      tables.disconnect();
      watch.disconnect();
      document.removeEventListener("focusin", keepKeys);
      document.removeEventListener("click", clicked, true);
      growing?.disconnect();
    };
  },
};
