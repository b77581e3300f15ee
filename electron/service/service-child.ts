import type { Clock } from '#devices/time/clock.ts';
import type { StartProblem } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { ServiceProcess, Shell } from '../shell/shell.ts';
import { RestartDelay } from './restart-delay.ts';
import { serviceProblem } from './service-problem.ts';

/** Last words that are kept for whoever asks why it ended. */
const KEPT_LINES = 12;
/** As long as a stop may take: everything must reach the disk. */
export const STOP_MS = 15_000;
/** Nobody waits longer than this for the end of one that was killed. */
export const KILL_MS = 3_000;

export interface ServiceChildParts {
  readonly shell: Pick<Shell, 'startService'>;
  readonly clock: Clock;
  readonly dataFolder: string;
  /** Further flags, e.g. `--mqtt-port 1884`. */
  readonly flags: readonly string[];
  readonly log: (line: string) => void;
  /** It answers at this address, the first time or again. */
  readonly onReady: (server: string) => void;
  /** It ended before it was ever ready: trying again by itself would not help. */
  readonly onFailed: (problem: StartProblem) => void;
}

/** The ingest service inside the application: started again where it dies, always on the same port. */
export class ServiceChild {
  readonly #parts: ServiceChildParts;
  readonly #delay: RestartDelay;
  readonly #lastWords: string[] = [];
  #child: ServiceProcess | undefined;
  #httpPort = 0;
  #cancelRestart: (() => void) | undefined;
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  #onExit: () => void = () => {};

  constructor(parts: ServiceChildParts) {
    this.#parts = parts;
    this.#delay = new RestartDelay(parts.clock);
  }

  /** Process id; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { shell, dataFolder, flags, log } = this.#parts;
    this.#lastWords.length = 0;
    const args = ['--no-fleet', '--data-dir', dataFolder, '--http-port', String(this.#httpPort), ...flags];
    const child = shell.startService({ args, env: {} });
    this.#child = child;
    this.#delay.started();
    child.onLine((line) => {
      log(line);
      if (line.trim() !== '') this.#lastWords.push(line);
      if (this.#lastWords.length > KEPT_LINES) this.#lastWords.shift();
    });
    child.onMessage((message) => this.#heard(message));
    child.onExit((code) => this.#ended(code));
  }

  /** Resolves when it has ended, its data on disk; after `STOP_MS` it is killed. Whoever asks again waits for the same. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#cancelRestart?.();
    const child = this.#child;
    if (child === undefined) return;
    const { clock } = this.#parts;
    await new Promise<void>((resolve) => {
      const cancelKill = clock.after(STOP_MS, () => child.kill());
      const cancelWait = clock.after(STOP_MS + KILL_MS, resolve);
      this.#onExit = () => {
        cancelKill();
        cancelWait();
        resolve();
      };
      child.send({ type: 'stop' });
    });
  }

  #heard(message: unknown): void {
    if (this.#isStopping || typeof message !== 'object' || message === null) return;
    const { type, url, httpPort } = message as { type?: unknown; url?: unknown; httpPort?: unknown };
    if (type !== 'ready' || typeof url !== 'string' || typeof httpPort !== 'number') return;
    this.#httpPort = httpPort;
    this.#parts.log(`The ingest service runs as process ${this.pid}`);
    this.#parts.onReady(url);
  }

  #ended(code: number | undefined): void {
    const { log, onFailed } = this.#parts;
    this.#child = undefined;
    this.#onExit();
    if (this.#isStopping) return;
    log(`The ingest service ended (${code === undefined ? 'killed' : `exit ${code}`}).`);
    if (this.#httpPort === 0) {
      onFailed(serviceProblem(this.#lastWords, this.#parts.dataFolder));
      return;
    }
    this.#startAgain();
  }

  #startAgain(): void {
    const { clock, log } = this.#parts;
    const waitMs = this.#delay.next();
    log(`It is started again in ${waitMs / 1000} s.`);
    this.#cancelRestart = clock.after(waitMs, () => {
      try {
        this.start();
      } catch (error) {
        log(`It cannot be started: ${error}`);
        this.#startAgain();
      }
    });
  }
}
