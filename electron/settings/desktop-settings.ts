import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StartChoice } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { WindowPlace } from '../windows/window-place.ts';

/** What the application remembers, in `settings.json` of the user's folder. A person may edit it while it does not run. */
export interface DesktopSettings {
  /** Absent before the first choice. */
  readonly choice?: StartChoice;
  readonly language?: 'zh' | 'en';
  readonly windows: readonly WindowPlace[];
  /** Flags of the ingest service inside, as `npm start` takes them, e.g. `["--mqtt-port", "1884"]`. */
  readonly serviceFlags: readonly string[];
  /** A Squirrel feed in the intranet; absent: the application never looks for updates. */
  readonly updateFeed?: string;
}

const LONGEST_ADDRESS = 1_000;
/** No desktop is so wide, px. */
const FARTHEST = 1_000_000;

const NONE: DesktopSettings = { windows: [], serviceFlags: [] };

/** The settings in a file. What in it is not as it should be is told and left out; the rest counts. */
export class SettingsFile {
  readonly #path: string;
  readonly #report: (line: string) => void;
  #settings: DesktopSettings = NONE;

  constructor(path: string, report: (line: string) => void) {
    this.#path = path;
    this.#report = report;
  }

  get settings(): DesktopSettings {
    return this.#settings;
  }

  /** A missing file is a first start; one that cannot be read is reported, and kept beside the new one. */
  load(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#setAside(`cannot be read (${error})`);
      return;
    }
    let value: unknown;
    try {
      // Some editors begin a file with a byte order mark.
      value = JSON.parse(text.replace(/^\uFEFF/, ''));
    } catch {
      this.#setAside('is not JSON');
      return;
    }
    this.#settings = settingsOf(value, (line) => this.#report(`${this.#path}: ${line}`));
  }

  /** Remembers `change`; where the disk does not take it, it counts until the end and that is reported. */
  save(change: Partial<DesktopSettings>): void {
    this.#settings = { ...this.#settings, ...change };
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      const next = `${this.#path}.new`;
      writeToDisk(next, `${JSON.stringify(this.#settings, null, 2)}\n`);
      renameSync(next, this.#path);
    } catch (error) {
      this.#report(`${this.#path} cannot be written, so this is forgotten at the end: ${error}`);
    }
  }

  #setAside(why: string): void {
    const aside = `${this.#path}.broken`;
    this.#report(`${this.#path} ${why}; it is kept as ${aside}, and all settings are the defaults`);
    try {
      renameSync(this.#path, aside);
    } catch (error) {
      this.#report(`${aside} cannot be written: ${error}`);
    }
  }
}

/** A wall loses its power at any moment; a name must not stand for a file that is not yet there. */
function writeToDisk(path: string, text: string): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function settingsOf(value: unknown, report: (line: string) => void): DesktopSettings {
  if (!isRecord(value)) {
    report('is not an object; all settings are the defaults');
    return NONE;
  }
  const take = <T>(name: string, isRight: (found: unknown) => found is T, allowed: string): T | undefined => {
    const found = value[name];
    if (found === undefined || isRight(found)) return found;
    report(`${name} is ${JSON.stringify(found).slice(0, 200)}, which is not ${allowed}; it is left out`);
    return undefined;
  };
  const choice = take('choice', isChoice, '{"where":"here"} or {"where":"server","address":…}');
  const language = take('language', isLanguage, '"zh" or "en"');
  const updateFeed = take('updateFeed', isFeed, 'an http or https address');
  return {
    windows: take('windows', isWindows, 'a list of window places') ?? [],
    serviceFlags: take('serviceFlags', isTexts, 'a list of texts') ?? [],
    ...(choice !== undefined && { choice }),
    ...(language !== undefined && { language }),
    ...(updateFeed !== undefined && { updateFeed }),
  };
}

export function isChoice(value: unknown): value is StartChoice {
  if (!isRecord(value)) return false;
  const { where, address, ...others } = value;
  if (Object.keys(others).length > 0) return false;
  if (where === 'here') return address === undefined;
  return where === 'server' && typeof address === 'string' && address.length <= LONGEST_ADDRESS;
}

export function isLanguage(value: unknown): value is 'zh' | 'en' {
  return value === 'zh' || value === 'en';
}

function isFeed(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\/\S+$/.test(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isWindows(value: unknown): value is readonly WindowPlace[] {
  return Array.isArray(value) && value.every(isWindowPlace);
}

function isWindowPlace(value: unknown): value is WindowPlace {
  if (!isRecord(value)) return false;
  const { bounds, display, mode, fragment } = value;
  const isMode = ['normal', 'maximized', 'full-screen', 'kiosk'].includes(mode as string);
  return isRectangle(bounds) && isRectangle(display) && isMode && typeof fragment === 'string';
}

function isRectangle(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { x, y, width, height } = value;
  const isWhole = [x, y, width, height].every((each) => Number.isInteger(each) && Math.abs(each as number) <= FARTHEST);
  return isWhole && (width as number) > 0 && (height as number) > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
