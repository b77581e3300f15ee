import type { SourceIssue } from '../source/source.ts';
import type { SourceRecord } from './source-record.ts';

/**
 * What there is to say when the state of a source's clock has changed: that it is off, or that it is right again;
 * undefined where that was said before, or was never in doubt.
 */
export function clockIssue(
  { protocol, sender, clock, toldClock }: SourceRecord,
  time: number,
): SourceIssue | undefined {
  const { state, offsetMs } = clock.finding;
  if (state === 'unknown' || state === toldClock) return undefined;
  const off = `${(Math.abs(offsetMs ?? 0) / 1000).toFixed(1)} s`;
  const issue = { time, source: protocol, kind: `source-clock-${state}`, address: sender, firstBytes: '' };
  switch (state) {
    case 'ahead': {
      const reason = `the clock of ${sender} is ${off} ahead of ours; its readings are ordered by the time we receive them; set its clock`;
      return { ...issue, reason };
    }
    case 'behind': {
      const reason = `every reading of ${sender} is ${off} old when it comes; set its clock, or expect that it always sends late`;
      return { ...issue, reason };
    }
    case 'right':
      return { ...issue, reason: `the clock of ${sender} agrees with ours again; nothing to do` };
  }
}
