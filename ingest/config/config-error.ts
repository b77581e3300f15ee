import type { Setting } from './setting.ts';

/** A setting is wrong; the text says which, what was given, where it came from and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Shown without a stack: a person can mend it. */
  readonly expected = true;
}

export function notAllowed(name: string, text: string, origin: string, setting: Setting<unknown>): ConfigError {
  return new ConfigError(`${name}: ${JSON.stringify(text)} (${origin}) is not allowed; allowed is ${setting.allowed}.`);
}

/** `given` is no setting; the nearest of `known` is suggested. */
export function unknownSetting(given: string, origin: string, known: readonly string[]): ConfigError {
  const nearest = nearestName(given, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new ConfigError(`${given} (${origin}) is not a setting.${hint} --help lists them all.`);
}

/** The name with the fewest edits, where they are few against its length; else undefined. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = editDistance(given.toLowerCase(), name.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      best = name;
    }
  }
  return best !== undefined && fewest <= Math.max(2, best.length / 3) ? best : undefined;
}

/** Levenshtein distance, by rows. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
