import type uPlot from "uplot";
import type { Colours } from "../components/chart-colours.ts";

interface Marks {
  readonly threshold: number;
  readonly inForce: number;
  /** Share of wrong answers, 0..1. */
  readonly target: number;
}

/** Draws the target as a horizontal line, the current and the tried threshold as vertical lines. */
export function drawMarks(plot: uPlot, colours: Colours, marks: Marks): void {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const across = plot.valToPos(marks.target * 100, "y", true);
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  draw(ctx, colours.bad, [4, 4], [left, across, left + width, across]);
  const inForce = plot.valToPos(marks.inForce, "x", true);
  draw(ctx, colours.soft, [2, 4], [inForce, top, inForce, top + height]);
  ctx.lineWidth = 2 * devicePixelRatio;
  const tried = plot.valToPos(marks.threshold, "x", true);
  draw(ctx, colours.text, [], [tried, top, tried, top + height]);
  ctx.setLineDash([]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  write(ctx, colours.bad, `target ${Math.round(marks.target * 100)} %`, [
    left + 6 * devicePixelRatio,
    across - 5 * devicePixelRatio,
  ]);
  write(ctx, colours.soft, "in force", [
    inForce + 5 * devicePixelRatio,
    top + 12 * devicePixelRatio,
  ]);
  ctx.restore();
}

function write(
  ctx: CanvasRenderingContext2D,
  colour: string,
  text: string,
  [x, y]: readonly [x: number, y: number],
): void {
  ctx.fillStyle = colour;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y);
}

type Ends = readonly [x: number, y: number, toX: number, toY: number];

function draw(
  ctx: CanvasRenderingContext2D,
  colour: string,
  dash: readonly number[],
  [x, y, toX, toY]: Ends,
): void {
  ctx.strokeStyle = colour;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
