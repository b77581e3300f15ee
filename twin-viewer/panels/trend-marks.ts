import type uPlot from 'uplot';
import type { DatastreamJson } from '#devices/wire/api.ts';
import type { TrendColumns } from './trend-data.ts';

type Limits = NonNullable<DatastreamJson['limits']>;

/** The tokens of tokens.css; a canvas cannot read them. */
const COLORS = { low: '#4CC2FF', medium: '#F2D24B', high: '#F5922F', urgent: '#F0464B' } as const;
const BAD = '#C58AF9';

/**
 * The range of the value axis: the data with a margin, and a limit where the data come within half their own span of
 * it; a far limit would press the line flat. Never of no height.
 */
export function yRange(
  low: number | null,
  high: number | null,
  stream: Pick<DatastreamJson, 'limits' | 'resultType'>,
): [number, number] {
  if (stream.resultType === 'boolean') return [-0.2, 1.2];
  if (low === null || high === null) return [0, 1];
  const span = Math.max(high - low, Math.abs(high) * 0.02, 0.1);
  let bottom = low;
  let top = high;
  for (const { value } of stream.limits ?? []) {
    if (value > high && value - high < span / 2) top = value;
    if (value < low && low - value < span / 2) bottom = value;
  }
  const margin = Math.max(top - bottom, span) * 0.12;
  return [bottom - margin, top + margin];
}

/** Room at the right for what `drawLimits` writes, CSS pixels. */
export const LIMIT_GUTTER = 44;

/** A dashed line for each limit on the axis, its letter and value beside the plot. */
export function drawLimits(plot: uPlot, limits: Limits): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales.y ?? {};
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { value, priority } of limits) {
    if (value < (min ?? 0) || value > (max ?? 0)) continue;
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = COLORS[priority];
    ctx.fillStyle = COLORS[priority];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(`${priority[0]?.toUpperCase()} ${value}`, bbox.left + bbox.width + 4 * devicePixelRatio, y);
  }
  ctx.restore();
}

/** A cross at the foot of the chart for each bad observation: it has a time and no value. */
export function drawBadPoints(plot: uPlot, columns: TrendColumns): void {
  const { ctx, bbox } = plot;
  const size = 3 * devicePixelRatio;
  const y = bbox.top + bbox.height - 2 * size;
  ctx.save();
  ctx.strokeStyle = BAD;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  for (let i = 0; i < columns.times.length; i++) {
    if (columns.bad[i] !== 1) continue;
    const x = plot.valToPos(columns.times[i] as number, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
  }
  ctx.stroke();
  ctx.restore();
}
