import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULT_KINDS, type Fault, type FaultKind, faultAt } from './faults.ts';

const T0 = Date.UTC(2026, 10, 23);
const kinds = Object.keys(FAULT_KINDS) as FaultKind[];

test('each fault has its documented share of all Things at any time', () => {
  const count: Partial<Record<FaultKind, number>> = {};
  const samples = 1_000_000;
  for (let i = 0; i < samples; i++) {
    const fault = faultAt(i % 4000, T0 + Math.floor(i / 4000) * 1_234_567, 5);
    if (fault !== undefined) count[fault.kind] = (count[fault.kind] ?? 0) + 1;
  }
  for (const kind of kinds) {
    const share = (count[kind] ?? 0) / samples;
    expect(share / FAULT_KINDS[kind].share, kind).toBeGreaterThan(0.75);
    expect(share / FAULT_KINDS[kind].share, kind).toBeLessThan(1.25);
  }
});

test('the README says the same rates as the code', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  for (const kind of kinds) {
    const { share, lengthMs } = FAULT_KINDS[kind];
    expect(readme).toContain(`| \`${kind}\` | ${Number((share * 100).toFixed(3))} % | ${lengthMs / 60_000} min |`);
  }
});

test('a fault is the same from one sample to the next; only drift grows', () => {
  const of = (kind: FaultKind): { seed: number; time: number; fault: Fault } => {
    for (let seed = 0; ; seed++) {
      const fault = faultAt(seed, T0, 5);
      if (fault?.kind === kind) return { seed, time: T0, fault };
    }
  };
  for (const kind of ['bad', 'stuck', 'clock-ahead', 'clock-behind', 'late'] as const) {
    const { seed, time, fault } = of(kind);
    expect(faultAt(seed, time + 1, 5), kind).toEqual(fault);
  }
  const drift = of('drift');
  const later = faultAt(drift.seed, T0 + 1000, 5);
  if (drift.fault.kind !== 'drift' || later?.kind !== 'drift') throw new Error('the drift ended too soon');
  expect(later.stream).toBe(drift.fault.stream);
  expect(Math.abs(later.part)).toBeGreaterThan(Math.abs(drift.fault.part));
});

test('no faults come to the same Thing at once, and most Things are well', () => {
  let well = 0;
  for (let seed = 0; seed < 10_000; seed++) if (faultAt(seed, T0, 5) === undefined) well++;
  expect(well).toBeGreaterThan(9_850);
});
