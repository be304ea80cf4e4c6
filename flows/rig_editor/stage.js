// The stage: the picture under its joints and mask, and what the pointer and the arrow keys do to them.
// Places are in pixels of the picture; the window's are screen = scale * place + shift.

const COLOURS = { right: "#ff503c", left: "#2878ff" };
const colourOf = (name) => COLOURS[name.split("_")[0]] || "#00aa3c";
const titleOf = (name) => name[0].toUpperCase() + name.slice(1).replace("_", " ");
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export class Stage {
  // `changing` hears every step of a drag, `changed` its end: both are given a part of the document.
  constructor(box, state, picture, mask, { changing, changed }) {
    Object.assign(this, { box, state, picture, changing, changed });
    this.canvas = box.querySelector("canvas");
    this.tool = "joints";
    this.brush = 30;
    this.cutout = false;
    this.pointer = null;
    this.mask = mask;
    this.shade = new OffscreenCanvas(1, 1);
    this.buttons = new Map(Object.keys(state.parents).map((name) => [name, this.button(name)]));
    this.listen();
    new ResizeObserver(() => this.resize()).observe(box);
  }

  // --- the document: joints, and the strokes laid over the first mask

  show(doc) {
    const strokes = this.doc?.strokes;
    this.doc = doc;
    this.figure = structuredClone(doc.figure);
    if (strokes !== doc.strokes) this.mask.repaint(doc.strokes);
    this.draw();
  }

  // --- the window

  resize() {
    const { width, height } = this.box.getBoundingClientRect();
    if (!width || !height) return;
    const fitted = !this.size || this.isFitted;
    this.size = [width, height];
    this.canvas.width = this.shade.width = Math.round(width * devicePixelRatio);
    this.canvas.height = this.shade.height = Math.round(height * devicePixelRatio);
    if (fitted) this.fit();
    else this.draw();
  }

  fit() {
    const [width, height] = this.size;
    this.scale = Math.min((width - 32) / this.state.width, (height - 32) / this.state.height);
    this.shift = [(width - this.scale * this.state.width) / 2, (height - this.scale * this.state.height) / 2];
    this.isFitted = true;
    this.draw();
  }

  zoom(factor, at = this.size.map((side) => side / 2)) {
    const scale = clamp(this.scale * factor, 0.02, 40);
    this.shift = this.shift.map((shift, k) => at[k] - ((at[k] - shift) * scale) / this.scale);
    this.scale = scale;
    this.isFitted = false;
    this.draw();
  }

  toScreen([x, y]) {
    return [this.scale * x + this.shift[0], this.scale * y + this.shift[1]];
  }

  toPicture(event) {
    const { left, top } = this.box.getBoundingClientRect();
    return [(event.clientX - left - this.shift[0]) / this.scale, (event.clientY - top - this.shift[1]) / this.scale];
  }

  choose(tool) {
    this.tool = tool;
    this.box.classList.remove("joints", "paint", "erase");
    this.box.classList.add(tool);
    this.canvas.tabIndex = tool === "joints" ? -1 : 0;
    this.draw();
  }

  // --- drawing, at most once a frame of the screen

  draw() {
    if (!this.doc || !this.size || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.drawNow();
    });
  }

  drawNow() {
    const ink = this.canvas.getContext("2d");
    const place = [...this.shift, this.scale * this.state.width, this.scale * this.state.height];
    const clear = (context) => {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = "source-over";
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      context.scale(devicePixelRatio, devicePixelRatio);
    };
    clear(ink);
    ink.imageSmoothingEnabled = this.scale < 3;
    ink.drawImage(this.picture, ...place);
    const shade = this.shade.getContext("2d");
    clear(shade);
    shade.fillStyle = this.shadeStyle(shade);
    shade.fillRect(...place);
    shade.globalCompositeOperation = "destination-out";
    shade.drawImage(this.mask.canvas, ...place);
    ink.drawImage(this.shade, 0, 0, ...this.size);
    this.drawBones(ink);
    this.placeButtons();
    if (this.tool !== "joints" && this.pointer) this.drawBrush(ink);
  }

  shadeStyle(context) {
    if (this.cutout) {
      const tile = new OffscreenCanvas(18, 18), ink = tile.getContext("2d");
      ink.fillStyle = "#eeebe5";
      ink.fillRect(0, 0, 18, 18);
      ink.fillStyle = "#d8d4cc";
      ink.fillRect(0, 0, 9, 9);
      ink.fillRect(9, 9, 9, 9);
      return context.createPattern(tile, "repeat");
    }
    return this.tool === "joints" ? "rgb(247 245 241 / .74)" : "rgb(214 40 70 / .55)";
  }

  drawBones(ink) {
    ink.globalAlpha = this.tool === "joints" ? 1 : 0.3;
    for (const [name, parent] of Object.entries(this.state.parents)) {
      if (!parent) continue;
      const still = !this.figure.limbs && name.includes("_");
      for (const [width, colour] of [[5, "#fff"], [3, still ? "#969696" : colourOf(name)]]) {
        ink.beginPath();
        ink.moveTo(...this.toScreen(this.figure.joints[parent]));
        ink.lineTo(...this.toScreen(this.figure.joints[name]));
        Object.assign(ink, { lineWidth: width, strokeStyle: colour, lineCap: "round" });
        ink.stroke();
      }
    }
    ink.globalAlpha = 1;
  }

  drawBrush(ink) {
    for (const [width, colour] of [[3, "rgb(0 0 0 / .55)"], [1.5, "#fff"]]) {
      ink.beginPath();
      ink.arc(...this.toScreen(this.pointer), this.brush * this.scale, 0, 2 * Math.PI);
      Object.assign(ink, { lineWidth: width, strokeStyle: colour });
      ink.stroke();
    }
  }

  placeButtons() {
    for (const [name, button] of this.buttons) {
      const [x, y] = this.toScreen(this.figure.joints[name]);
      button.style.transform = `translate(${x}px, ${y}px)`;
      button.classList.toggle("turned", x > this.size[0] - 140);
      button.setAttribute("aria-label", `${titleOf(name)}, ${this.figure.joints[name].map(Math.round).join(", ")}`);
    }
  }

  // --- joints

  button(name) {
    const button = document.createElement("button");
    button.className = "joint";
    button.dataset.joint = name;
    button.style.setProperty("--c", colourOf(name));
    button.classList.toggle("unsure", this.state.confidence[name] < 0.35);
    button.append(Object.assign(document.createElement("span"), { textContent: titleOf(name) }));
    button.addEventListener("pointerdown", (event) => this.drag(event, name, button));
    button.addEventListener("keydown", (event) => this.nudge(event, name));
    this.box.querySelector("#joints").append(button);
    return button;
  }

  move(name, [dx, dy], withBranch) {
    const moved = new Set([name]);
    const order = Object.entries(this.state.parents);
    if (withBranch) for (const [child, parent] of order) if (moved.has(parent)) moved.add(child);
    for (const joint of moved) {
      const [x, y] = this.figure.joints[joint];
      this.figure.joints[joint] = [
        clamp(x + dx, -this.state.width, 2 * this.state.width), clamp(y + dy, -this.state.height, 2 * this.state.height)];
    }
    this.draw();
  }

  drag(event, name, button) {
    if (event.button !== 0 || this.tool !== "joints") return;
    event.preventDefault();
    button.focus({ focusVisible: false });
    button.classList.add("held");
    let last = this.toPicture(event);
    this.follow(button, event, (move) => {
      const now = this.toPicture(move);
      this.move(name, [now[0] - last[0], now[1] - last[1]], move.shiftKey);
      last = now;
      this.changing({ figure: structuredClone(this.figure) });
    }, () => {
      button.classList.remove("held");
      this.changed({ figure: structuredClone(this.figure) });
    });
  }

  nudge(event, name) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.move(name, step.map((v) => v * (event.shiftKey ? 10 : 1)), false);
    this.changed({ figure: structuredClone(this.figure) }, `nudge ${name}`);
  }

  // --- mask

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => {
      if (this.tool === "joints" || event.button !== 0) this.pan(event);
      else this.paint(event);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      this.pointer = this.toPicture(event);
      if (this.tool !== "joints") this.draw();
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.draw();
    });
    this.canvas.addEventListener("keydown", (event) => this.steer(event));
    this.box.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { left, top } = this.box.getBoundingClientRect();
      this.zoom(Math.exp(-clamp(event.deltaY, -100, 100) / 250), [event.clientX - left, event.clientY - top]);
    }, { passive: false });
  }

  follow(target, event, moved, ended) {
    target.setPointerCapture(event.pointerId);
    const stop = new AbortController(), once = { signal: stop.signal };
    target.addEventListener("pointermove", moved, once);
    for (const end of ["pointerup", "pointercancel"]) {
      target.addEventListener(end, () => {
        stop.abort();
        ended();
      }, once);
    }
  }

  pan(event) {
    let last = [event.clientX, event.clientY];
    this.box.classList.add("panning");
    this.follow(this.canvas, event, (move) => {
      this.shift = [this.shift[0] + move.clientX - last[0], this.shift[1] + move.clientY - last[1]];
      last = [move.clientX, move.clientY];
      this.isFitted = false;
      this.draw();
    }, () => this.box.classList.remove("panning"));
  }

  paint(event) {
    const stroke = { erase: this.tool === "erase", radius: this.brush, points: [this.toPicture(event)] };
    this.mask.add(stroke);
    this.draw();
    this.follow(this.canvas, event, (move) => {
      stroke.points.push(this.toPicture(move));
      this.mask.add(stroke, stroke.points.length - 2);
      this.draw();
    }, () => this.keep(stroke));
  }

  keep(stroke) {
    const strokes = [...this.doc.strokes, stroke];
    this.doc = { ...this.doc, strokes }; // it is painted already
    this.changed({ strokes });
  }

  steer(event) {
    if (this.tool === "joints" || event.ctrlKey || event.metaKey) return;
    this.pointer ??= [this.state.width / 2, this.state.height / 2];
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) this.pointer = this.pointer.map((v, k) => v + step[k] * (event.shiftKey ? 4 : 1) * Math.max(1, this.brush / 3));
    else if (event.key === " ") {
      const stroke = { erase: this.tool === "erase", radius: this.brush, points: [this.pointer] };
      this.mask.add(stroke);
      this.keep(stroke);
    } else return;
    event.preventDefault();
    this.draw();
  }
}
