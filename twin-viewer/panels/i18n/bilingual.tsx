import { useWords } from './use-words.ts';
import type { Words } from './zh.ts';

/** A word in the chosen language, and dimmed beside it in the other. */
export function Bilingual({ word }: { readonly word: Words }) {
  const { t, other, language } = useWords();
  return (
    <span className="bilingual">
      {t(word)} <span lang={language === 'zh' ? 'en' : 'zh'}>{other(word)}</span>
    </span>
  );
}
