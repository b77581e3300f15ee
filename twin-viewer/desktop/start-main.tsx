import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { firstLanguage } from '../panels/i18n/first-language.ts';
import { startI18n } from '../panels/i18n/i18n.ts';
import { StartFrame } from './start-frame.tsx';
import { NoDesktop, StartPage } from './start-page.tsx';
import './start.css';

const desktop = window.yipingDesktop;
const i18n = await startI18n(firstLanguage(window));

createRoot(document.getElementById('root') as HTMLElement).render(
  <I18nextProvider i18n={i18n}>
    <StartFrame desktop={desktop}>{desktop === undefined ? <NoDesktop /> : <StartPage desktop={desktop} />}</StartFrame>
  </I18nextProvider>,
);
