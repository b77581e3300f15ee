import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import type { Intake, SourceMessage } from '../source.ts';
import { PatientIntake } from './patient-intake.ts';

/** Lets everything that is due now run: promises, microtasks. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const message = (value: number, mayDrop = false): SourceMessage => ({
  source: 'mqtt',
  address: 'twin/a/x',
  receivedTime: 0,
  readings: [{ thing: 'a', property: 'x', value, time: undefined, status: 0 }],
  things: [],
  payload: new Uint8Array(10),
  mayDrop,
});

function setUp() {
  const clock = new ManualClock(0);
  const disk = { isFull: false, stored: [] as unknown[] };
  const told: unknown[] = [];
  const done: number[] = [];
  let group: { value: unknown; resolve: () => void; reject: (error: Error) => void }[] = [];
  const commit = () => {
    for (const { value, resolve, reject } of group.splice(0)) {
      if (disk.isFull) {
        reject(new Error('full'));
      } else {
        disk.stored.push(value);
        resolve();
      }
    }
  };
  // As the pipeline: what is taken together is stored or refused together.
  const intake: Intake = {
    accept: ({ readings }) =>
      new Promise((resolve, reject) => {
        if (group.length === 0) queueMicrotask(commit);
        group = [...group, { value: readings[0]?.value, resolve, reject }];
      }),
    report: () => {},
  };
  const patient = new PatientIntake({ intake, clock, onRefused: (error) => told.push(error), onRoom: () => {} });
  const give = (value: number, mayDrop = false) => patient.store(message(value, mayDrop), () => done.push(value));
  return { clock, disk, told, done, patient, give };
}

test('whatever the disk refuses and when, all is stored once, in order, and told in order', async () => {
  const steps = fc.array(fc.constantFrom('give', 'give', 'full', 'free', 'wait', 'settle'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const { clock, disk, done, patient, give } = setUp();
      let next = 0;
      for (const step of list) {
        if (step === 'give') give(next++);
        else if (step === 'wait') clock.advance(700);
        else if (step === 'settle') await settle();
        else disk.isFull = step === 'full';
      }
      disk.isFull = false;
      for (let rounds = 0; rounds < 3; rounds++) {
        await settle();
        clock.advance(5_000);
      }
      await settle();
      const all = Array.from({ length: next }, (_, at) => at);
      expect(disk.stored).toEqual(all);
      expect(done).toEqual(all);
      expect({ waiting: patient.waiting, bytes: patient.waitingBytes }).toEqual({ waiting: 0, bytes: 0 });
    }),
  );
});

test('what nobody waits for is not offered again', async () => {
  const { clock, disk, done, patient, give } = setUp();
  disk.isFull = true;
  give(1, true);
  give(2);
  await settle();
  disk.isFull = false;
  clock.advance(5_000);
  await settle();
  expect({ stored: disk.stored, done, waiting: patient.waiting }).toEqual({ stored: [2], done: [1, 2], waiting: 0 });
});

test('a refusal is told once until all is stored again', async () => {
  const { clock, disk, told, give } = setUp();
  for (const round of [1, 2]) {
    disk.isFull = true;
    give(round);
    for (let retries = 0; retries < 5; retries++) {
      await settle();
      clock.advance(5_000);
    }
    disk.isFull = false;
    await settle();
    clock.advance(5_000);
    await settle();
    expect(told).toHaveLength(round);
  }
});

test('a stop offers once more what was refused, and does not wait for a disk that stays full', async () => {
  const { disk, done, patient, give } = setUp();
  disk.isFull = true;
  give(1);
  await settle();
  await patient.stop();
  expect(done).toEqual([]);
  give(2);
  expect(patient.waiting).toBe(1);
});
