import { useEffect, useReducer } from 'react';
import { useWords } from '../panels/i18n/use-words.ts';
import { ChooseForm } from './choose-form.tsx';
import type { DesktopBridge } from './desktop-bridge.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { StartPanel } from './start-panel.tsx';
import { FIRST_VIEW, nextView, shownState } from './start-view.ts';
import { StartingNotice } from './starting-notice.tsx';

/** What stands between the user and the city, as the application tells it. */
export function StartPage({ desktop }: { readonly desktop: DesktopBridge }) {
  const { t } = useWords();
  const [view, dispatch] = useReducer(nextView, FIRST_VIEW);
  const refuse = (error: Error) => dispatch({ type: 'refused', reason: error.message });
  useEffect(() => {
    let isNewer = false;
    const stop = desktop.onStartState((state) => {
      isNewer = true;
      dispatch({ type: 'told', state });
    });
    desktop.startState().then(
      (state) => {
        if (!isNewer) dispatch({ type: 'told', state });
      },
      (error: Error) => dispatch({ type: 'refused', reason: error.message }),
    );
    return stop;
  }, [desktop]);

  const ask = (what: () => Promise<void>) => {
    dispatch({ type: 'asked' });
    what().catch(refuse);
  };
  const onAnother = () => {
    dispatch({ type: 'another' });
    desktop.chooseAgain().catch(refuse);
  };
  const shown = shownState(view);
  const { refusal } = view;
  switch (shown?.kind) {
    case undefined:
      return refusal === undefined ? null : <StartPanel title={t('app.title')} refusal={refusal} />;
    case 'choose':
      return (
        <ChooseForm
          address={shown.address}
          dataFolder={shown.dataFolder}
          isBusy={view.isAsked}
          refusal={refusal}
          onChoose={(choice) => ask(() => desktop.choose(choice))}
        />
      );
    case 'starting':
      return <StartingNotice choice={shown.choice} onAnother={onAnother} />;
    case 'problem':
      return (
        <ProblemNotice
          {...shown}
          version={desktop.version}
          isBusy={view.isAsked}
          refusal={refusal}
          onRetry={() => ask(() => desktop.retry())}
          onAnother={onAnother}
          onLogs={() => desktop.showLogs().catch(refuse)}
        />
      );
  }
}

/** Somebody opened the page in a browser. */
export function NoDesktop() {
  const { t } = useWords();
  return (
    <StartPanel title={t('start.browser')}>
      <div className="start-body">
        <p>{t('start.browser.explain')}</p>
      </div>
      <div className="start-actions">
        <a className="action" href="/">
          {t('start.browser.go')}
        </a>
      </div>
    </StartPanel>
  );
}
