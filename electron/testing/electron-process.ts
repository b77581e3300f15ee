import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Devtools, openPage } from './devtools.ts';
import type { ElectronBinary } from './electron-binary.ts';
import { endWithUs, kill } from './end-with-us.ts';
import { isRunning, processTree, type RunningProcess } from './process-tree.ts';
import { until } from './until.ts';

export interface ElectronOptions {
  readonly binary: ElectronBinary;
  /** A folder with a package.json, a main file, or undefined for a packaged application, which knows its own. */
  readonly app: string | undefined;
  /** As in `DisplayServer.DISPLAY`. */
  readonly display: string;
  /** Of the application. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kept at the end, for a second start in the same profile; else one of its own, removed at the end. */
  readonly profile?: string;
  /** False where the main process takes no debugger (fuses, packaged). */
  readonly hasInspector?: boolean;
}

export type ProcessKind = 'main' | 'renderer' | 'gpu-process' | 'utility' | 'zygote' | 'other';

/** Electron with an application in it, on its own display, with its own profile. */
export class ElectronProcess {
  readonly #options: ElectronOptions;
  #child: ChildProcess | undefined;
  #output = '';
  #profile = '';
  readonly #clients: Devtools[] = [];

  constructor(options: ElectronOptions) {
    this.#options = options;
  }

  /** Everything it wrote so far, both streams. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  start(): void {
    const { app, args = [], binary, display, env, hasInspector = true, profile } = this.#options;
    this.#profile = profile ?? mkdtempSync(join(tmpdir(), 'yiping-electron-'));
    const inspector = hasInspector ? ['--inspect=0'] : [];
    const child = spawn(
      binary.path,
      [
        ...inspector,
        '--remote-debugging-port=0',
        `--user-data-dir=${join(this.#profile, 'user-data')}`,
        ...chromiumFlags(binary),
        ...(app === undefined ? [] : [app]),
        ...args,
      ],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          DISPLAY: display,
          HOME: this.#profile,
          XDG_CONFIG_HOME: join(this.#profile, 'config'),
          XDG_CACHE_HOME: join(this.#profile, 'cache'),
          // The session bus of whoever runs the test is none of its business.
          DBUS_SESSION_BUS_ADDRESS: 'disabled:',
          ...env,
        },
      },
    );
    this.#child = child;
    endWithUs(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += chunk;
      });
    }
    child.on('error', (error) => {
      this.#output += `\n${error.message}\n`;
    });
  }

  /** As soon as it wrote something that fits. @throws with all it wrote, where it ends before. */
  async untilOutput(pattern: RegExp): Promise<RegExpExecArray> {
    return await until(`${pattern} in the output of Electron`, () => {
      const found = pattern.exec(this.#output);
      if (found !== null) return found;
      if (this.#isEnded)
        throw new Error(`Electron ended with ${this.#ending} and never wrote ${pattern}:\n${this.#output}`);
      return undefined;
    });
  }

  /** The first page whose address fits. */
  async page(isWanted: (url: string) => boolean): Promise<Devtools> {
    const [, port] = await this.untilOutput(/DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//);
    return this.#keep(await openPage(Number(port), isWanted));
  }

  /** The main process: `require('electron')` is there. */
  async main(): Promise<Devtools> {
    const [, url] = await this.untilOutput(/Debugger listening on (ws:\/\/\S+)/);
    return this.#keep(await Devtools.connect(String(url)));
  }

  /** Its living processes of one kind, and those that it started. */
  processes(kind: ProcessKind): RunningProcess[] {
    return this.#tree().filter((process) => this.#kindOf(process) === kind);
  }

  /** Until it ends by itself; its exit code, null where a signal ended it. */
  async untilEnd(): Promise<number | null> {
    await until('the end of Electron', () => (this.#isEnded ? true : undefined));
    return this.exitCode;
  }

  /** Ends it and all that it started, at once, and waits until they are gone. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    const processes = this.#tree();
    for (const { pid } of processes) kill(pid);
    await until('the end of every process of Electron', () =>
      processes.some(({ pid }) => isRunning(pid)) ? undefined : true,
    );
    if (this.#options.profile === undefined && this.#profile !== '') {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  get #isEnded(): boolean {
    const child = this.#child;
    return child === undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  get #ending(): string {
    return String(this.#child?.exitCode ?? this.#child?.signalCode);
  }

  #tree(): RunningProcess[] {
    return this.#isEnded ? [] : processTree(this.pid);
  }

  #kindOf({ pid, command }: RunningProcess): ProcessKind {
    if (pid === this.pid) return 'main';
    const type = command.find((word) => word.startsWith('--type='))?.slice('--type='.length);
    return type === 'renderer' || type === 'gpu-process' || type === 'utility' || type === 'zygote' ? type : 'other';
  }

  #keep(client: Devtools): Devtools {
    this.#clients.push(client);
    return client;
  }
}

/** Software GL that draws WebGL 2, and quiet on the network. Chromium's sandbox does not run as root. */
function chromiumFlags(binary: ElectronBinary): string[] {
  const gl =
    binary.major < 20
      ? ['--use-gl=desktop', '--ignore-gpu-blacklist']
      : ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
  return [
    ...gl,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // /dev/shm is small in containers.
    '--disable-dev-shm-usage',
  ];
}
