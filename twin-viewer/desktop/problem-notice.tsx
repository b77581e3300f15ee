import { useEffect, useRef } from 'react';
import { useWords } from '../panels/i18n/use-words.ts';
import type { StartChoice, StartProblem } from './desktop-bridge.ts';
import { problemWords } from './problem-words.ts';
import { StartPanel } from './start-panel.tsx';

interface ProblemNoticeProps {
  readonly choice: StartChoice;
  readonly problem: StartProblem;
  /** Of the application. */
  readonly version: string;
  readonly isBusy: boolean;
  readonly refusal: string | undefined;
  readonly onRetry: () => void;
  readonly onAnother: () => void;
  readonly onLogs: () => void;
}

/** What went wrong, what to do next, and the ways on. */
export function ProblemNotice(props: ProblemNoticeProps) {
  const { choice, problem, version, isBusy, refusal, onRetry, onAnother, onLogs } = props;
  const { t } = useWords();
  const words = problemWords(problem, choice, version);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <StartPanel role="alert" title={t(words.what, words.values)} refusal={refusal}>
      <div className="start-body">
        <p>{t(words.next, words.values)}</p>
        {words.detail !== '' && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          <section className="start-detail" aria-label={t('start.detail')} tabIndex={0}>
            <code>{words.detail}</code>
          </section>
        )}
      </div>
      <div className="start-actions">
        {words.canRetry && (
          <button type="button" className="action" ref={first} disabled={isBusy} onClick={onRetry}>
            {t('start.retry')}
          </button>
        )}
        <button type="button" className="action" ref={words.canRetry ? undefined : first} onClick={onAnother}>
          {t('start.another')}
        </button>
        <button type="button" className="quiet start-logs" onClick={onLogs}>
          {t('start.logs')}
        </button>
      </div>
    </StartPanel>
  );
}
