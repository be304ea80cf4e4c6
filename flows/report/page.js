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

// A stage's ties, all of them, while it is pointed at or focused.
const graph = document.querySelector(".graph");
if (graph) {
  const edges = [...graph.querySelectorAll(".edge")];
  const mark = () => {
    const box = graph.querySelector(".box:hover") || graph.querySelector(".box:focus");
    const name = box?.dataset.stage;
    graph.classList.toggle("pointed", Boolean(box));
    for (const edge of edges) {
      edge.classList.toggle("tied", Boolean(box) && (edge.dataset.from === name || edge.dataset.to === name));
    }
  };
  for (const box of graph.querySelectorAll(".box")) {
    for (const event of ["pointerenter", "pointerleave", "focus", "blur"]) box.addEventListener(event, mark);
  }
}

// A link to a stage opens its rows.
function openTarget() {
  const fold = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.querySelector(":scope > details");
  if (fold) fold.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
