import type { Words } from '../panels/i18n/zh.ts';
import type { StartChoice, StartProblem } from './desktop-bridge.ts';
import { spokenAddress } from './server-address.ts';

export interface ProblemWords {
  /** What went wrong, and with which. */
  readonly what: Words;
  /** What to do next. */
  readonly next: Words;
  readonly values: { readonly address: string; readonly detail: string; readonly version: string };
  /** Shown letter by letter beside the sentence; empty where the sentence says it all. */
  readonly detail: string;
  /** Whether the same can come out differently. */
  readonly canRetry: boolean;
}

/** The sentence for a problem. `version`: of the application. */
export function problemWords(problem: StartProblem, choice: StartChoice, version: string): ProblemWords {
  const { kind, detail } = problem;
  const address = choice.where === 'server' ? spokenAddress(choice.address) : '';
  const isSaid = kind === 'server-version' || detail === address;
  return {
    what: `start.problem.${kind}`,
    next: `start.next.${kind}`,
    values: { address, detail: kind === 'server-version' && detail === '' ? '?' : detail, version },
    detail: isSaid ? '' : detail.replace(/^\s*\n|\s+$/g, ''),
    canRetry: kind !== 'address-invalid',
  };
}
