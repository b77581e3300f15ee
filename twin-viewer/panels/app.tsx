import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand/react';
import { textIn } from '#devices/model/localized-text.ts';
import { AbnormalPanel } from './abnormal-panel.tsx';
import { CityCanvas } from './city-canvas.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { HelpOverlay } from './help-overlay.tsx';
import { rememberLanguage } from './i18n/remembered-language.ts';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { LayersRail } from './layers-rail.tsx';
import { MapCorners } from './map-corners.tsx';
import { PanelBoundary } from './panel-boundary.tsx';
import { PhoneSheet } from './phone-sheet.tsx';
import { SearchPalette } from './search-palette.tsx';
import { SelectionPanel } from './selection-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import { TimeStrip } from './time-strip.tsx';
import { TopBar } from './top-bar.tsx';
import { useInsets } from './use-insets.ts';
import { useKeys } from './use-keys.ts';
import { useIsPhone } from './use-media.ts';
import { useViewer } from './viewer.ts';

/** The one screen: the city, and panels at its edges. */
export function App() {
  const viewer = useViewer();
  const isPhone = useIsPhone();
  const isReplay = useStore(viewer.player.store, (state) => state.mode === 'replay');
  useLanguage();
  useKeys(viewer);
  useInsets(isPhone);
  const { t } = useWords();
  return (
    <div className={`screen${isPhone ? ' is-phone' : ''}${isReplay ? ' is-replay' : ''}`}>
      <button type="button" className="skip" onClick={() => document.getElementById('abnormal')?.focus()}>
        {t('app.skip')}
      </button>
      <PanelBoundary>
        <TopBar />
      </PanelBoundary>
      <CityCanvas />
      <MapCorners />
      {isPhone ? (
        <PanelBoundary>
          <PhoneSheet />
        </PanelBoundary>
      ) : (
        <Desk />
      )}
      <ConnectionBanner />
      <Overlays />
    </div>
  );
}

function Desk() {
  const { view } = useViewer();
  const isRailOpen = useStore(view, (state) => state.isRailOpen);
  const selection = useStore(view, (state) => state.selection);
  const { t } = useWords();
  return (
    <>
      {isRailOpen ? (
        <PanelBoundary>
          <LayersRail onCollapse={() => view.setState({ isRailOpen: false })} />
        </PanelBoundary>
      ) : (
        <button
          type="button"
          className="panel square rail-closed"
          aria-label={t('layers.expand')}
          onClick={() => view.setState({ isRailOpen: true })}
        >
          <Icon name="layers" />
        </button>
      )}
      <aside className={selection.kind === 'none' ? 'column' : 'column has-selection'}>
        <PanelBoundary>
          <AbnormalPanel />
        </PanelBoundary>
        <PanelBoundary>
          <SelectionPanel />
        </PanelBoundary>
      </aside>
      <PanelBoundary>
        <TimeStrip />
      </PanelBoundary>
    </>
  );
}

function Overlays() {
  const { view } = useViewer();
  const overlay = useStore(view, (state) => state.overlay);
  if (overlay === 'search') return <SearchPalette />;
  if (overlay === 'help') return <HelpOverlay />;
  if (overlay !== 'sources') return null;
  return (
    <PanelBoundary>
      <SourcesPanel />
    </PanelBoundary>
  );
}

/** The language that was chosen is the language of the page, and of the next visit. */
function useLanguage(): void {
  const { view, city } = useViewer();
  const language = useStore(view, (state) => state.language);
  const { i18n } = useTranslation();
  useEffect(() => {
    void i18n.changeLanguage(language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `${textIn(city.name, language)} · ${i18n.getFixedT(language)('app.title')}`;
    rememberLanguage(window, language);
  }, [language, city.name, i18n]);
}
