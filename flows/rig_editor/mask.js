// The mask: the first one with strokes laid over it. What it holds is the alpha of a canvas.

export class Mask {
  constructor(first) {
    this.first = first;
    this.canvas = new OffscreenCanvas(first.width, first.height);
  }

  repaint(strokes) {
    const ink = this.canvas.getContext("2d");
    ink.globalCompositeOperation = "copy";
    ink.drawImage(this.first, 0, 0);
    for (const stroke of strokes) this.add(stroke);
  }

  // Lays a stroke over the mask, or what it has more from one of its points on.
  add({ erase, radius, points }, from = 0) {
    const ink = this.canvas.getContext("2d");
    ink.globalCompositeOperation = erase ? "destination-out" : "source-over";
    Object.assign(ink, { strokeStyle: "#fff", fillStyle: "#fff", lineWidth: 2 * radius, lineCap: "round", lineJoin: "round" });
    ink.beginPath();
    for (const point of points.slice(from)) ink.lineTo(...point);
    ink.stroke();
    ink.beginPath(); // a line from a point to itself is no line: a dab is a disc
    ink.arc(...points.at(-1), radius, 0, 2 * Math.PI);
    ink.fill();
  }

  png() {
    return this.canvas.convertToBlob({ type: "image/png" });
  }
}
