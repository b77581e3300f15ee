import { useCallback } from 'react';
import { useStore } from 'zustand/react';
import { textIn } from '#devices/model/localized-text.ts';
import { switchLanguage, toggleOverlay } from './commands.ts';
import { ageText } from './format/age-text.ts';
import { countText } from './format/value-text.ts';
import { historyWord } from './history-notice.tsx';
import { Bilingual } from './i18n/bilingual.tsx';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { useCityTime } from './use-city-time.ts';
import { usePolled } from './use-polled.ts';
import { useBeat, useViewer } from './viewer.ts';

/** Ten seconds: a source is silent after ten at the least. */
const CONCERN_BEATS = 20;

export function TopBar() {
  const viewer = useViewer();
  const { t, language } = useWords();
  const { city } = viewer;
  const other = textIn(city.name, language === 'zh' ? 'en' : 'zh');
  return (
    <header className="top-bar">
      <h1 className="city-name">
        {textIn(city.name, language)} <span className="dim">{other}</span>
      </h1>
      <button
        type="button"
        className="search-open"
        aria-label={t('search.placeholder')}
        onClick={() => toggleOverlay(viewer, 'search')}
      >
        <Icon name="search" />
        <span className="search-text">{t('search.placeholder')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Clock />
      <SimulatedBadge />
      <Connection />
      <button
        type="button"
        className="quiet language"
        aria-label={t('language.name')}
        onClick={() => switchLanguage(viewer)}
      >
        {t('language.switch')}
      </button>
      <button
        type="button"
        className="quiet help-open"
        aria-label={t('help.open')}
        onClick={() => toggleOverlay(viewer, 'help')}
      >
        <Icon name="help" />
      </button>
    </header>
  );
}

/** The moment the screen shows; amber whenever that is not now. Without a connection nothing here says "live". */
function Clock() {
  useBeat();
  const { player, live } = useViewer();
  const connection = useStore(live.status, (state) => state.kind);
  const { mode, playing, speed, loading } = useStore(player.store);
  const { t } = useWords();
  const time = useCityTime();
  const present = player.presentTime();
  const isLive = mode === 'live';
  const isCut = isLive && connection !== 'live';
  return (
    <div className={`clock${isLive ? '' : ' is-replay'}${isCut ? ' is-cut' : ''}`}>
      <span className="clock-mode">
        {t(isCut ? `connection.${connection}` : isLive ? 'clock.live' : playing ? 'clock.replay' : 'clock.paused')}
        {!isLive && playing && ` ${speed}×`}
      </span>
      <time className="clock-time" dateTime={new Date(present).toISOString()}>
        {time.clock(present)}
      </time>
      <span className="clock-date dim">
        {time.date(present)} · {time.zone(present)}
      </span>
      {loading && <span className="spinner" role="status" aria-label={t('time.loading')} />}
      {!isLive && (
        <button type="button" className="back-to-live" onClick={() => player.goLive()}>
          {t('clock.backToLive')}
        </button>
      )}
    </div>
  );
}

function SimulatedBadge() {
  const { counts } = useViewer();
  const simulated = useStore(counts, (state) => state.simulated);
  const { t } = useWords();
  if (simulated === 0) return null;
  return (
    <span className="simulated-badge" title={t('simulated.explain', { count: countText(simulated) })}>
      <Bilingual word="simulated.badge" />
    </span>
  );
}

/** The connection and the age of the data; behind it, who sends them. */
function Connection() {
  useBeat();
  const viewer = useViewer();
  const { live, view } = viewer;
  const isOpen = useStore(view, ({ overlay }) => overlay === 'sources');
  const { kind, lastFrameTime, observationsPerSecond, historyBehind } = useStore(live.status);
  const { t } = useWords();
  const concerning = useConcerning();
  const history = historyWord(historyBehind, live, t);
  const age = lastFrameTime === undefined ? undefined : ageText(live.serverNow() - lastFrameTime, t);
  return (
    <button
      type="button"
      className={`quiet connection is-${kind}`}
      title={t('sources.open')}
      aria-label={[t(`connection.${kind}`), history, concerning, t('sources.open')].filter(Boolean).join(' · ')}
      aria-expanded={isOpen}
      onClick={() => toggleOverlay(viewer, 'sources')}
    >
      <span className="connection-dot" aria-hidden="true" />
      <span>{t(`connection.${kind}`)}</span>
      {age !== undefined && <span className="dim connection-age">{t('connection.delay', { age })}</span>}
      {observationsPerSecond !== undefined && (
        <span className="dim connection-rate">{t('connection.rate', { count: countText(observationsPerSecond) })}</span>
      )}
      {history !== undefined && <span className="connection-history">{history}</span>}
      {concerning !== undefined && <span className="connection-concern">{concerning}</span>}
    </button>
  );
}

/** How many sources need somebody to look, in words; undefined where none does. */
function useConcerning(): string | undefined {
  const { api } = useViewer();
  const { t } = useWords();
  const { value } = usePolled(
    useCallback((signal: AbortSignal) => api.sources(1, signal), [api]),
    CONCERN_BEATS,
  );
  const count = value?.concerning ?? 0;
  return count === 0 ? undefined : t('sources.concerning', { count: countText(count) });
}
