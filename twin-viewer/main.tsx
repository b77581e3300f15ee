import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { systemClock } from '#devices/time/clock.ts';
import { openAutomationPort } from './automation-port.ts';
import { followDesktop } from './desktop/follow-desktop.ts';
import { openViewer } from './open-viewer.ts';
import { firstLanguage } from './panels/i18n/first-language.ts';
import { startI18n } from './panels/i18n/i18n.ts';
import { Root } from './panels/root.tsx';
import { isPhone } from './panels/use-media.ts';
import type { Viewer } from './panels/viewer.ts';
import { CityApi } from './state/city-api.ts';
import './panels/styles/index.css';

const api = new CityApi();
const language = firstLanguage(window);
const i18n = await startI18n(language);
const ended = new AbortController();
const desktop = window.yipingDesktop;
desktop?.setLanguage(language);

const open = (signal: AbortSignal) =>
  openViewer({ api, clock: systemClock, language, isRailOpen: !isPhone(window), window }, signal);
const onOpen = (viewer: Viewer) => {
  openAutomationPort(window, viewer, ended.signal);
  if (desktop !== undefined) followDesktop(viewer, desktop, ended.signal);
};

createRoot(document.getElementById('root') as HTMLElement).render(
  <I18nextProvider i18n={i18n}>
    <Root api={api} open={open} onOpen={onOpen} />
  </I18nextProvider>,
);
