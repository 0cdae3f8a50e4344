// Buttons that take something out of a panel and into the reader's hands: to the clipboard, or as a download.
// Beside a list (an element of class coursepush-rows around both) also what the list's own table does not do by
// itself: sorting is asked of Python, which has all rows; rows are reached and chosen by keys; choices are kept.

const BUSY_AFTER = 10_000; // milliseconds without an answer

function render({ model, el }) {
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "cpp-muted coursepush-said";
  el.classList.add("coursepush-takeaway");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", model.get("label"));
  const buttons = new Map();
  for (const { name, text, icon, title } of model.get("items")) {
    const button = document.createElement("button");
    button.className = "lm-Widget jupyter-widgets jupyter-button widget-button";
    button.title = title;
    button.innerHTML = `<i class="fa fa-${icon}" aria-hidden="true"></i>`;
    button.append(text);
    button.addEventListener("click", () => take(name));
    buttons.set(name, button);
    el.append(button);
  }
  el.append(said);

  const say = (text) => { said.textContent = text; };
  const show = () => {
    for (const button of buttons.values()) button.disabled = model.get("disabled");
  };
  show();
  model.on("change:disabled", show);

  // -- asking the kernel ---------------------------------------------------------------------------------

  const waiting = new Map();
  const answered = (content, buffers) => {
    const asked = waiting.get(content.id);
    if (!asked) return;
    waiting.delete(content.id);
    clearTimeout(asked.timer);
    if (content.error) asked.reject(new Error(content.error));
    else asked.resolve({ ...content, bytes: buffers?.[0] });
  };
  model.on("msg:custom", answered);

  function ask(name, row) {
    const id = `${Date.now()}-${Math.random()}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => say("No answer yet: the notebook is busy, or its kernel has gone. Then run this cell again."),
        BUSY_AFTER,
      );
      waiting.set(id, { resolve, reject, timer });
      model.send({ take: name, id, ...(row && { row }) });
    });
  }

  async function take(name, row) {
    say("…");
    const answer = ask(name, row);
    answer.catch(() => {}); // it is told below
    const copying = name === "copy" ? toClipboard(answer) : null;
    try {
      const taken = await answer;
      if (copying) await copying;
      else download(taken);
      say(taken.told);
    } catch (error) {
      say(error.message);
    }
  }

  // -- out of the page -----------------------------------------------------------------------------------

  function download({ name, bytes }) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  // -- the list beside it --------------------------------------------------------------------------------

  const list = () => el.closest(".coursepush-rows");
  const within = (target, selector) => {
    const found = target.closest?.(selector);
    return found && list()?.contains(found) ? found : null;
  };
  let sorted = null;

  function sort(event) {
    const head = within(event.target, "thead th");
    if (!head) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    const siblings = [...head.parentNode.children];
    const place = Number(head.dataset.dtColumn ?? siblings.indexOf(head));
    sorted = list().contains(document.activeElement) && event.type === "keydown" ? place : null;
    model.send({ sort: place });
    return true;
  }

  const rowsShown = () => [...(list()?.querySelectorAll("tbody tr:not(:has(.dt-empty))") ?? [])];

  function walk(event) {
    if (event.key === "Enter" || event.key === " ") {
      if (sort(event)) return;
    }
    const row = event.target.matches?.("tbody tr") ? within(event.target, "tbody tr") : null;
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = rowsShown();
    const place = rows.indexOf(row);
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") row.cells[0]?.click();
    else if (to === undefined) return;
    else rows[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  /** What a cell says, without the button in it. */
  const saidIn = (cell) => [...cell.childNodes]
    .filter((one) => !one.classList?.contains("coursepush-of-row")).map((one) => one.textContent).join("");

  function offer(row) {
    const { name, text, icon, title, place } = model.get("row_item");
    const cell = row.cells[place];
    if (!name || !cell || cell.querySelector(".coursepush-of-row")) return;
    const button = document.createElement("button");
    button.className = "coursepush-of-row";
    button.title = `${title} ${saidIn(cell)}`;
    button.setAttribute("aria-label", `${text}: ${saidIn(cell)}`);
    button.innerHTML = `<i class="fa fa-${icon}" aria-hidden="true"></i> `;
    button.append(text);
    button.addEventListener("click", (event) => {
      event.stopPropagation(); // the row stays as it is, chosen or not
      take(name, [...row.cells].map(saidIn));
    });
    cell.append(" ", button);
  }

  function prepare() {
    const rows = rowsShown();
    rows.forEach(offer);
    const focused = rows.find((row) => row === document.activeElement);
    const first = focused ?? rows.find((row) => row.classList.contains("selected")) ?? rows[0];
    for (const row of rows) {
      const tab = row === first ? 0 : -1;
      if (row.tabIndex !== tab || !row.hasAttribute("tabindex")) row.tabIndex = tab;
      const isChosen = String(row.classList.contains("selected"));
      if (row.getAttribute("aria-selected") !== isChosen) row.setAttribute("aria-selected", isChosen);
    }
    const table = list()?.querySelector("table");
    if (table && table.getAttribute("role") !== "grid") table.setAttribute("role", "grid");
    if (table && !table.hasAttribute("aria-label")) table.setAttribute("aria-label", "The rows of this list");
    if (sorted !== null) {
      const head = list().querySelector(`thead th[data-dt-column="${sorted}"]`);
      const focusable = head?.querySelector("[tabindex]") ?? head;
      if (focusable && document.activeElement !== focusable && !list().contains(document.activeElement)) {
        focusable.focus();
      }
    }
  }

  const watch = new MutationObserver(prepare);
  const moved = ({ target }) => {
    if (within(target, "tbody tr")) prepare();
    if (!within(target, "thead")) sorted = null;
  };
  function join() { // the element stands in the page only after this
    if (!list()) return void (isHere && requestAnimationFrame(join));
    watch.observe(list(), { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    prepare();
    document.addEventListener("click", sort, true);
    document.addEventListener("keydown", walk, true);
    document.addEventListener("focusin", moved);
  }

  // -- choices kept for the next session -----------------------------------------------------------------

  const key = () => `coursepush filters ${model.get("scope")}`;
  const keep = () => {
    try {
      localStorage.setItem(key(), JSON.stringify(model.get("remembered")));
    } catch { /* a browser that keeps nothing */ }
  };
  function remind() {
    if (!model.get("scope")) return;
    try {
      const kept = JSON.parse(localStorage.getItem(key()) ?? "{}");
      if (Object.keys(kept).length) model.send({ remembered: kept });
    } catch { /* nothing kept, or nothing that can be read */ }
    model.on("change:remembered", keep);
  }

  let isHere = true;
  if (model.get("is_of_list")) {
    requestAnimationFrame(join);
    remind();
  }
  return () => {
    isHere = false;
    watch.disconnect();
    document.removeEventListener("click", sort, true);
    document.removeEventListener("keydown", walk, true);
    document.removeEventListener("focusin", moved);
    model.off("msg:custom", answered);
    model.off("change:disabled", show);
    model.off("change:remembered", keep);
  };
}

export default { render };
