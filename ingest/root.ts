import { resolve } from 'node:path';

/**
 * The variable that says where the program itself lies, the folder that holds `dist/viewer`, `dist/tiles` and
 * `tilesets/cities`. It is no setting: whoever bundles the service sets it, as `electron/service/` does.
 */
export const ROOT_VARIABLE = 'YIPING_ROOT';

export const ROOT = process.env[ROOT_VARIABLE] ?? resolve(import.meta.dirname, '..');
