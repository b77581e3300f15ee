import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from '../live/latest-table.ts';
import type { SourceIssue } from '../source/source.ts';
import { Journal, type JournalLimits } from './journal.ts';
import { JournalReader } from './journal-reader.ts';
import { RecordBuffer } from './record-buffer.ts';
import { emptyRows, plainRows } from './testing/rows.ts';

const NOW = Date.UTC(2026, 0, 1);
const ROOMY = { reserveBytes: 0 };

let folder: string;
let issues: SourceIssue[];
let latest: LatestTable;
let restored: LatestTable;
let inHistory: number;
const opened: Journal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-journal-'));
  issues = [];
  latest = new LatestTable();
  inHistory = 0;
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(limits: Partial<JournalLimits> = {}): Promise<Journal> {
  restored = new LatestTable();
  const journal = await Journal.open(
    {
      folder,
      clock: new ManualClock(NOW),
      latest,
      historianPosition: () => inHistory,
      report: (issue) => issues.push(issue),
      restore: ({ batch, texts }) => restored.apply(batch, texts),
    },
    { ...ROOMY, ...limits },
  );
  opened.push(journal);
  return journal;
}

/** Writes one message a value, each of datastream `position % 5`; every seventh is a text of datastream 100. */
async function write(journal: Journal, count: number, payload = 'payload'): Promise<void> {
  const records = new RecordBuffer();
  const rows = emptyRows();
  let position = journal.end;
  for (let i = 0; i < count; i++, position++) {
    const time = NOW + position;
    records.begin('message', 'mqtt', time, position);
    if (position % 7 === 6) {
      const text = { index: 100 as DatastreamIndex, time, receivedTime: time, value: `t${position}`, status: 0 };
      records.text(text, position);
      rows.texts.push({ ...text, position });
    } else {
      records.number(position % 5, 0, position, time, position / 3, time);
    }
    records.finish(`twin/${position}`, 'tester', Buffer.from(`${payload} ${position}`));
  }
  await journal.write(records, position);
  const written = emptyRows();
  const reader = journal.reader();
  await readAll(reader, position - count, position, written);
  await reader.close();
  latest.apply(written.batch, written.texts);
}

async function readAll(reader: ReturnType<Journal['reader']>, from: number, to: number, into = emptyRows()) {
  for (let next = from; next < to; ) next = await reader.read(next, 10, into);
  return into;
}

async function positions(journal: Journal, from = journal.oldest): Promise<number[]> {
  const reader = journal.reader();
  const rows = plainRows(await readAll(reader, from, journal.end));
  await reader.close();
  for (const { position, value } of rows) expect(value).toBe(position % 7 === 6 ? `t${position}` : position / 3);
  return rows.map(({ position }) => position);
}

function upTo(count: number, from = 0): number[] {
  return Array.from({ length: count - from }, (_, i) => i + from);
}

function segmentFiles(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.journal'));
}

describe('what was written', () => {
  test('is read from any position on, across segments, in the order of positions', async () => {
    const journal = await open({ segmentBytes: 1_000 });
    for (let i = 0; i < 20; i++) await write(journal, 7);
    expect(segmentFiles().length).toBeGreaterThan(5);
    for (const from of [0, 1, 69, 70, 139]) expect(await positions(journal, from)).toEqual(upTo(140, from));
  });

  test('is still there after it is opened again, and goes on where it ended', async () => {
    const first = await open({ segmentBytes: 1_000 });
    await write(first, 30);
    await first.close();
    const second = await open({ segmentBytes: 1_000 });
    expect(second.end).toBe(30);
    await write(second, 5);
    expect(await positions(second)).toEqual(upTo(35));
    expect(issues).toEqual([]);
  });

  test('a reader that waits at the end goes on when there is more', async () => {
    const journal = await open();
    const reader = journal.reader();
    await write(journal, 3);
    const rows = emptyRows();
    expect(await reader.read(0, 100, rows)).toBe(3);
    expect(await reader.read(3, 100, rows)).toBe(3);
    await write(journal, 2);
    expect(await reader.read(3, 100, rows)).toBe(5);
    expect(plainRows(rows).map(({ position }) => position)).toEqual(upTo(5));
    await reader.close();
  });

  test('between two looks at how far it goes is given by the later one, not passed over', async () => {
    const journal = await open();
    await write(journal, 10);
    let end = 3;
    const { segments, onDamage } = journal;
    const reader = new JournalReader({
      segments,
      onDamage,
      get end() {
        return end;
      },
    });
    const rows = emptyRows();
    expect(await reader.read(0, 100, rows)).toBe(3);
    end = 10;
    expect(await reader.read(3, 100, rows)).toBe(10);
    await reader.close();
    expect(plainRows(rows).map(({ position }) => position)).toEqual(upTo(10));
  });

  test('leads from each observation back to the message that it came in', async () => {
    const journal = await open({ segmentBytes: 700 });
    await write(journal, 50);
    for (const position of [0, 6, 23, 49]) {
      const message = await journal.rawMessage(position);
      expect(message).toMatchObject({ source: 'mqtt', address: `twin/${position}`, sender: 'tester' });
      expect(String(Buffer.from(message?.payload ?? []))).toBe(`payload ${position}`);
    }
    expect(await journal.rawMessage(50)).toBeUndefined();
  });
});

describe('after a crash', () => {
  test('a tail that was cut anywhere is cut back to the last whole record, and what comes next is read too', async () => {
    const first = await open();
    await write(first, 40);
    await first.close();
    const path = join(folder, segmentFiles()[0] as string);
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: bytes.length - 1 }), async (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        const journal = await open();
        const { end } = journal;
        expect(end).toBeLessThan(40);
        await write(journal, 2);
        expect(await positions(journal)).toEqual(upTo(end + 2));
        await journal.close();
      }),
      { numRuns: 40 },
    );
    expect(new Set(issues.map(({ kind }) => kind))).toEqual(new Set(['journal-torn']));
  });

  test('the newest values come from the newest segments alone, those of silent datastreams too', async () => {
    const journal = await open({ segmentBytes: 2_000 });
    for (let i = 0; i < 30; i++) await write(journal, 10);
    await journal.close();
    const files = segmentFiles();
    expect(files.length).toBeGreaterThan(4);
    for (const old of files.slice(0, -2)) rmSync(join(folder, old));
    await open({ segmentBytes: 2_000 });
    expect(restored.state()).toEqual(latest.state());
  });

  test('a segment that was being made is forgotten', async () => {
    const journal = await open();
    await write(journal, 5);
    await journal.close();
    for (const [name, length] of [
      ['0000000000000005-0000.journal', 0],
      ['0000000000000005-0001.journal', 28],
      ['0000000000000005-0002.journal', 40],
    ] as const) {
      writeFileSync(join(folder, name), readFileSync(join(folder, segmentFiles()[0] as string)).subarray(0, length));
    }
    const again = await open();
    await write(again, 5);
    expect(await positions(again)).toEqual(upTo(10));
    expect(issues).toEqual([]);
  });

  test('what stands behind the first position of the next segment counts for nothing: its sync had failed', async () => {
    const journal = await open({ segmentBytes: 1_000 });
    await write(journal, 30);
    await write(journal, 10);
    await journal.close();
    const [first, second] = segmentFiles() as [string, string];
    expect(second).toBe('0000000000000030-0000.journal');
    // The second segment takes the positions 20–29 again: 20 to 24, with other messages.
    rmSync(join(folder, second));
    const target = await open({ segmentBytes: 1_000 });
    await target.close();
    const other = mkdtempSync(join(tmpdir(), 'yiping-journal-'));
    const home = folder;
    folder = other;
    inHistory = 20;
    const made = await open();
    await write(made, 5);
    await made.close();
    const [name] = segmentFiles() as [string];
    writeFileSync(join(home, name), readFileSync(join(other, name)));
    rmSync(other, { recursive: true });
    folder = home;
    inHistory = 0;
    const again = await open();
    expect([first, again.end]).toEqual(['0000000000000000-0000.journal', 25]);
    expect(await positions(again)).toEqual(upTo(25));
    expect(String(Buffer.from((await again.rawMessage(22))?.payload ?? []))).toBe('payload 22');
  });

  test('a journal that was lost begins behind what history has, so that no position is used twice', async () => {
    inHistory = 1_234;
    const journal = await open();
    await write(journal, 3);
    expect([journal.oldest, journal.end]).toEqual([1_234, 1_237]);
    expect(await positions(journal)).toEqual([1_234, 1_235, 1_236]);
  });
});

describe('damage', () => {
  /** Opens with the bytes changed and answers which positions are still read. */
  async function readDamaged(damage: (bytes: Buffer) => void): Promise<{ journal: Journal; found: number[] }> {
    const journal = await open({ segmentBytes: 3_000 });
    for (let i = 0; i < 12; i++) await write(journal, 10);
    await journal.close();
    const path = join(folder, segmentFiles()[1] as string);
    const bytes = readFileSync(path);
    damage(bytes);
    writeFileSync(path, bytes);
    const again = await open({ segmentBytes: 3_000 });
    const reader = again.reader();
    const rows = plainRows(await readAll(reader, 0, again.end));
    await reader.close();
    return { journal: again, found: rows.map(({ position }) => position) };
  }

  test('in the middle loses what it hit and nothing else; it is set aside, reported once, and the service starts', async () => {
    const { journal, found } = await readDamaged((bytes) => {
      const at = bytes.indexOf('twin/45');
      bytes[at] = 0;
    });
    expect(found).toEqual(upTo(120).filter((position) => position !== 45));
    await expect.poll(() => issues.map(({ kind }) => kind)).toEqual(['journal-damaged']);
    const kept = readdirSync(join(folder, 'quarantine'));
    expect(kept).toHaveLength(2);
    const copy = readFileSync(join(folder, 'quarantine', kept.find((name) => !name.endsWith('.json')) as string));
    expect(copy.includes('payload 45')).toBe(true);
    expect(await journal.rawMessage(46)).toMatchObject({ address: 'twin/46' });
    const reader = journal.reader();
    await readAll(reader, 0, journal.end);
    await reader.close();
    expect(issues).toHaveLength(1);
  });

  test('of any bytes anywhere never loses a record that it did not touch', async () => {
    const journal = await open({ segmentBytes: 4_000 });
    for (let i = 0; i < 12; i++) await write(journal, 10);
    await journal.close();
    const [path, next] = segmentFiles().map((name) => join(folder, name)) as [string, string];
    const whole = readFileSync(path);
    const nextFirst = Number(/(\d+)-/.exec(next.slice(folder.length))?.[1]);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 200 }), async (where, noise) => {
        const bytes = Buffer.from(whole);
        const from = 28 + (where % (bytes.length - 28 - noise.length));
        bytes.set(noise, from);
        writeFileSync(path, bytes);
        const damaged = await open({ segmentBytes: 4_000 });
        const reader = damaged.reader();
        const found = new Set(plainRows(await readAll(reader, 0, damaged.end)).map(({ position }) => position));
        await reader.close();
        await damaged.close();
        for (let position = 0; position < nextFirst; position++) {
          const payloadEnd = whole.indexOf(`payload ${position}`) + `payload ${position}`.length;
          const start = whole.lastIndexOf('YJR1', payloadEnd - 1);
          const isTouched = from < payloadEnd && from + noise.length > start;
          if (!isTouched) expect(found.has(position), `position ${position}, noise at ${from}`).toBe(true);
        }
        for (const position of upTo(120, nextFirst)) expect(found.has(position)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('of a record whose payload looks like a record does not bring that to life', async () => {
    const forged = new RecordBuffer();
    forged.begin('message', 'mqtt', NOW, 10);
    forged.number(0, 0, 10, NOW, 666, NOW);
    forged.finish('forged', '');
    const journal = await open();
    await write(journal, 10);
    const records = new RecordBuffer();
    records.begin('message', 'mqtt', NOW, 10);
    records.number(1, 0, 10, NOW, 1, NOW);
    records.finish('twin/honest', '', forged.bytes);
    await journal.write(records, 11);
    await write(journal, 5);
    await journal.close();
    const path = join(folder, segmentFiles()[0] as string);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('twin/honest')] = 0;
    writeFileSync(path, bytes);
    const again = await open();
    const reader = again.reader();
    const rows = plainRows(await readAll(reader, 0, again.end));
    await reader.close();
    expect(rows.map(({ position }) => position)).toEqual([...upTo(10), ...upTo(16, 11)]);
  });

  test('of a head loses nothing: what it says stands in the name too', async () => {
    const { found } = await readDamaged((bytes) => bytes.fill(0, 0, 28));
    expect(found).toEqual(upTo(120));
  });

  test('of a whole newest segment sets it aside and reports it; the others are read', async () => {
    const journal = await open({ segmentBytes: 3_000 });
    for (let i = 0; i < 12; i++) await write(journal, 10);
    await journal.close();
    const path = join(folder, segmentFiles().at(-1) as string);
    writeFileSync(path, new Uint8Array(statSync(path).size));
    const again = await open({ segmentBytes: 3_000 });
    expect(await positions(again)).toEqual(upTo(again.end));
    expect(again.end).toBeGreaterThan(50);
    expect(issues.map(({ kind }) => kind)).toEqual(['journal-damaged']);
    expect(readdirSync(join(folder, 'quarantine'))).toHaveLength(1);
  });

  test('of a thousand places is set aside in turn and within bounds, and all else is read', async () => {
    const journal = await open();
    await write(journal, 2_000);
    await journal.close();
    const path = join(folder, segmentFiles()[0] as string);
    const bytes = readFileSync(path);
    for (let position = 0; position < 2_000; position += 2) bytes[bytes.indexOf(`twin/${position}`)] = 0;
    writeFileSync(path, bytes);
    const again = await open();
    const rows = emptyRows();
    const reader = again.reader();
    await readAll(reader, 0, again.end, rows);
    await reader.close();
    expect(plainRows(rows).map(({ position }) => position)).toEqual(
      upTo(2_000).filter((position) => position % 2 === 1),
    );
    await again.close();
    expect(readdirSync(join(folder, 'quarantine')).length).toBeGreaterThanOrEqual(200);
    expect(readdirSync(join(folder, 'quarantine')).length).toBeLessThanOrEqual(2_000);
  });

  test('that took a whole file away while it runs does not hold up what follows', async () => {
    const journal = await open({ segmentBytes: 1_000 });
    for (let i = 0; i < 10; i++) await write(journal, 7);
    rmSync(join(folder, segmentFiles()[1] as string));
    const reader = journal.reader();
    const found = plainRows(await readAll(reader, 0, journal.end)).map(({ position }) => position);
    await reader.close();
    expect(found.at(-1)).toBe(69);
    await expect.poll(() => issues.map(({ kind }) => kind)).toEqual(['journal-damaged']);
  });

  test('files of noise only are survived', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 3 }), async (files) => {
        for (const [i, bytes] of files.entries()) {
          writeFileSync(join(folder, `${String(i).padStart(16, '0')}-0000.journal`), bytes);
        }
        const journal = await open();
        await write(journal, 3);
        expect((await positions(journal)).length).toBe(3);
        await journal.close();
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      }),
      { numRuns: 30 },
    );
  });
});

describe('the disk budget', () => {
  const small = { segmentBytes: 2_000, budgetBytes: 10_000 };

  test('takes away the oldest segments that history has, and no others', async () => {
    const journal = await open(small);
    for (let i = 0; i < 40; i++) {
      await write(journal, 10);
      inHistory = journal.end;
    }
    expect(journal.bytes).toBeLessThan(11_000);
    expect(journal.oldest).toBeGreaterThan(100);
    expect(await positions(journal)).toEqual(upTo(400, journal.oldest));
  });

  test('where history has nothing, is short first, then full; and goes on when history has caught up', async () => {
    const journal = await open(small);
    const shortAt: boolean[] = [];
    const fill = async () => {
      for (let i = 0; i < 100; i++) {
        await write(journal, 2);
        shortAt.push(journal.isShort);
      }
    };
    await expect(fill()).rejects.toThrow(/journal: nothing more is taken: it has .* history does not hold yet/);
    expect(shortAt.at(0)).toBe(false);
    expect(shortAt.at(-1)).toBe(true);
    const { end } = journal;
    expect(await positions(journal)).toEqual(upTo(end));
    inHistory = end;
    await write(journal, 2);
    expect(journal.end).toBe(end + 2);
    expect(journal.isShort).toBe(false);
  });

  test('leaves the reserve of the disk to others', async () => {
    const journal = await open({ reserveBytes: Number.MAX_SAFE_INTEGER });
    await expect(write(journal, 1)).rejects.toThrow(/the disk has \d+ MiB free, and \d+ are left to others/);
  });
});

test('a write that failed is not there, and its positions are free', async () => {
  const journal = await open();
  await write(journal, 3);
  const path = join(folder, segmentFiles()[0] as string);
  const { size } = statSync(path);
  // What a crash in the middle of a write leaves: bytes behind the last record.
  await journal.close();
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(100, 1)]));
  const again = await open();
  expect(statSync(path).size).toBe(size);
  // Whether it was torn or damaged since, nobody knows: it is not thrown away.
  const kept = readdirSync(join(folder, 'quarantine')).find((name) => !name.endsWith('.json')) as string;
  expect(readFileSync(join(folder, 'quarantine', kept))).toEqual(Buffer.alloc(100, 1));
  await write(again, 1);
  expect(await positions(again)).toEqual([0, 1, 2, 3]);
  truncateSync(path, size);
});
