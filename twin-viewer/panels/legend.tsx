import { useStore } from 'zustand/react';
import { APPEARANCE_CODE, APPEARANCES } from '../state/thing-states.ts';
import { countText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Mark } from './mark.tsx';
import { useViewer } from './viewer.ts';

/** What the symbols mean, and how many Things have each now. */
export function Legend() {
  const { counts } = useViewer();
  const layers = useStore(counts, (state) => state.layers);
  const { t } = useWords();
  const worstFirst = APPEARANCES.slice(APPEARANCE_CODE.good).toReversed();
  return (
    <ul className="legend" aria-label={t('legend.title')}>
      {worstFirst.map((appearance) => {
        const code = APPEARANCE_CODE[appearance];
        const things = layers.reduce((sum, { byAppearance }) => sum + (byAppearance[code] as number), 0);
        return (
          <li key={appearance}>
            <Mark code={code} />
            <span>{t(`appearance.${appearance}`)}</span>
            <span className="tabular dim">{countText(things)}</span>
          </li>
        );
      })}
    </ul>
  );
}
