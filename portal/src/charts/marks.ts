/** Marks for what is no number: infinities at the edge to which they point, NaN at the bottom as a cross. */

import type uPlot from "uplot";
import type { Drawn } from "./drawn";

const SIZE = 4;

/** Draws a mark at each place of `drawn` that has a word. */
export function marks(drawn: () => Drawn, colour: string): uPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const { x, words } = drawn();
        const { left, width } = plot.bbox;
        const size = SIZE * devicePixelRatio;
        plot.ctx.save();
        plot.ctx.strokeStyle = plot.ctx.fillStyle = colour;
        plot.ctx.lineWidth = 1.5 * devicePixelRatio;
        for (const [at, word] of words.entries()) {
          const place = word === null ? Number.NaN : plot.valToPos(x[at] ?? 0, "x", true);
          if (word !== null && place >= left && place <= left + width) mark(plot, word, place, size);
        }
        plot.ctx.restore();
      },
    },
  };
}

function mark({ ctx, bbox }: uPlot, word: string, x: number, size: number): void {
  const bottom = bbox.top + bbox.height - size - 1;
  ctx.beginPath();
  if (word === "NaN") {
    ctx.moveTo(x - size, bottom - size);
    ctx.lineTo(x + size, bottom + size);
    ctx.moveTo(x + size, bottom - size);
    ctx.lineTo(x - size, bottom + size);
    ctx.stroke();
    return;
  }
  const up = word === "∞";
  const middle = up ? bbox.top + size + 1 : bottom;
  const tip = up ? middle - size : middle + size;
  const foot = up ? middle + size : middle - size;
  ctx.moveTo(x, tip);
  ctx.lineTo(x + size, foot);
  ctx.lineTo(x - size, foot);
  ctx.closePath();
  ctx.fill();
}
