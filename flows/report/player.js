"use strict";
// Clips are kept once in the page, as base64, and become blobs when they come into view.
const blobs = new Map();
function sourceOf(video) {
  if (video.dataset.link) return video.dataset.link;
  const name = video.dataset.clipName;
  if (!blobs.has(name)) {
    const text = document.querySelector(`script[data-clip="${CSS.escape(name)}"]`).textContent;
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    blobs.set(name, URL.createObjectURL(new Blob([bytes], { type: "video/mp4" })));
  }
  return blobs.get(name);
}
function load(video) {
  if (video.hasAttribute("src")) return;
  video.muted = true;
  video.preload = "auto";
  video.src = sourceOf(video);
}

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const STEP_S = 0.12; // more than this out of step is seen

// One player a card: the result leads, the driving clip follows.
class Player {
  constructor(root) {
    this.videos = [...root.querySelectorAll("video")];
    this.leader = this.videos[this.videos.length - 1];
    this.button = root.querySelector(".play");
    this.slider = root.querySelector("input");
    this.clock = root.querySelector(".clock");
    this.wanted = !calm;
    this.visible = false;
    this.button.addEventListener("click", () => { this.wanted = !this.wanted; this.update(); });
    this.slider.addEventListener("input", () => this.seek());
    this.leader.addEventListener("loadeddata", () => this.update());
    this.update();
  }
  show(visible) {
    this.visible = visible;
    if (visible) this.videos.forEach(load);
    this.update();
  }
  update() {
    const playing = this.wanted && this.visible;
    for (const video of this.videos) {
      if (playing) video.play().catch(() => {});
      else video.pause();
    }
    this.button.classList.toggle("playing", this.wanted);
    const name = this.button.getAttribute("aria-label").replace(/^\S+/, "");
    this.button.setAttribute("aria-label", (this.wanted ? "Pause" : "Play") + name);
    if (playing && !this.running) { this.running = true; requestAnimationFrame(() => this.tick()); }
  }
  tick() {
    this.running = this.wanted && this.visible;
    if (!this.running) return;
    this.follow(this.leader.currentTime, STEP_S);
    this.tell();
    requestAnimationFrame(() => this.tick());
  }
  follow(time, slack) {
    for (const video of this.videos) {
      if (video === this.leader || !video.duration || video.seeking) continue;
      const goal = Math.min(time, video.duration - 0.001);
      if (Math.abs(video.currentTime - goal) > slack) video.currentTime = goal;
    }
  }
  seek() {
    this.wanted = false;
    this.update();
    const time = (this.slider.value / 1000) * (this.leader.duration || 0);
    this.leader.currentTime = Math.min(time, Math.max(0, (this.leader.duration || 0) - 0.001));
    this.follow(time, 0);
    this.tell(time);
  }
  tell(time = this.leader.currentTime) {
    const whole = this.leader.duration || 0;
    if (time === this.leader.currentTime && whole) this.slider.value = Math.round((1000 * time) / whole);
    this.clock.textContent = `${time.toFixed(2)} of ${whole.toFixed(2)} s`;
  }
}

const players = new Map();
for (const root of document.querySelectorAll(".player")) {
  if (root.querySelector(".controls")) players.set(root, new Player(root));
}
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) players.get(entry.target).show(entry.isIntersecting);
}, { rootMargin: "120px" });
for (const root of players.keys()) seen.observe(root);

// Intermediate clips play while their fold is open.
for (const fold of document.querySelectorAll(".card details")) {
  fold.addEventListener("toggle", () => {
    for (const video of fold.querySelectorAll("video")) {
      load(video);
      if (fold.open && !calm) video.play().catch(() => {});
      else video.pause();
    }
  });
}
for (const video of document.querySelectorAll(".card details video")) {
  video.addEventListener("click", () => (video.paused ? video.play() : video.pause()));
}
