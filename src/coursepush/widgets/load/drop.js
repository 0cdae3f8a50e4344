// Files that are dropped or chosen go to the kernel in pieces, one after the other: a message of more than a few
// megabytes would cut the connection. The kernel asks for each next piece.

const PIECE = 2 * 1024 * 1024;

function nextPiece(model) {
  return new Promise((done) => {
    const answered = (answer) => {
      if (answer?.kind !== "next") return;
      model.off("msg:custom", answered);
      done(answer.goes_on);
    };
    model.on("msg:custom", answered);
  });
}

async function send(model, files, told) {
  const every = [...files];
  const total = every.reduce((sum, file) => sum + file.size, 0) || 1;
  let sent = 0;
  for (const [number, file] of every.entries()) {
    for (let start = 0; start === 0 || start < file.size; start += PIECE) {
      const piece = await file.slice(start, start + PIECE).arrayBuffer();
      const isLast = start + PIECE >= file.size;
      const answer = nextPiece(model);
      model.send({
        kind: "piece", name: file.name, is_first: start === 0, is_last: isLast, number, of: every.length,
      }, {}, [piece]);
      if (!(await answer)) return;
      sent += piece.byteLength;
      told(`Sending: ${Math.round((100 * sent) / total)} %`);
    }
  }
}

export default {
  render({ model, el }) {
    el.innerHTML = `
      <div class="coursepush-drop">
        <button type="button" class="jupyter-button widget-button lm-Widget">Choose files …</button>
        <span>or drop them here: a zip, or the CSV files of an extract. They go to the computer that runs this notebook, and nowhere else.</span>
        <span role="status"></span>
        <input type="file" multiple hidden aria-label="Files of the extract">
      </div>`;
    const [area, button, input] = [".coursepush-drop", "button", "input"].map((one) => el.querySelector(one));
    const status = el.querySelector("[role=status]");
    input.accept = model.get("accept");
    let isBusy = false;
    const take = async (files) => {
      if (!files?.length || isBusy) return;
      isBusy = button.disabled = true;
      await send(model, files, (text) => { status.textContent = text; });
      isBusy = button.disabled = false;
      status.textContent = "";
      input.value = "";
    };
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => take(input.files));
    const over = (isOver) => (event) => {
      event.preventDefault();
      event.stopPropagation();
      area.classList.toggle("cpp-over", isOver);
    };
    area.addEventListener("dragover", over(true));
    area.addEventListener("dragenter", over(true));
    area.addEventListener("dragleave", over(false));
    area.addEventListener("drop", (event) => {
      over(false)(event);
      take(event.dataTransfer.files);
    });
  },
};
