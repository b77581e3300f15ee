import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '#devices/model/localized-text.ts';
import { en } from './en.ts';
import { type Words, zh } from './zh.ts';

/** A word of the screen in the language it is asked in. */
export type Translate = (key: Words, values?: Record<string, string | number>) => string;

/** Sets up i18next: flat keys, both languages in the bundle, nothing fetched. */
export async function startI18n(language: Language): Promise<i18n> {
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    // React escapes.
    interpolation: { escapeValue: false },
  });
  return instance;
}
