import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { rememberLanguage } from '../panels/i18n/remembered-language.ts';
import { useWords } from '../panels/i18n/use-words.ts';
import type { DesktopBridge } from './desktop-bridge.ts';

interface StartFrameProps {
  readonly desktop: DesktopBridge | undefined;
  readonly children: ReactNode;
}

/** What all states of the start page have around them. */
export function StartFrame({ desktop, children }: StartFrameProps) {
  const { t, other, language } = useWords();
  const { i18n } = useTranslation();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `${i18n.getFixedT('zh')('app.title')} ${i18n.getFixedT('en')('app.title')}`;
    rememberLanguage(window, language);
    desktop?.setLanguage(language);
  }, [language, i18n, desktop]);
  return (
    <div className="start">
      <header className="start-bar">
        <p className="start-name">
          {t('app.title')} <span className="dim">{other('app.title')}</span>
        </p>
        <button
          type="button"
          className="quiet start-language"
          aria-label={t('language.name')}
          onClick={() => void i18n.changeLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t('language.switch')}
        </button>
      </header>
      <main className="start-main">{children}</main>
      <footer className="start-foot dim">
        {desktop !== undefined && t('start.version', { version: desktop.version })}
      </footer>
    </div>
  );
}
