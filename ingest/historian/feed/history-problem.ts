/** Why history takes and answers nothing now. */
export interface HistoryProblem {
  /** Stable, for screens and metrics: a kind of the historian's own errors, or `failed`. */
  readonly kind: string;
  /** One sentence: what, which, why, what to do. */
  readonly message: string;
}

export function historyProblem(error: unknown): HistoryProblem {
  const kind = error instanceof Error && 'kind' in error ? String(error.kind) : 'failed';
  return { kind, message: error instanceof Error ? error.message : String(error) };
}
