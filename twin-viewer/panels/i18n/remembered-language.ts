const KEY = 'yiping.language';

/** What was chosen last; undefined where nothing was, or the browser keeps nothing for us. */
export function rememberedLanguage(window: Window): string | undefined {
  try {
    return window.localStorage.getItem(KEY) ?? undefined;
  } catch {
    // Storage is forbidden, as in a frame with blocked cookies: every visit is the first.
    return undefined;
  }
}

export function rememberLanguage(window: Window, language: string): void {
  try {
    window.localStorage.setItem(KEY, language);
  } catch {
    // As above: the choice lasts as long as the page.
  }
}
