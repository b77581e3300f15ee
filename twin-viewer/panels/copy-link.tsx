import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { useViewer } from './viewer.ts';

const SHOWN_MS = 2_000;

/** Copies a link to exactly this screen. */
export function CopyLink() {
  const { link } = useViewer();
  const { t } = useWords();
  const [outcome, setOutcome] = useState<'thing.copied' | 'thing.notCopied'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await copyText(link());
      setOutcome('thing.copied');
    } catch {
      setOutcome('thing.notCopied');
    }
  };
  return (
    <button type="button" className="action" onClick={() => void copy()}>
      <Icon name="link" />
      <span role="status">{t(outcome ?? 'thing.copy')}</span>
    </button>
  );
}
