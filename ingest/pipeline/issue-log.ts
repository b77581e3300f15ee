import type { SourceIssue } from '../source/source.ts';

/** How many issues engineers see, and how many kinds are told apart. */
export const KEPT_ISSUES = 200;
const MAX_KINDS = 100;
/** An issue of the same kind at the same address is kept again only after this time, ms; it is always counted. */
const REPEAT_MS = 10_000;
/** At most this many issues are kept per second, so that one flood does not sweep away all others. */
const KEPT_PER_SECOND = 20;

/**
 * Counts every issue by kind and keeps the newest few for engineers. Bounded in memory and in work: a repeated issue
 * costs one look into a map.
 */
export class IssueLog {
  readonly #counts = new Map<string, number>();
  readonly #kept: SourceIssue[] = [];
  readonly #keptAt = new Map<string, number>();
  #total = 0;
  #secondStart = Number.NEGATIVE_INFINITY;
  #keptThisSecond = 0;

  report(issue: SourceIssue): void {
    this.#total++;
    const known = this.#counts.get(issue.kind);
    const kind = known !== undefined || this.#counts.size < MAX_KINDS ? issue.kind : 'other';
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (this.#isFresh(issue)) this.#keep(issue);
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
    return this.#kept.slice(-limit).reverse();
  }

  #isFresh(issue: SourceIssue): boolean {
    const before = this.#keptAt.get(keyOf(issue));
    if (before !== undefined && Math.abs(issue.time - before) < REPEAT_MS) return false;
    if (Math.abs(issue.time - this.#secondStart) >= 1_000) {
      this.#secondStart = issue.time;
      this.#keptThisSecond = 0;
    }
    return this.#keptThisSecond++ < KEPT_PER_SECOND;
  }

  #keep(issue: SourceIssue): void {
    this.#kept.push(issue);
    this.#keptAt.set(keyOf(issue), issue.time);
    if (this.#kept.length <= KEPT_ISSUES) return;
    const gone = this.#kept.shift();
    if (gone !== undefined && this.#keptAt.get(keyOf(gone)) === gone.time) this.#keptAt.delete(keyOf(gone));
  }
}

function keyOf(issue: SourceIssue): string {
  return `${issue.kind} ${issue.source} ${issue.address}`;
}
