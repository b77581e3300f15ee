import { useStore } from 'zustand/react';
import { agoText } from './format/age-text.ts';
import { HistoryNotice } from './history-notice.tsx';
import type { Translate } from './i18n/i18n.ts';
import { useWords } from './i18n/use-words.ts';
import { useBeat, useViewer, type Viewer } from './viewer.ts';

/** The server speaks every second; after this the picture is old, whatever the connection says. */
const OLD_MS = 4_000;

/** One sentence when the picture cannot be trusted to be what it seems. */
export function ConnectionBanner() {
  useBeat();
  const viewer = useViewer();
  useStore(viewer.live.status);
  useStore(viewer.player.store);
  useStore(viewer.catalog.store);
  const { t } = useWords();
  const text = bannerText(viewer, t);
  if (text === undefined) return <HistoryNotice />;
  return (
    <div className="banner" role="alert">
      <span>{text}</span>
      <button
        type="button"
        className="quiet"
        onClick={() => {
          viewer.live.retry();
          if (viewer.player.store.getState().failure !== undefined) viewer.player.play();
          if (viewer.catalog.store.getState().failure !== undefined) void viewer.catalogLoader.load();
        }}
      >
        {t('banner.retry')}
      </button>
    </div>
  );
}

function bannerText({ live, player, catalog }: Viewer, t: Translate): string | undefined {
  const { kind, reason, lastFrameTime } = live.status.getState();
  const { failure, mode } = player.store.getState();
  const ageMs = lastFrameTime === undefined ? undefined : live.serverNow() - lastFrameTime;
  const ago = ageMs === undefined ? '' : agoText(ageMs, t);
  if (kind === 'refused') return t('banner.refused', { reason: reason ?? '' });
  if (kind === 'connecting' && reason !== undefined) return t('banner.neverConnected');
  // A replay is not older for it.
  if (mode === 'replay' && (kind === 'offline' || kind === 'reconnecting')) return t('banner.lost');
  if (kind === 'offline') return t(ageMs === undefined ? 'banner.neverConnected' : 'banner.offline', { ago });
  if (kind === 'reconnecting') return t('banner.reconnecting', { ago });
  if (failure !== undefined) return t('banner.history', { reason: failure });
  const catalogFailure = catalog.store.getState().failure;
  if (catalogFailure !== undefined) return t('banner.catalog', { reason: catalogFailure });
  return ageMs !== undefined && ageMs > OLD_MS ? t('banner.dataOld', { ago }) : undefined;
}
