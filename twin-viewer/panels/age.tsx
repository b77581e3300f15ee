import { ageText } from './format/age-text.ts';
import { useWords } from './i18n/use-words.ts';
import { useBeat, useViewer } from './viewer.ts';

/** How old `time` is at the moment shown, ticking. `word`: a sentence around it. */
export function Age({ time, word }: { readonly time: number; readonly word?: 'thing.ago' | 'abnormal.since' }) {
  useBeat();
  const { player } = useViewer();
  const { t } = useWords();
  const age = ageText(player.presentTime() - time, t);
  return <span className="age">{word === undefined ? age : t(word, { age })}</span>;
}
