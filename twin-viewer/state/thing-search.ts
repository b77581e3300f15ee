import type { LocalizedText } from '#devices/model/localized-text.ts';

/** Something that can be found, with every name it goes by. */
export interface Findable {
  readonly id: string;
  readonly name: LocalizedText | undefined;
  /** Further words: the type, the area. A hit in them counts least. */
  readonly words: readonly string[];
}

/** Better is higher; 0: not found. */
const SCORES = { exact: 100, start: 60, wordStart: 40, inside: 20, words: 5 } as const;

/**
 * The `limit` best of `items` for `query`, best first; of equal ones the shorter name, then the order given. Every word
 * of the query must be found somewhere: a name in any language, the id, or the words.
 */
export function findBest<T extends Findable>(items: Iterable<T>, query: string, limit: number): T[] {
  const words = normalised(query).split(' ').filter(Boolean);
  if (words.length === 0) return [];
  const found: { readonly item: T; readonly score: number; readonly length: number }[] = [];
  for (const item of items) {
    const folded = preparedOf(item);
    let score = 0;
    for (const word of words) {
      const best = scoreOf(folded, word);
      score = best === 0 ? Number.NEGATIVE_INFINITY : score + best;
    }
    if (score > 0) found.push({ item, score, length: shortestName(item) });
  }
  found.sort((a, b) => b.score - a.score || a.length - b.length);
  return found.slice(0, limit).map(({ item }) => item);
}

/** What is compared with the query, folded once per item: of 100,000 items folding is the cost, comparing is not. */
interface Prepared {
  readonly names: readonly string[];
  readonly words: readonly string[];
}
const prepared = new WeakMap<Findable, Prepared>();

function preparedOf(item: Findable): Prepared {
  let known = prepared.get(item);
  if (known === undefined) {
    const { zh, en, local } = item.name ?? {};
    const names = [item.id, zh, en, local].filter((name) => name !== undefined);
    known = { names: names.map(normalised), words: item.words.map(normalised) };
    prepared.set(item, known);
  }
  return known;
}

function scoreOf(item: Prepared, word: string): number {
  let best = 0;
  for (const name of item.names) best = Math.max(best, scoreIn(name, word));
  if (best === 0 && item.words.some((each) => each.includes(word))) best = SCORES.words;
  return best;
}

function scoreIn(text: string, word: string): number {
  if (text === word) return SCORES.exact;
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return SCORES.start;
  return /[\s/_·-]/.test(text[at - 1] as string) ? SCORES.wordStart : SCORES.inside;
}

function shortestName(item: Findable): number {
  const { zh, en, local } = item.name ?? {};
  return Math.min(...[zh, en, local, item.id].map((name) => name?.length ?? Number.POSITIVE_INFINITY));
}

/** Kazakh letters as a Russian keyboard writes them. */
const FOLDED: Readonly<Record<string, string>> = {
  ә: 'а',
  ғ: 'г',
  қ: 'к',
  ң: 'н',
  ө: 'о',
  ұ: 'у',
  ү: 'у',
  һ: 'х',
  і: 'и',
};

/** Case, width, accents and keyboards do not matter: `Қазыбек` is found by `казыбек`, `Ｐｍ２.5` by `pm2.5`. */
function normalised(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[әғқңөұүһі]/g, (letter) => FOLDED[letter] as string)
    .trim()
    .replace(/\s+/g, ' ');
}
