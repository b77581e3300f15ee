import { expect, test } from 'vitest';
import type { SourceIssue } from '../source/source.ts';
import { IssueLog, KEPT_ISSUES, KEPT_PER_ADDRESS } from './issue-log.ts';

function issue(kind: string, address: string, reason = ''): SourceIssue {
  return { time: 0, source: 'mqtt', kind, address, firstBytes: '', reason };
}

test('every issue is counted by kind, kept or not', () => {
  const log = new IssueLog();
  for (let i = 0; i < 1000; i++) log.report(issue('undecodable', `twin/${i}`));
  log.report(issue('clock-ahead', 'twin/a'));
  expect(log.counts()).toEqual({ undecodable: 1000, 'clock-ahead': 1 });
  expect(log.total).toBe(1001);
});

test('the newest are shown first, and never more than are kept', () => {
  const log = new IssueLog();
  for (let i = 0; i < 500; i++) log.report(issue('undecodable', `twin/${i}`));
  expect(log.newest()).toHaveLength(KEPT_ISSUES);
  expect(log.newest(2).map(({ address }) => address)).toEqual(['twin/499', 'twin/498']);
});

test('a device that floods the log does not sweep away what others said', () => {
  const log = new IssueLog();
  log.report(issue('undecodable', 'twin/quiet'));
  for (let i = 0; i < 10_000; i++) log.report(issue('undecodable', 'twin/loud', `${i}`));
  const loud = log.newest().filter(({ address }) => address === 'twin/loud');
  expect(loud.map(({ reason }) => reason)).toEqual(['9999', '9998', '9997', '9996', '9995']);
  expect(loud).toHaveLength(KEPT_PER_ADDRESS);
  expect(log.newest().at(-1)?.address).toBe('twin/quiet');
});

test('made-up kinds cannot grow the counts without end', () => {
  const log = new IssueLog();
  for (let i = 0; i < 1000; i++) log.report(issue(`kind-${i}`, 'twin/a'));
  expect(Object.keys(log.counts()).length).toBeLessThanOrEqual(101);
  expect(log.counts().other).toBe(900);
});

test('what a stranger wrote into an address or a reason is kept only so far', () => {
  const log = new IssueLog();
  log.report(issue('access-denied', 'x'.repeat(60_000), `client ${'y'.repeat(60_000)} gave no password`));
  const [kept] = log.newest();
  expect(kept?.address.length).toBe(256);
  expect(kept?.reason.length).toBe(600);
});
