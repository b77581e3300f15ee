import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DesktopSettings } from '../settings/desktop-settings.ts';
import type { Devtools } from './devtools.ts';
import type { DisplayServer } from './display-server.ts';
import { type ElectronBinary, findElectron } from './electron-binary.ts';
import { ElectronProcess } from './electron-process.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** From here on an Electron runs the application as it ships. */
const SHIPPING_MAJOR = 25;

/** The application built for an Electron that does not run it as it ships. */
export const OLD_APPLICATION = join(ROOT, '.cache', 'desktop-9');

export function isOld({ major }: ElectronBinary): boolean {
  return major < SHIPPING_MAJOR;
}

/** The desktop application on a real Electron, with a user's folder of its own. */
export class DesktopUnderTest {
  readonly #profile = mkdtempSync(join(tmpdir(), 'yiping-desktop-'));
  readonly #displays: DisplayServer;
  readonly #executable: string | undefined;
  #electron!: ElectronProcess;

  /**
   * @param executable Of the packaged application; without it Electron runs what is built.
   */
  constructor(displays: DisplayServer, executable?: string) {
    this.#displays = displays;
    this.#executable = executable;
  }

  /** Its settings, logs and data. */
  get folder(): string {
    return join(this.#profile, 'user-data');
  }

  get electron(): ElectronProcess {
    return this.#electron;
  }

  get settings(): DesktopSettings {
    return JSON.parse(readFileSync(join(this.folder, 'settings.json'), 'utf8'));
  }

  set settings(settings: DesktopSettings) {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'settings.json'), JSON.stringify(settings));
  }

  /** What it logged so far. */
  log(name: 'desktop' | 'service'): string {
    const path = join(this.folder, 'logs', `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  start(): void {
    this.#electron = this.#another();
    this.#electron.start();
  }

  /** A second start by the same user; resolves when that one has ended. */
  async startAgain(): Promise<number | null> {
    const second = this.#another();
    second.start();
    return await second.untilEnd();
  }

  /** The first page whose address begins so. */
  page(beginning: string): Promise<Devtools> {
    return this.#electron.page((url) => url.startsWith(beginning));
  }

  main(): Promise<Devtools> {
    return this.#electron.main();
  }

  /** As soon as it logged something that fits; how often it may have been there before. */
  async untilLogged(name: 'desktop' | 'service', pattern: RegExp, times = 1): Promise<RegExpMatchArray> {
    const all = new RegExp(pattern.source, 'g');
    return await until(`${pattern} in ${name}.log`, () => [...this.log(name).matchAll(all)][times - 1]);
  }

  /** Ends it and removes all it kept. */
  async stop(): Promise<void> {
    await this.#electron?.stop();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #another(): ElectronProcess {
    const binary = findElectron() as ElectronBinary;
    const built = isOld(binary) ? OLD_APPLICATION : ROOT;
    const isPackaged = this.#executable !== undefined;
    return new ElectronProcess({
      binary: isPackaged ? { ...binary, path: this.#executable as string } : binary,
      app: isPackaged ? undefined : built,
      hasInspector: !isPackaged,
      display: this.#displays.DISPLAY,
      profile: this.#profile,
      env: { YIPING_TEST_ROOT: ROOT, YIPING_TEST_NODE: process.execPath },
    });
  }
}
