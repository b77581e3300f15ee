import { join, resolve } from 'node:path';

/**
 * Variables that say where the program itself lies. They are no settings: whoever bundles the service sets them, as
 * `electron/service/` does.
 *
 * - `YIPING_ROOT`: the folder that holds `dist/viewer`, `dist/tiles` and `tilesets/cities`.
 * - `YIPING_FLEET_SCRIPT`: the fleet's entry file, for Node.
 */
export const PLACE_VARIABLES: readonly string[] = ['YIPING_ROOT', 'YIPING_FLEET_SCRIPT'];

export const ROOT = process.env.YIPING_ROOT ?? resolve(import.meta.dirname, '..');

export const FLEET_SCRIPT = process.env.YIPING_FLEET_SCRIPT ?? join(ROOT, 'devices', 'fleet', 'main.ts');
