import { useState } from 'react';
import type { DatastreamJson } from '#devices/wire/api.ts';
import { streamName } from './format/thing-name.ts';
import { useWords } from './i18n/use-words.ts';
import { TrendChart } from './trend-chart.tsx';
import { useTrend } from './use-trend.ts';

const RANGES_MS = [600_000, 3_600_000] as const;
export type TrendRange = (typeof RANGES_MS)[number];

/** How a datastream went over the last ten minutes or hour before the moment shown. */
export function TrendPanel({ stream }: { readonly stream: DatastreamJson }) {
  const { t, language } = useWords();
  const [rangeMs, setRangeMs] = useState<TrendRange>(RANGES_MS[0]);
  const isNumeric = stream.resultType === 'number' || stream.resultType === 'boolean';
  return (
    <div className="trend">
      <div className="trend-head">
        <h3>{t('trend.title')}</h3>
        {isNumeric &&
          RANGES_MS.map((each) => (
            <button
              key={each}
              type="button"
              className="tab"
              aria-pressed={each === rangeMs}
              onClick={() => setRangeMs(each)}
            >
              {t(`trend.range.${each}`)}
            </button>
          ))}
      </div>
      {isNumeric ? (
        <Trend
          key={rangeMs}
          stream={stream}
          rangeMs={rangeMs}
          label={t('trend.chart', { name: streamName(stream, language), range: t(`trend.range.${rangeMs}`) })}
        />
      ) : (
        <p className="empty">{t('trend.text')}</p>
      )}
    </div>
  );
}

interface TrendProps {
  readonly stream: DatastreamJson;
  readonly rangeMs: TrendRange;
  readonly label: string;
}

function Trend({ stream, rangeMs, label }: TrendProps) {
  const { t } = useWords();
  const { columns, state, failure } = useTrend(stream, rangeMs);
  return (
    <div className="trend-chart" role="img" aria-label={label}>
      <TrendChart stream={stream} rangeMs={rangeMs} columns={columns} />
      {state === 'loading' && <p className="trend-note dim">{t('trend.loading')}</p>}
      {state === 'failed' && <p className="trend-note is-failed">{t('trend.failed', { reason: failure ?? '' })}</p>}
      {state === 'loaded' && columns.times.length === 0 && <p className="trend-note dim">{t('trend.empty')}</p>}
    </div>
  );
}
