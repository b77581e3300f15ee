import { useCallback } from 'react';
import { useStore } from 'zustand/react';
import type { SourceJson, ThingJson } from '#devices/wire/api.ts';
import { clockText, delayText, sourceStateText } from './format/source-text.ts';
import { countText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import { usePolled } from './use-polled.ts';
import { useBeat, useViewer } from './viewer.ts';

const POLL_BEATS = 10;
/** A Thing that more than so many send is told by the worst of them. */
const MAX_SOURCES = 3;

/** Who sends a Thing now, in the list of its facts. Says nothing of a replayed moment: what is known is of the present. */
export function SourceFacts({ thing }: { readonly thing: ThingJson }) {
  const { player } = useViewer();
  const isLive = useStore(player.store, ({ mode }) => mode === 'live');
  return isLive ? <LiveSourceFacts key={thing.id} thing={thing.id} /> : null;
}

function LiveSourceFacts({ thing }: { readonly thing: string }) {
  const { api } = useViewer();
  const { t } = useWords();
  const { value, failure } = usePolled(
    useCallback((signal: AbortSignal) => api.sources(MAX_SOURCES, signal, thing), [api, thing]),
    POLL_BEATS,
  );
  if (value === undefined && failure === undefined) return null;
  return (
    <>
      <dt>{t('sources.sender')}</dt>
      <dd>
        {failure !== undefined && <span className="is-failed">{t('sources.failed', { reason: failure })}</span>}
        {value?.total === 0 && t('sources.notHeard')}
        {value?.sources.map((source) => (
          <SourceLine key={source.id} source={source} />
        ))}
      </dd>
    </>
  );
}

function SourceLine({ source }: { readonly source: SourceJson }) {
  useBeat();
  const { live } = useViewer();
  const { t } = useWords();
  const isClockOff = source.clock.state === 'ahead' || source.clock.state === 'behind';
  const delay = delayText(source);
  return (
    <div className="source-line">
      <code>{source.sender}</code>
      <span className="tabular">
        {sourceStateText(source, live.serverNow(), t)}
        {delay !== undefined && ` · ${t('sources.delayOf', { delay })}`}
        {source.gaps > 0 && ` · ${t('sources.gapsOf', { count: countText(source.gaps) })}`}
      </span>
      <span className={isClockOff ? 'clock-off' : 'dim'}>
        {t('sources.clock')} · {clockText(source, t)}
      </span>
    </div>
  );
}
