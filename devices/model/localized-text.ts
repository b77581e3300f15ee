/**
 * A name in the languages the screen speaks, with the form used on the spot as the fallback.
 *
 * At least one field is set.
 */
export interface LocalizedText {
  readonly zh?: string;
  readonly en?: string;
  /** The name as the place itself writes it (OSM `name`); any script. */
  readonly local?: string;
}

export type Language = 'zh' | 'en';

/** The name to show in `language`: that language, else the local form, else the other language. */
export function textIn(text: LocalizedText, language: Language): string {
  const other: Language = language === 'zh' ? 'en' : 'zh';
  return text[language] ?? text.local ?? text[other] ?? '';
}
