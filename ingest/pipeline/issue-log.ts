import type { SourceIssue } from '../source/source.ts';

/** How many issues engineers can see. */
export const KEPT_ISSUES = 200;
/** How many of them may be of one kind from one address, so that one broken device does not sweep away all others. */
export const KEPT_PER_ADDRESS = 5;
/** How many kinds are counted apart; further ones are counted as `other`. */
const MAX_KINDS = 100;
/** Characters of an address and of a reason that are kept: both may hold what a stranger sent. */
const MAX_ADDRESS = 256;
const MAX_REASON = 600;

interface Kept {
  readonly issue: SourceIssue;
  /** 1, 2, 3 … in order of arrival. */
  readonly number: number;
}

/** Counts every issue by kind and keeps the newest few for engineers. Bounded in memory, and in work per issue. */
export class IssueLog {
  readonly #counts = new Map<string, number>();
  /** By kind and address, the one that spoke last at the end. */
  readonly #kept = new Map<string, Kept[]>();
  #keptCount = 0;
  #total = 0;

  report(issue: SourceIssue): void {
    this.#total++;
    const isKnown = this.#counts.has(issue.kind) || this.#counts.size < MAX_KINDS;
    const kind = isKnown ? issue.kind : 'other';
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    this.#keep({ ...issue, address: cut(issue.address, MAX_ADDRESS), reason: cut(issue.reason, MAX_REASON) });
  }

  /** Issues since the start. */
  get total(): number {
    return this.#total;
  }

  /** Issues since the start by kind. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** The newest kept issues, newest first. */
  newest(limit = KEPT_ISSUES): SourceIssue[] {
    return [...this.#kept.values()]
      .flat()
      .sort((a, b) => b.number - a.number)
      .slice(0, limit)
      .map(({ issue }) => issue);
  }

  #keep(issue: SourceIssue): void {
    const key = `${issue.kind} ${issue.source} ${issue.address}`;
    const kept = this.#kept.get(key) ?? [];
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.push({ issue, number: this.#total });
    if (kept.length > KEPT_PER_ADDRESS) kept.shift();
    else this.#keptCount++;
    if (this.#keptCount > KEPT_ISSUES) this.#forgetOne();
  }

  /** Gives up the oldest issue of the address that has been silent for longest. */
  #forgetOne(): void {
    for (const [key, kept] of this.#kept) {
      kept.shift();
      if (kept.length === 0) this.#kept.delete(key);
      this.#keptCount--;
      return;
    }
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
