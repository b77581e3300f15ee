import { useCallback } from 'react';
import type { SourceDetailJson } from '#devices/wire/api.ts';
import { durationText } from './format/age-text.ts';
import { countText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import type { Words } from './i18n/zh.ts';
import { useCityTime } from './use-city-time.ts';
import { usePolled } from './use-polled.ts';
import { useViewer } from './viewer.ts';

const POLL_BEATS = 4;
const COUNTS = ['messages', 'readings', 'stored', 'late', 'untimed', 'refused', 'dropped'] as const;

/** All counts of one source, and its newest gaps. */
export function SourceDetail({ id }: { readonly id: string }) {
  const { api } = useViewer();
  const { t } = useWords();
  const time = useCityTime();
  const { value, failure } = usePolled(
    useCallback((signal: AbortSignal) => api.source(id, signal), [api, id]),
    POLL_BEATS,
  );
  if (value === undefined) {
    const isWaiting = failure === undefined;
    return (
      <p className={isWaiting ? 'dim' : 'is-failed'}>
        {t(isWaiting ? 'sources.loading' : 'sources.failed', { reason: failure ?? '' })}
      </p>
    );
  }
  return (
    <>
      <dl className="source-counts">
        <Fact word="sources.firstHeard">{time.clock(Date.parse(value.firstHeard))}</Fact>
        {COUNTS.map((count) => (
          <Fact key={count} word={`sources.count.${count}`}>
            {countText(value[count])}
          </Fact>
        ))}
        {value.protocol === 'opcua' && <Fact word="sources.count.overflows">{countText(value.overflows)}</Fact>}
        {value.delay !== undefined && <Fact word="sources.maxDelay">{durationText(value.delay.max)}</Fact>}
      </dl>
      <Gaps source={value} />
    </>
  );
}

function Fact({ word, children }: { readonly word: Words; readonly children: React.ReactNode }) {
  const { t } = useWords();
  return (
    <div>
      <dt className="dim">{t(word)}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}

function Gaps({ source }: { readonly source: SourceDetailJson }) {
  const { t } = useWords();
  const time = useCityTime();
  if (source.newestGaps.length === 0) return <p className="dim">{t('sources.noGaps')}</p>;
  const more = source.gaps - source.newestGaps.length;
  return (
    <>
      <h3>{t('sources.newestGaps')}</h3>
      <ul className="source-gaps tabular">
        {source.newestGaps.map(({ from, to, datastream, datastreams, missing, filled }) => (
          <li key={`${from} ${datastream}`}>
            <span>
              {time.clock(Date.parse(from))} – {time.clock(Date.parse(to))}
            </span>
            <span>{durationText(Date.parse(to) - Date.parse(from))}</span>
            <span className="gap-what dim">
              {datastreams === 1 ? datastream : t('sources.datastreams', { count: countText(datastreams) })}
            </span>
            <span className="dim">
              {t('sources.gapMissing', { count: countText(missing) })}
              {filled > 0 && ` · ${t('sources.gapFilled', { count: countText(filled) })}`}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="dim">{t('sources.moreGaps', { count: countText(more) })}</p>}
    </>
  );
}
