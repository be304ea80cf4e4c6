// Failures of one stage.
for (const button of document.querySelectorAll("[data-filter]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-filter]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    for (const row of document.querySelectorAll("tr[data-stage]")) {
      row.hidden = button.dataset.filter !== "" && row.dataset.stage !== button.dataset.filter;
    }
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// A stage's ties, all of them, while it is pointed at.
const graph = document.querySelector(".graph");
if (graph) {
  const edges = [...graph.querySelectorAll(".edge")];
  for (const box of graph.querySelectorAll(".box")) {
    const name = box.dataset.stage;
    const mark = (on) => {
      graph.classList.toggle("pointed", on);
      for (const edge of edges) {
        edge.classList.toggle("tied", on && (edge.dataset.from === name || edge.dataset.to === name));
      }
    };
    for (const begin of ["pointerenter", "focus"]) box.addEventListener(begin, () => mark(true));
    for (const end of ["pointerleave", "blur"]) box.addEventListener(end, () => mark(false));
  }
}

// A link to a stage opens its rows.
function openTarget() {
  const fold = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.querySelector(":scope > details");
  if (fold) fold.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
