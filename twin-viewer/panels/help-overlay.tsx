import { useEffect, useRef } from 'react';
import { textIn } from '#devices/model/localized-text.ts';
import { viewsOf } from './commands.ts';
import { useWords } from './i18n/use-words.ts';
import type { Words } from './i18n/zh.ts';
import { Icon } from './icons.tsx';
import { Legend } from './legend.tsx';
import { useViewer } from './viewer.ts';

const KEYS: readonly (readonly [keys: readonly string[], what: Words])[] = [
  [['help.key.space'], 'help.playPause'],
  [['←', '→'], 'help.step'],
  [['+', '−'], 'help.speed'],
  [['L'], 'help.live'],
  [['F'], 'help.follow'],
  [['S'], 'help.sources'],
  [['1', '…', '9'], 'help.views'],
  [['Ctrl', 'K'], 'help.search'],
  [['?'], 'help.help'],
  [['Esc'], 'help.close'],
];

/** The keys and the symbols, on one page. */
export function HelpOverlay() {
  const { view, city } = useViewer();
  const { t, language } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => view.setState({ overlay: undefined });
  return (
    <dialog ref={dialog} className="panel help" aria-labelledby="help-title" onClose={close}>
      <header className="panel-head">
        <h2 id="help-title">{t('help.title')}</h2>
        <button type="button" className="quiet square" aria-label={t('help.close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key === 'help.key.space' ? t('help.key.space') : key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('help.views.list')}</h3>
      <ol className="view-names">
        {viewsOf(city).map((each) => (
          <li key={textIn(each.name, language)}>{textIn(each.name, language)}</li>
        ))}
      </ol>
      <h3>{t('help.symbols')}</h3>
      <Legend />
      <p className="dim">{t('help.mouse')}</p>
      <p className="dim">{t('help.touch')}</p>
    </dialog>
  );
}
