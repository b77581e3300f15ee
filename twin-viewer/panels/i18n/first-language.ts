import type { Language } from '#devices/model/localized-text.ts';
import { parseDeepLink } from '../../state/deep-link.ts';
import { rememberedLanguage } from './remembered-language.ts';

/** The language a link asks for, else the one chosen last, else the browser's, else Chinese. */
export function firstLanguage(window: Window): Language {
  const asked = parseDeepLink(window.location.hash).language ?? rememberedLanguage(window);
  if (asked === 'zh' || asked === 'en') return asked;
  return window.navigator.language.startsWith('en') ? 'en' : 'zh';
}
