import { ageText, agoText } from './format/age-text.ts';
import { useWords } from './i18n/use-words.ts';
import { useBeat, useViewer } from './viewer.ts';

/** How old `time` is at the moment shown, ticking. `isAgo`: as a moment of the past, `12 s ago`. */
export function Age({ time, isAgo = false }: { readonly time: number; readonly isAgo?: boolean }) {
  useBeat();
  const { player } = useViewer();
  const { t } = useWords();
  const ageMs = player.presentTime() - time;
  return <span className="age">{isAgo ? agoText(ageMs, t) : ageText(ageMs, t)}</span>;
}
