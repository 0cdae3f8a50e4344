// What is saved of a panel is HTML: its twin. Where a notebook can be written to (JupyterLab, Jupyter Notebook), the
// twin takes the place of the widget among the cell's outputs, and the live panel is put beside it, which hides it.
// When the kernel is gone the live panel goes, and the twin is there again. Elsewhere the widget stays the output.

const VIEW = "application/vnd.jupyter.widget-view+json";
const HTML = "text/html";
const REST = 300; // ms without a change, after which the twin is made anew
const DEAD = ["dead", "restarting", "autorestarting", "terminating"];

function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

function joined(text) {
  return Array.isArray(text) ? text.join("") : (text ?? "");
}

class Kept {
  constructor(model) {
    this.model = model;
    this.manager = model.widget_manager;
    this.id = model.get("panel");
    this.mine = `coursepush-of-${this.id}`;
    this.cells = this.manager.context?.model?.cells;
    this.places = document.getElementsByClassName(this.mine);
    this.hosts = new Map(); // the output's node -> the live view's host, and the view
    this.isAlive = true;
    this.isSoon = false;
    this.timer = 0;
  }

  get isKept() {
    return Boolean(this.cells);
  }

  *outputs() {
    for (let place = 0; place < (this.cells?.length ?? 0); place += 1) {
      const outputs = this.cells.get(place)?.outputs;
      for (let number = 0; number < (outputs?.length ?? 0); number += 1) {
        const data = outputs.get(number).data ?? {};
        if (data[VIEW]?.model_id === this.id || joined(data[HTML]).includes(this.mine)) {
          yield { outputs, number, data };
        }
      }
    }
  }

  /** Have the twin, and nothing else, among the outputs of the notebook. */
  save() {
    if (!this.isKept || !this.isAlive) return;
    const [html, mark] = [this.model.get("html"), this.model.get("mark")];
    for (const { outputs, number, data } of [...this.outputs()]) {
      if (!data[VIEW] && joined(data[HTML]) === html) continue;
      const plain = data["text/plain"] === undefined ? {} : { "text/plain": data["text/plain"] };
      outputs.set(number, { ...outputs.get(number).toJSON(), data: { [HTML]: html, ...plain }, metadata: mark });
    }
    this.look();
  }

  /** Put the live panel wherever the twin is on the page; look after a while, for pages change often. */
  look() {
    if (!this.isKept || !this.isAlive || this.isSoon) return;
    this.isSoon = true;
    requestAnimationFrame(() => {
      this.isSoon = false;
      if (!this.isAlive) return;
      for (const twin of [...this.places]) {
        const output = twin.closest(".jp-OutputArea-output");
        if (output && !this.hosts.has(output)) this.mount(output);
      }
      this.sweep();
    });
  }

  async mount(output) {
    const host = document.createElement("div");
    host.className = "jp-OutputArea-output coursepush-live";
    const held = { host, view: null };
    this.hosts.set(output, held);
    const view = await this.view();
    if (!view || !this.isAlive || !output.parentElement) {
      this.hosts.delete(output);
      view?.remove();
      return;
    }
    held.view = view;
    output.style.display = "none";
    output.after(host);
    const widget = view.luminoWidget ?? view.pWidget;
    widget.constructor.attach(widget, host);
    held.changes = new MutationObserver(() => this.ask());
    held.changes.observe(host, { childList: true, subtree: true, characterData: true });
    for (const kind of ["change", "click", "input"]) host.addEventListener(kind, () => this.ask());
  }

  /** A view of the panel; its model may come a moment after this one, when a page is opened again. */
  async view() {
    for (let tries = 0; tries < 50 && this.isAlive; tries += 1) {
      try {
        const panel = await this.manager.get_model(this.id);
        if (panel.comm_live === false) { // a state that was saved with the notebook, and no kernel behind it
          this.isAlive = false;
          return null;
        }
        return await this.manager.create_view(panel);
      } catch (error) {
        if (tries > 48) console.warn("coursepush: the panel cannot be shown", error);
        await sleep(200);
      }
    }
    return null;
  }

  /** Let go of views whose output was cleared; a cell that is scrolled far away is off the page for a while only. */
  sweep() {
    const away = [...this.hosts].filter(([output, { view }]) => view && !output.isConnected);
    if (away.length && this.outputs().next().done) away.forEach(([output]) => this.unmount(output));
  }

  unmount(output) {
    const { host, view, changes } = this.hosts.get(output);
    this.hosts.delete(output);
    changes?.disconnect();
    host.hidden = true;
    if (!host.isConnected) document.body.append(host); // a view that is off the page cannot be let go of
    view?.remove();
    host.remove();
    output.style.display = "";
  }

  /** Ask for the twin as the panel now is, once it is at rest. */
  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isAlive && this.model.send({ kind: "twin" }), REST);
  }

  /** The kernel is gone: where the panel was, what it showed last, and the words that say so. */
  end() {
    if (!this.isAlive) return;
    this.isAlive = false;
    clearTimeout(this.timer);
    for (const output of [...this.hosts.keys()]) {
      const hint = output.querySelector(`.${this.mine}`)?.firstElementChild;
      if (hint) hint.innerHTML = this.model.get("gone");
      this.unmount(output);
    }
  }
}

/** Call `ended` once the kernel that the model lives in is gone. */
function onEnd(model, kept, ended) {
  const kernel = model.widget_manager.kernel;
  const isDead = (_, status) => DEAD.includes(status) && ended();
  const isOff = (_, status) => status === "disconnected" && ended();
  kernel?.statusChanged?.connect(isDead);
  kernel?.connectionStatusChanged?.connect(isOff);
  kernel?.disposed?.connect(ended);
  const isCut = async () => {
    const panel = await model.widget_manager.get_model(kept.id).catch(() => null);
    if (panel && panel.comm_live === false) ended();
  };
  model.on("comm_live_update", isCut);
  isCut(); // widgets whose state was saved with a page never had a kernel there
  return () => {
    kernel?.statusChanged?.disconnect(isDead);
    kernel?.connectionStatusChanged?.disconnect(isOff);
    kernel?.disposed?.disconnect(ended);
    model.off("comm_live_update", isCut);
  };
}

export default () => {
  let kept = null;
  return {
    initialize({ model }) {
      kept = new Kept(model);
      const save = () => kept.save();
      model.on("change:html", save);
      const page = new MutationObserver(() => kept.look());
      if (kept.isKept) {
        page.observe(document.body, { childList: true, subtree: true });
        save();
      }
      const forget = onEnd(model, kept, () => {
        page.disconnect();
        kept.end();
      });
      return () => {
        page.disconnect();
        kept.end();
        forget();
      };
    },

    render({ model, el }) {
      requestAnimationFrame(() => {
        if (!el.closest(".coursepush-live")) kept.save();
      });
      return onEnd(model, kept, () => {
        el.innerHTML = model.get("gone");
        el.parentElement?.closest(".coursepush-panel")?.classList.add("coursepush-gone");
      });
    },
  };
};
