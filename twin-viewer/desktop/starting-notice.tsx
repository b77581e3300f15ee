import { useEffect, useRef, useState } from 'react';
import { useWords } from '../panels/i18n/use-words.ts';
import type { StartChoice } from './desktop-bridge.ts';
import { spokenAddress } from './server-address.ts';
import { StartPanel } from './start-panel.tsx';

/** Before this nobody wonders how long it takes. */
const WORTH_SAYING_SECONDS = 3;

interface StartingNoticeProps {
  readonly choice: StartChoice;
  readonly onAnother: () => void;
}

/** What is being started or asked, and for how long. */
export function StartingNotice({ choice, onAnother }: StartingNoticeProps) {
  const { t } = useWords();
  const seconds = useSeconds();
  const title = useRef<HTMLHeadingElement>(null);
  // Not a button: a second Enter must not take back the choice that the first one made.
  useEffect(() => title.current?.focus(), []);
  const { where } = choice;
  const address = choice.where === 'server' ? spokenAddress(choice.address) : '';
  return (
    <StartPanel role="status" titleRef={title} title={t(`start.starting.${where}`, { address })}>
      <div className="start-body">
        <p>{t(`start.starting.${where}.explain`)}</p>
        <p className="dim tabular" aria-hidden="true">
          {seconds >= WORTH_SAYING_SECONDS && t('start.starting.waited', { seconds })}
        </p>
      </div>
      <div className="start-actions">
        <button type="button" className="action" onClick={onAnother}>
          {t('start.another')}
        </button>
      </div>
    </StartPanel>
  );
}

/** Whole seconds since this came on the screen. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const since = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - since) / 1000)), 250);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
