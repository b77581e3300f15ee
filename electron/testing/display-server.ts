import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { endWithUs } from './end-with-us.ts';
import { until } from './until.ts';

const XORG = '/usr/lib/xorg/Xorg';
const run = promisify(execFile);

const WIDTH = 1920;
const HEIGHT = 1080;
/** CVT timings of 1920×1080 at 60 Hz; the driver draws into memory, so that any would do. */
const MODE = ['yiping', '173.00', '1920', '2048', '2248', '2576', '1080', '1083', '1088', '1120', '-hsync', '+vsync'];

/** Place of each display, 2×2, by the number of its output. */
const PLACES = [
  { x: 0, y: 0 },
  { x: WIDTH, y: 0 },
  { x: 0, y: HEIGHT },
  { x: WIDTH, y: HEIGHT },
] as const;

export const DISPLAYS = PLACES.map((place) => ({ ...place, width: WIDTH, height: HEIGHT }));

const CONFIG = `
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
  Option "DontVTSwitch" "true"
  Option "BlankTime" "0"
  Option "StandbyTime" "0"
  Option "SuspendTime" "0"
  Option "OffTime" "0"
EndSection
Section "Device"
  Identifier "memory"
  Driver "dummy"
  VideoRam 512000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "screen"
  Device "memory"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual 7680 4320
  EndSubSection
EndSection
`;

/** Why no display server can run here; undefined where one can. */
export function noDisplayServer(): string | undefined {
  const needed = [
    { file: XORG, package: 'xserver-xorg-core' },
    { file: '/usr/lib/xorg/modules/drivers/dummy_drv.so', package: 'xserver-xorg-video-dummy' },
    { file: '/usr/bin/openbox', package: 'openbox' },
    { file: '/usr/bin/xrandr', package: 'x11-xserver-utils' },
    { file: '/usr/bin/xprop', package: 'x11-utils' },
  ];
  const missing = needed.filter(({ file }) => !existsSync(file)).map((program) => program.package);
  return missing.length === 0 ? undefined : `no X server with displays: install ${missing.join(' ')}`;
}

/**
 * An X server with four displays of 1920×1080 in a 2×2 and nothing behind them (Debian's dummy driver), with openbox as
 * its window manager. Chromium sees its displays come and go as it would see real ones.
 */
export class DisplayServer {
  #folder = '';
  #xorg: ChildProcess | undefined;
  #openbox: ChildProcess | undefined;
  #name = '';

  /** For the environment of its clients, e.g. `:1`. */
  get DISPLAY(): string {
    return this.#name;
  }

  async start(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'yiping-xorg-'));
    try {
      this.#name = `:${await this.#startXorg()}`;
      await this.#xrandr('--newmode', ...MODE);
      for (const output of DISPLAYS.keys()) await this.#xrandr('--addmode', `DUMMY${output}`, 'yiping');
      await this.#xrandr(...DISPLAYS.flatMap((_place, output) => placed(output)));
      await this.#startOpenbox();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Unplugs a display, 0 to 3. */
  displayOff(index: number): Promise<void> {
    return this.#xrandr('--output', `DUMMY${index}`, '--off');
  }

  /** Plugs it in again, where it was. */
  displayOn(index: number): Promise<void> {
    return this.#xrandr(...placed(index));
  }

  async stop(): Promise<void> {
    for (const child of [this.#openbox, this.#xorg]) await ended(child);
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Answers the number of the display, which Xorg finds by itself. */
  async #startXorg(): Promise<string> {
    const config = join(this.#folder, 'xorg.conf');
    const log = join(this.#folder, 'xorg.log');
    writeFileSync(config, CONFIG);
    const flags = ['-noreset', '-novtswitch', '-sharevts', '-nolisten', 'tcp', '-ac', '-displayfd', '3'];
    const xorg = spawn(XORG, [...flags, '-config', config, '-logfile', log], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    this.#xorg = xorg;
    endWithUs(xorg);
    const number = new Promise<string>((resolve, reject) => {
      let read = '';
      (xorg.stdio[3] as Readable).on('data', (chunk) => {
        read += chunk;
        if (read.endsWith('\n')) resolve(read.trim());
      });
      xorg.on('error', reject);
      xorg.on('exit', (code, signal) => {
        const words = existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : '';
        reject(new Error(`Xorg ended with ${code ?? signal}:\n${words}`));
      });
    });
    return await number;
  }

  async #startOpenbox(): Promise<void> {
    const openbox = spawn('/usr/bin/openbox', ['--sm-disable'], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY: this.#name, HOME: this.#folder, XDG_CONFIG_HOME: this.#folder },
    });
    this.#openbox = openbox;
    endWithUs(openbox);
    openbox.on('error', () => undefined);
    // A window manager that is there says so on the root window.
    await until('openbox as the window manager', async () => {
      const { stdout } = await run('/usr/bin/xprop', ['-display', this.#name, '-root', '_NET_SUPPORTING_WM_CHECK']);
      return stdout.includes('window id') ? true : undefined;
    });
  }

  async #xrandr(...args: readonly string[]): Promise<void> {
    await run('/usr/bin/xrandr', ['-display', this.#name, ...args]);
    // The driver says that an output is connected only when it is asked again; Chromium does not ask.
    await run('/usr/bin/xrandr', ['-display', this.#name, '--query']);
  }
}

function placed(index: number): string[] {
  const { x, y } = PLACES[index as 0 | 1 | 2 | 3];
  const primary = index === 0 ? ['--primary'] : [];
  return ['--output', `DUMMY${index}`, '--mode', 'yiping', '--pos', `${x}x${y}`, ...primary];
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
