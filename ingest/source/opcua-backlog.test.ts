import { expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { OpcuaBacklog } from './opcua-backlog.ts';
import type { Intake, Reading, SourceIssue, SourceMessage } from './source.ts';

const T0 = Date.UTC(2026, 10, 23);
const RAW = '{"nodeId":"ns=1;s=x"}';
const reading = (value: number): Reading => ({ thing: 'pump', property: 'x', value, time: T0 + value, status: 0 });
/** Lets everything that is due now run: promises, microtasks. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Stores, or refuses while the disk is full. */
class FickleIntake implements Intake {
  readonly stored: SourceMessage[] = [];
  readonly issues: SourceIssue[] = [];
  full = false;

  accept(message: SourceMessage): Promise<void> {
    if (this.full) return Promise.reject(new Error('the disk is full'));
    this.stored.push(message);
    return Promise.resolve();
  }

  report(issue: SourceIssue): void {
    this.issues.push(issue);
  }

  get values() {
    return this.stored.flatMap(({ readings }) => readings.map(({ value }) => value));
  }
}

function setUp(capacity = 100) {
  const clock = new ManualClock(T0);
  const intake = new FickleIntake();
  return { clock, intake, backlog: new OpcuaBacklog({ intake, clock, address: 'opc.tcp://x', capacity }) };
}

test('what comes at once travels in one message, in order; what comes later in another', async () => {
  const { clock, intake, backlog } = setUp();
  for (const value of [1, 2, 3]) backlog.add(reading(value), RAW);
  await settle();
  clock.advance(50);
  backlog.add(reading(4), RAW);
  await settle();
  expect(intake.stored.map(({ readings, receivedTime }) => [readings.length, receivedTime])).toEqual([
    [3, T0],
    [1, T0 + 50],
  ]);
  expect(intake.values).toEqual([1, 2, 3, 4]);
  expect(intake.stored.map(({ payload }) => JSON.parse(String(Buffer.from(payload ?? []))).length)).toEqual([3, 1]);
});

test('what could not be stored is offered again until it is, and nothing overtakes it', async () => {
  const { clock, intake, backlog } = setUp();
  intake.full = true;
  backlog.add(reading(1), RAW);
  await settle();
  backlog.add(reading(2), RAW);
  await settle();
  clock.advance(5_000);
  await settle();
  expect(intake.values).toEqual([]);
  intake.full = false;
  clock.advance(1_000);
  await settle();
  expect(intake.values).toEqual([1, 2]);
  expect(backlog.waiting).toBe(0);
  expect(new Set(intake.issues.map(({ kind }) => kind))).toEqual(new Set(['opcua-not-stored']));
});

test('it is bounded: beyond, the newest are dropped, counted and reported once', async () => {
  const { intake, backlog } = setUp(10);
  intake.full = true;
  for (let value = 0; value < 25; value++) backlog.add(reading(value), RAW);
  await settle();
  expect({ waiting: backlog.waiting, dropped: backlog.dropped }).toEqual({ waiting: 10, dropped: 15 });
  expect(intake.issues.filter(({ kind }) => kind === 'opcua-backlog-full')).toHaveLength(1);
});

test('a stop stores what waits, and does not wait for a disk that stays full', async () => {
  const { intake, backlog } = setUp();
  backlog.add(reading(1), RAW);
  await backlog.stop();
  expect(intake.values).toEqual([1]);
  const stuck = setUp();
  stuck.intake.full = true;
  stuck.backlog.add(reading(1), RAW);
  await settle();
  await stuck.backlog.stop();
  expect(stuck.intake.values).toEqual([]);
});
