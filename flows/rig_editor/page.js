// The page: the document with its past, the buttons and keys, and what is said to the server.
import { Mask } from "./mask.js";
import { Puppet } from "./puppet.js";
import { Stage } from "./stage.js";

const at = (id) => document.getElementById(id);
const body = document.querySelector("[data-choice=body]");
const TIPS = {
  joints: "Drag a joint; with Shift, all that hangs on it comes along. Red is the character’s right, blue its left.",
  paint: "Paint what belongs to the character. What is tinted is left out.",
  erase: "Erase what does not belong to the character.",
};

async function ask(path, method = "GET", body = undefined) {
  const json = body !== undefined && !(body instanceof Blob);
  let answer;
  try {
    answer = await fetch(path, { method, body: json ? JSON.stringify(body) : body });
  } catch {
    throw new Error("The editor has ended: start `bunraku rig edit` again. What was saved is kept.");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.error || `The editor answered ${answer.status}.`);
}

async function pictureOf(path) {
  return createImageBitmap(await (await ask(path)).blob(), { premultiplyAlpha: "default", colorSpaceConversion: "none" });
}

const state = await (await ask("state")).json();
const [picture, firstMask] = await Promise.all([pictureOf("picture.png"), pictureOf("mask.png")]);
const first = { figure: state.figure, strokes: [] };
let doc = first, past = [], future = [], saved = first, sentStrokes = first.strokes, nudged = "";

const stage = new Stage(at("stage"), state, picture, new Mask(firstMask), {
  changing: (part) => {
    doc = { ...doc, ...part };
    puppet.refresh();
  },
  changed: (part, kind) => commit({ ...before, ...part }, kind),
});
const puppet = new Puppet(at("puppet"), at("told"), {
  ask: async () => {
    await sendMask();
    return ask("preview", "POST", { figure: doc.figure, motion: at("motion").value });
  },
});

// --- the document and its past; `before` is what a drag began with

let before = first;

function commit(next, kind = "") {
  if (!kind || kind !== nudged) past.push(before); // presses of one key in a row are one step
  nudged = kind;
  future = [];
  show(next);
}

function show(next) {
  doc = before = next;
  stage.show(doc);
  for (const box of document.querySelectorAll("[data-switch]")) box.checked = doc.figure[box.dataset.switch];
  const known = [...body.options].some((option) => option.value === doc.figure.body);
  body.value = known ? doc.figure.body : "human"; // half bodies and skirts are persons, too
  at("forelimbs").hidden = body.value === "human";
  at("undo").disabled = !past.length;
  at("redo").disabled = !future.length;
  at("reset").disabled = doc === first;
  at("save").disabled = false;
  puppet.refresh();
}

function step(from, to) {
  if (!from.length) return;
  nudged = "";
  to.push(before);
  show(from.pop());
}

const undo = () => step(past, future);
const redo = () => step(future, past);

async function sendMask() {
  const strokes = doc.strokes;
  if (strokes === sentStrokes) return;
  await ask("mask", "PUT", await stage.mask.png());
  sentStrokes = strokes;
}

// A button that is at work stays where the keyboard has it, and does nothing more.
async function alone(button, work) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  await work();
  button.ariaBusy = "false";
}

async function find() {
  puppet.say("Looking for the joints …");
  try {
    await sendMask();
    commit({ ...doc, figure: (await (await ask("find", "POST")).json()).figure });
  } catch (error) {
    puppet.say(error.message, true);
  }
}

async function save() {
  const saving = doc, card = at("saved");
  try {
    await sendMask();
    const told = await (await ask("save", "POST", saving.figure)).json();
    saved = saving;
    at("written").replaceChildren(...Object.entries(told.columns).map(([name, path]) => {
      const row = document.createElement("div");
      row.append(Object.assign(document.createElement("dt"), { textContent: `column ${name}` }));
      row.append(Object.assign(document.createElement("dd"), { textContent: path }));
      return row;
    }));
    at("next").textContent = told.next;
    at("outcome").textContent = "Saved";
    at("reason").textContent = "";
  } catch (error) {
    at("outcome").textContent = "Not saved";
    at("reason").textContent = error.message;
  }
  card.hidden = false;
  card.classList.toggle("wrong", saved !== saving);
  at("use").hidden = saved !== saving;
  card.dataset.times = Number(card.dataset.times || 0) + 1;
  card.scrollIntoView({ block: "nearest" });
}

// --- buttons and keys

function choose(tool) {
  stage.choose(tool);
  at("tip").textContent = TIPS[tool];
  document.querySelector(".brush").hidden = tool === "joints";
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", button.dataset.tool === tool);
  }
  if (tool !== "joints") at("view").focus();
}

function brush(radius) {
  stage.brush = Math.min(200, Math.max(2, radius));
  at("brush").value = stage.brush;
  stage.draw();
}

function cutout() {
  stage.cutout = !stage.cutout;
  at("cutout").setAttribute("aria-pressed", stage.cutout);
  stage.draw();
}

function play() {
  const playing = puppet.toggle();
  at("play").classList.toggle("playing", playing);
  at("play").setAttribute("aria-label", playing ? "Pause" : "Play");
}

const CLICKS = {
  undo, redo, cutout, play,
  find: () => alone(at("find"), find),
  save: () => alone(at("save"), save),
  reset: () => commit(first),
  fit: () => stage.fit(),
  in: () => stage.zoom(1.25),
  out: () => stage.zoom(0.8),
  copy: () => navigator.clipboard.writeText(at("next").textContent),
};
const KEYS = {
  j: () => choose("joints"), b: () => choose("paint"), e: () => choose("erase"), c: cutout, p: play,
  "[": () => brush(stage.brush / 1.2), "]": () => brush(stage.brush * 1.2),
  "+": CLICKS.in, "=": CLICKS.in, "-": CLICKS.out, 0: CLICKS.fit,
};
for (const [id, act] of Object.entries(CLICKS)) at(id).addEventListener("click", act);
for (const button of document.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => choose(button.dataset.tool));
}
for (const box of document.querySelectorAll("[data-switch]")) {
  box.addEventListener("change", () => commit({ ...doc, figure: { ...doc.figure, [box.dataset.switch]: box.checked } }));
}
body.addEventListener("change", () => commit({ ...doc, figure: { ...doc.figure, body: body.value } }));
at("brush").addEventListener("input", (event) => brush(Number(event.target.value)));
at("motion").addEventListener("change", () => puppet.refresh());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) {
    const act = { z: event.shiftKey ? redo : undo, y: redo, s: CLICKS.save }[event.key.toLowerCase()];
    if (act) event.preventDefault();
    act?.();
  } else if (!event.altKey && !event.target.matches("select, input[type=range]")) KEYS[event.key.toLowerCase()]?.();
});
window.addEventListener("beforeunload", (event) => doc !== saved && event.preventDefault());

// --- begin

document.title = `${state.name} – Bunraku rig editor`;
at("name").textContent = state.name;
at("motion").append(...state.motions.map((name) => new Option(name, name)));
at("notes").hidden = !state.notes.length;
at("notes").append(...state.notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
at("play").classList.add("playing");
brush(Math.round(state.height / 40));
choose("joints");
show(first);
