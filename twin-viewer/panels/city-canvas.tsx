import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { connectScene } from './connect-scene.ts';
import { useWords } from './i18n/use-words.ts';
import { useViewer } from './viewer.ts';

/** The place of the 3D city. Cesium comes when everything else already stands. */
export function CityCanvas() {
  const viewer = useViewer();
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = place.current;
    if (container === null) return;
    const stop = new AbortController();
    connectScene(viewer, container, stop.signal).catch((error: Error) => {
      viewer.view.setState({ sceneFailure: { what: 'tiles', message: error.message } });
    });
    return () => stop.abort();
  }, [viewer]);
  return (
    <main className="city" aria-label={t('scene.label')}>
      <div ref={place} className="city-canvas" />
      <SceneProgress />
    </main>
  );
}

/** How far the tiles of this view are; what failed, in words. */
function SceneProgress() {
  const { view, city } = useViewer();
  const loaded = useStore(view, (state) => state.tilesLoaded);
  const failure = useStore(view, (state) => state.sceneFailure);
  const { t } = useWords();
  if (city.tileset === undefined) return <p className="scene-failure">{t('scene.noTiles')}</p>;
  if (failure !== undefined) {
    return <p className="scene-failure">{t(`scene.${failure.what}`, { message: failure.message })}</p>;
  }
  if (loaded >= 1) return null;
  return (
    <div className="scene-progress" role="status">
      <span>{t('scene.loading', { percent: Math.floor(loaded * 100) })}</span>
      <span className="progress-bar">
        <span style={{ width: `${loaded * 100}%` }} />
      </span>
    </div>
  );
}
