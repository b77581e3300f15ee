import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { SourcesPage } from '#devices/wire/api.ts';
import { countText } from './format/value-text.ts';
import { Bilingual } from './i18n/bilingual.tsx';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { SourceRow } from './source-row.tsx';
import { type Polled, usePolled } from './use-polled.ts';
import { useViewer } from './viewer.ts';

/** The worst of them; nobody reads more, and the rest is counted. */
const MAX_LINES = 200;
const POLL_BEATS = 4;

/** Who sends what the screen shows, the worst first: what came, what did not, how late, by which clock. */
export function SourcesPanel() {
  const { api, view, player } = useViewer();
  const { t } = useWords();
  const isReplay = useStore(player.store, ({ mode }) => mode === 'replay');
  const sources = usePolled(
    useCallback((signal: AbortSignal) => api.sources(MAX_LINES, signal), [api]),
    POLL_BEATS,
  );
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.show();
    // Not on its first button: Space still means play and pause.
    shown?.focus();
    // Gives the focus back to what opened it.
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} className="panel sources" tabIndex={-1} aria-labelledby="sources-title">
      <header className="panel-head">
        <div className="thing-names">
          <h2 id="sources-title">
            <Bilingual word="sources.title" />
          </h2>
          <p className={isReplay ? 'sources-now' : 'dim'}>{t(isReplay ? 'sources.notReplay' : 'sources.since')}</p>
        </div>
        <button
          type="button"
          className="quiet square"
          aria-label={t('sources.close')}
          onClick={() => view.setState({ overlay: undefined })}
        >
          <Icon name="close" />
        </button>
      </header>
      {sources.failure !== undefined && (
        <p className="sources-failure is-failed" role="alert">
          {t(sources.value === undefined ? 'sources.failed' : 'sources.old', { reason: sources.failure })}
        </p>
      )}
      <SourceList sources={sources} />
    </dialog>
  );
}

function SourceList({ sources: { value, failure } }: { readonly sources: Polled<SourcesPage> }) {
  const { t } = useWords();
  const [opened, open] = useState<string>();
  if (value === undefined) return failure === undefined ? <p className="empty">{t('sources.loading')}</p> : null;
  if (value.total === 0) return <p className="empty">{t('sources.empty')}</p>;
  const rest = value.total - value.sources.length;
  return (
    <div className={failure === undefined ? 'sources-body' : 'sources-body is-old'}>
      <table className="sources-table">
        <thead>
          <tr>
            <th scope="col">{t('sources.source')}</th>
            <th scope="col">{t('sources.state')}</th>
            <th scope="col">{t('sources.clock')}</th>
            <th scope="col" className="number">
              {t('sources.lastHeard')}
            </th>
            <th scope="col" className="number">
              {t('sources.rate')}
            </th>
            <th scope="col" className="number" title={t('sources.delayExplain')}>
              {t('sources.delay')}
            </th>
            <th scope="col" className="number">
              {t('sources.missing')}
            </th>
            <th scope="col" className="number">
              {t('sources.duplicates')}
            </th>
            <th scope="col" className="number">
              {t('sources.gaps')}
            </th>
          </tr>
        </thead>
        {value.sources.map((source) => (
          <SourceRow
            key={source.id}
            source={source}
            isOpen={source.id === opened}
            onOpen={() => open(source.id === opened ? undefined : source.id)}
          />
        ))}
      </table>
      {rest > 0 && <p className="more dim">{t('sources.more', { count: countText(rest) })}</p>}
    </div>
  );
}
