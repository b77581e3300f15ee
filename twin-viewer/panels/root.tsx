import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import { TOKEN_NEEDED } from '../player/live-connection.ts';
import { type CityApi, TokenNeeded } from '../state/city-api.ts';
import { App } from './app.tsx';
import { useWords } from './i18n/use-words.ts';
import { TokenPage } from './token-page.tsx';
import { type Viewer, ViewerContext } from './viewer.ts';

export interface RootProps {
  readonly api: CityApi;
  /** @throws {TokenNeeded | Error} */
  readonly open: (signal: AbortSignal) => Promise<Viewer>;
  /** Called when the city is open. */
  readonly onOpen: (viewer: Viewer) => void;
}

type Opening =
  | { readonly kind: 'loading' }
  | { readonly kind: 'token' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'open'; readonly viewer: Viewer };

/** Opens the city, and says what stands in the way. */
export function Root({ api, open, onOpen }: RootProps) {
  const [opening, setOpening] = useState<Opening>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the reason to open again
  useEffect(() => {
    const stop = new AbortController();
    open(stop.signal).then(
      (viewer) => {
        if (stop.signal.aborted) return;
        onOpen(viewer);
        setOpening({ kind: 'open', viewer });
      },
      (error: Error) => {
        if (stop.signal.aborted) return;
        setOpening(error instanceof TokenNeeded ? { kind: 'token' } : { kind: 'failed', reason: error.message });
      },
    );
    return () => stop.abort();
  }, [open, onOpen, attempt]);
  const again = () => {
    setOpening({ kind: 'loading' });
    setAttempt((before) => before + 1);
  };
  switch (opening.kind) {
    case 'open':
      return (
        <ViewerContext value={opening.viewer}>
          <Gate api={api} viewer={opening.viewer} />
        </ViewerContext>
      );
    case 'token':
      return <TokenPage api={api} onOpen={again} />;
    case 'loading':
      return <LoadingPage />;
    case 'failed':
      return <FailedPage reason={opening.reason} onRetry={again} />;
  }
}

function LoadingPage() {
  const { t } = useWords();
  return (
    <main className="page">
      <p className="dim" role="status">
        {t('app.loading')}…
      </p>
    </main>
  );
}

function FailedPage({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  const { t } = useWords();
  return (
    <main className="page">
      <div className="panel card" role="alert">
        <h1>{t('app.failed')}</h1>
        <p className="dim">{reason}</p>
        <button type="button" className="action" onClick={onRetry}>
          {t('app.retry')}
        </button>
      </div>
    </main>
  );
}

/** The session can end while the screen is open: a restarted service knows nobody. */
function Gate({ api, viewer }: { readonly api: CityApi; readonly viewer: Viewer }) {
  const isLocked = useStore(viewer.live.status, ({ kind, reason }) => kind === 'refused' && reason === TOKEN_NEEDED);
  return isLocked ? <TokenPage api={api} onOpen={() => viewer.live.retry()} /> : <App />;
}
