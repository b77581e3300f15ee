import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Found,
  influxd1,
  influxd2,
  startInflux1,
  startInflux2,
} from '../historian/influx/testing/influx-server.ts';
import { influxAway } from './influx-away.ts';
import { influxIll, influxOtherVersion } from './influx-ill.ts';
import { killAgainAndAgain } from './kill.ts';

const [one, two] = [influxd1(), influxd2()];
const SERVERS = [
  { name: 'InfluxDB 2.7', found: two, start: startInflux2, absence: 'killed' },
  { name: 'InfluxDB 1.6', found: one, start: startInflux1, absence: 'frozen' },
] as const;
/** As the feed is, but for its patience. */
const feed = { longestRetryMs: 250 };
const ZEROS = { lost: 0, repeated: 0 };

let folder: string;
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-away-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What is missing of these, as it stands in a test's name. */
function missing(...all: readonly Found[]): string {
  const first = all.find((found) => 'missing' in found);
  return first === undefined ? '' : ` (${first.missing})`;
}

function pathOf(found: Found): string {
  return (found as { path: string }).path;
}

for (const { name, found, start, absence } of SERVERS) {
  test.skipIf(missing(found) !== '')(
    `${name} ${absence} while messages go on and the ingest is killed twice: history catches up, none lost, none twice${missing(found)}`,
    async () => {
      const server = await start(pathOf(found));
      stops.push(server.stop);
      const report = await influxAway({ folder, server, absence, messages: 1_500, around: 500, feed });
      expect(report).toMatchObject(ZEROS);
      expect(report.behind).toBeGreaterThanOrEqual(1_500);
      expect(report.said).toContainEqual(expect.stringMatching(/^InfluxDB at \S+ (does not answer|is too slow)/));
    },
  );
}

test.skipIf(missing(two) !== '')(
  `A database ill and well again, with kills between: one sentence says what it has, none lost, none twice${missing(two)}`,
  async () => {
    const server = await startInflux2(pathOf(two));
    stops.push(server.stop);
    const report = await influxIll({ folder, server, messages: 300, feed });
    expect(report).toMatchObject(ZEROS);
    expect(report.said).toEqual({
      401: expect.stringMatching(/does not know this token/),
      500: expect.stringMatching(/answers 500: engine: too many open files; look at its log/),
      'full-disk': expect.stringMatching(/answers 500: engine: no space left on device; look at its log/),
      'half-answers': expect.stringMatching(/does not answer/),
    });
    const other = join(folder, 'control');
    mkdirSync(other);
    const ingest = { mode: 'break-the-promise', influx: await server.createPlace() } as const;
    const control = await killAgainAndAgain({ folder: other, ingest, lives: [500] });
    expect(control.lost, 'what an ingest loses that acknowledges too early').toBeGreaterThan(0);
  },
);

test.skipIf(missing(one, two) !== '')(
  `A database that comes back as another version goes on as soon as there is a place in it, and none is lost${missing(one, two)}`,
  async () => {
    const server = await startInflux2(pathOf(two));
    stops.push(server.stop);
    const later = await startInflux1(pathOf(one), false);
    stops.push(later.stop);
    const report = await influxOtherVersion({ folder, server, later, messages: 300, feed });
    expect(report).toMatchObject(ZEROS);
    expect(report.said).toEqual({
      'another version': expect.stringMatching(/has no bucket .*1\.x: database.*create it/),
    });
  },
);
