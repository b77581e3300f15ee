import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from '../../live/latest-table.ts';
import { LiveServer } from '../../live/live-server.ts';
import { createIngestMetrics } from '../../pipeline/ingest-metrics.ts';
import { IssueLog } from '../../pipeline/issue-log.ts';
import type { HttpOptions, HttpParts } from '../parts.ts';
import { RememberingHistorian } from './remembering-historian.ts';

/** 2026-11-23T08:00:00Z */
export const NOON = Date.UTC(2026, 10, 23, 8);

/**
 * A city of three Things and four datastreams (0 `air/pm25`, 1 `air/temperature`, 2 `level/depth`, 3 `door/open`),
 * with built tiles and a viewer in a temporary folder, and everything that the HTTP service shows.
 */
export interface SmallCity {
  readonly parts: HttpParts & { readonly clock: ManualClock; readonly historian: RememberingHistorian };
  readonly options: HttpOptions;
  /** Observes `value` at `time` (default now) on datastream `index`: stored and newest. */
  observe(index: number, value: number, time?: number, status?: number): Promise<void>;
  remove(): void;
}

export function smallCity(options: Partial<HttpOptions> = {}): SmallCity {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-http-'));
  const clock = new ManualClock(NOON);
  const latest = new LatestTable();
  const catalog = smallCatalog();
  const historian = new RememberingHistorian();
  const issues = new IssueLog();
  const live = new LiveServer({ latest, catalog, clock, totals: () => ({ observations: 0, issues: issues.total }) });
  live.start();
  const parts = {
    catalog,
    latest,
    historian,
    journal: { bytes: 0, oldest: 0, end: 0, rawMessage: async () => undefined },
    transitions: {
      abnormalAt: () => [{ index: 0, priority: 3 as const, since: NOON - 5_000 }],
      between: () => [
        { index: 0, time: NOON - 5_000, from: 0 as const, to: 3 as const, value: 120 },
        { index: 0, time: NOON - 1_000, from: 3 as const, to: 0 as const, value: 20 },
      ],
    },
    issues,
    metrics: createIngestMetrics(),
    live,
    clock,
    checks: () => ({ journal: !historian.closed, broker: true }),
    report: (error: unknown) => {
      throw error;
    },
  };
  return {
    parts,
    options: { ...folders(folder), host: '127.0.0.1', port: 0, allowedHosts: [], ...options },
    async observe(index, value, time = clock.now(), status = STATUS_CODES.Good) {
      const batch = createBatch(1);
      appendObservation(batch, index, time, clock.now(), value, status);
      await historian.append({ batch, texts: [] });
      latest.apply(batch, []);
    },
    remove() {
      live.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function smallCatalog(): Catalog {
  const catalog = new Catalog(forgetfulStore);
  const add = (id: string, type: string, area: string, zh: string, properties: string[]) =>
    catalog.register(
      {
        id: id as ThingId,
        name: { zh },
        type,
        area: area as never,
        location: { lon: 71.43, lat: 51.13 },
        simulated: true,
        datastreams: properties.map((property) => ({
          property,
          resultType: property === 'open' ? ('boolean' as const) : ('number' as const),
        })),
      },
      { protocol: 'mqtt', address: `twin/${id}` },
    );
  add('air', 'air-station', 'esil', '空气站', ['pm25', 'temperature']);
  add('level', 'water-level', 'almaty', '水位站', ['depth']);
  add('door', 'cabinet', 'esil', '机柜', ['open']);
  return catalog;
}

function folders(folder: string) {
  const packDir = join(folder, 'pack');
  const tilesDir = join(folder, 'tiles');
  const viewerDir = join(folder, 'viewer');
  for (const path of [packDir, join(tilesDir, 'small'), join(viewerDir, 'assets')])
    mkdirSync(path, { recursive: true });
  const manifest = { id: 'small', name: { en: 'Small' }, timeZone: 'Asia/Almaty', attribution: ['© Nobody'] };
  writeFileSync(join(packDir, 'city.json'), JSON.stringify(manifest));
  writeFileSync(join(tilesDir, 'small', 'city.json'), JSON.stringify(manifest));
  writeFileSync(join(tilesDir, 'small', 'tileset.json'), JSON.stringify({ asset: { version: '1.1' } }));
  writeFileSync(join(tilesDir, 'small', 'labels.json'), JSON.stringify(Array(500).fill('a name that repeats')));
  writeFileSync(join(tilesDir, 'small', '0.glb'), new Uint8Array([0x67, 0x6c, 0x54, 0x46]));
  writeFileSync(join(viewerDir, 'index.html'), '<!doctype html><title>viewer</title>');
  writeFileSync(join(viewerDir, 'assets', 'viewer-abc123.js'), 'console.log("viewer");\n');
  return { city: { id: 'small', packDir }, tilesDir, viewerDir };
}
