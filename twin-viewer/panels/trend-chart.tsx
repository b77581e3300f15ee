import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DatastreamJson } from '#devices/wire/api.ts';
import { numberText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
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
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const shown = useRef(columns);
  shown.current = columns;

  useEffect(() => {
    const container = place.current;
    if (container === null) return;
    const words: AxisWords = { minute: time.minute, yesNo: [t('value.false'), t('value.true')] };
    const options = chartOptions(stream, container.clientWidth, words, () => shown.current);
    const made = new uPlot(options, dataOf(shown.current), container);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: container.clientWidth, height: HEIGHT }));
    observer.observe(container);
    return () => {
      observer.disconnect();
      plot.current = undefined;
      made.destroy();
    };
  }, [stream, time, t]);

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

/** What the axes say; functions of the language and of the city's zone. */
interface AxisWords {
  readonly minute: (epochMs: number) => string;
  readonly yesNo: readonly [no: string, yes: string];
}

const QUIET_AXIS = { stroke: '#8FA1B3', font: AXIS_FONT, ticks: { show: false } };

function chartOptions(
  stream: DatastreamJson,
  width: number,
  words: AxisWords,
  columns: () => TrendColumns,
): uPlot.Options {
  const { stepped } = uPlot.paths;
  const isSwitch = stream.resultType === 'boolean' && stepped !== undefined;
  return {
    width,
    height: HEIGHT,
    padding: [8, (stream.limits?.length ?? 0) > 0 ? LIMIT_GUTTER : 4, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, low, high) => yRange(low, high, stream) } },
    series: [
      {},
      { stroke: '#C9D5E0', width: 1.5, points: { show: false }, ...(isSwitch && { paths: stepped({ align: 1 }) }) },
    ],
    axes: [
      {
        ...QUIET_AXIS,
        grid: { show: false },
        size: 22,
        space: 72,
        values: (_plot, splits) => splits.map((second) => words.minute(second * 1000)),
      },
      valueAxis(stream, words),
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

function valueAxis(stream: DatastreamJson, words: AxisWords): uPlot.Axis {
  const axis: uPlot.Axis = { ...QUIET_AXIS, grid: { stroke: '#22303E', width: 1 }, size: 48, space: 36 };
  if (stream.resultType === 'boolean') {
    return {
      ...axis,
      splits: () => [0, 1],
      values: (_plot, splits) => splits.map((value) => words.yesNo[value === 0 ? 0 : 1]),
    };
  }
  return { ...axis, values: (_plot, splits) => splits.map((value) => numberText(value, Number.isInteger(value))) };
}
