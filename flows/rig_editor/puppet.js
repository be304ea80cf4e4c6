// The puppet: asks the server for a short clip whenever something has changed, and plays the newest.

const SOONEST_MS = 90;

export class Puppet {
  constructor(canvas, told, { ask }) {
    Object.assign(this, { canvas, told, ask, playing: true, clip: null, started: 0 });
    requestAnimationFrame((now) => this.tick(now));
  }

  // One request is under way at a time; what changes meanwhile is asked for when it is back.
  refresh() {
    this.wanted = true;
    this.canvas.parentElement.classList.add("stale");
    if (!this.busy) this.busy = this.work().finally(() => (this.busy = null));
    return this.busy;
  }

  async work() {
    while (this.wanted) {
      await new Promise((done) => setTimeout(done, SOONEST_MS));
      this.wanted = false;
      const begun = performance.now();
      try {
        const answer = await this.ask();
        const image = await createImageBitmap(await answer.blob());
        const count = Number(answer.headers.get("X-Frames"));
        this.clip = { image, count, fps: Number(answer.headers.get("X-Fps")) };
        this.say(`${count} frames in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
        if (!this.wanted) this.canvas.parentElement.classList.remove("stale");
      } catch (error) {
        this.say(error.message, true);
      }
    }
    this.canvas.dataset.shown = Number(this.canvas.dataset.shown || 0) + 1;
  }

  say(text, wrong = false) {
    this.told.textContent = text;
    this.told.classList.toggle("wrong", wrong);
  }

  toggle() {
    this.playing = !this.playing;
    return this.playing;
  }

  tick(now) {
    requestAnimationFrame((later) => this.tick(later));
    if (!this.clip) return;
    const { image, count, fps } = this.clip, side = this.canvas.width;
    if (this.playing) this.frame = Math.floor((now / 1000) * fps);
    this.canvas.getContext("2d").drawImage(image, 0, side * ((this.frame || 0) % count), side, side, 0, 0, side, side);
  }
}
