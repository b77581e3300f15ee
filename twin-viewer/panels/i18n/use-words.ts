import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '#devices/model/localized-text.ts';
import type { Translate } from './i18n.ts';
import type { Words } from './zh.ts';

export interface SpokenWords {
  readonly t: Translate;
  readonly language: Language;
  /** The same word in the other language, for where the screen shows both. */
  readonly other: Translate;
}

/** The words of the screen in the chosen language. */
export function useWords(): SpokenWords {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh';
  return useMemo(() => {
    const spoken = i18n.getFixedT(language);
    const silent = i18n.getFixedT(language === 'en' ? 'zh' : 'en');
    const t: Translate = (key: Words, values) => spoken(key, values ?? {});
    const other: Translate = (key: Words, values) => silent(key, values ?? {});
    return { t, other, language };
  }, [i18n, language]);
}
