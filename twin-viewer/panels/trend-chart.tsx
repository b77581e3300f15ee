import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DatastreamJson } from '#devices/wire/api.ts';
import { numberText } from './format/value-text.ts';
import type { TrendColumns } from './trend-data.ts';
import { drawBadPoints, drawLimits, LIMIT_GUTTER, yRange } from './trend-marks.ts';
import { useCityTime } from './use-city-time.ts';
import { useBeat, useViewer } from './viewer.ts';

const HEIGHT = 132;
const AXIS_FONT = '11px system-ui, "Noto Sans SC", sans-serif';

interface TrendChartProps {
  readonly stream: DatastreamJson;
  readonly rangeMs: number;
  readonly columns: TrendColumns;
}

/** One line over time, its limits, its gaps and its bad points. The right edge is the moment shown. */
export function TrendChart({ stream, rangeMs, columns }: TrendChartProps) {
  const { player } = useViewer();
  const beat = useBeat();
  const time = useCityTime();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const shown = useRef(columns);
  shown.current = columns;

  useEffect(() => {
    const container = place.current;
    if (container === null) return;
    const options = chartOptions(
      stream,
      container.clientWidth,
      (at) => time.minute(at),
      () => shown.current,
    );
    const made = new uPlot(options, dataOf(shown.current), container);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: container.clientWidth, height: HEIGHT }));
    observer.observe(container);
    return () => {
      observer.disconnect();
      plot.current = undefined;
      made.destroy();
    };
  }, [stream, time]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the right edge moves on with the beat
  useEffect(() => {
    const to = player.presentTime() / 1000;
    plot.current?.batch(() => {
      plot.current?.setData(dataOf(columns), false);
      plot.current?.setScale('x', { min: to - rangeMs / 1000, max: to });
    });
  }, [columns, beat, rangeMs, player]);

  return <div ref={place} className="trend-plot" style={{ height: HEIGHT }} />;
}

function dataOf(columns: TrendColumns): uPlot.AlignedData {
  return [columns.times as number[], columns.values as (number | null)[]];
}

function chartOptions(
  stream: DatastreamJson,
  width: number,
  minute: (epochMs: number) => string,
  columns: () => TrendColumns,
): uPlot.Options {
  const quiet = { stroke: '#8FA1B3', font: AXIS_FONT, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [8, (stream.limits?.length ?? 0) > 0 ? LIMIT_GUTTER : 4, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, low, high) => yRange(low, high, stream) } },
    series: [
      {},
      {
        stroke: '#C9D5E0',
        width: 1.5,
        points: { show: false },
        ...(stream.resultType === 'boolean' &&
          uPlot.paths.stepped !== undefined && { paths: uPlot.paths.stepped({ align: 1 }) }),
      },
    ],
    axes: [
      {
        ...quiet,
        grid: { show: false },
        size: 22,
        space: 72,
        values: (_plot, splits) => splits.map((s) => minute(s * 1000)),
      },
      {
        ...quiet,
        grid: { stroke: '#22303E', width: 1 },
        size: 48,
        space: 36,
        values: (_plot, splits) => splits.map((value) => numberText(value, Number.isInteger(value))),
      },
    ],
    hooks: {
      draw: [
        (plot) => {
          drawLimits(plot, stream.limits ?? []);
          drawBadPoints(plot, columns());
        },
      ],
    },
  };
}
