import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Clock } from '#devices/time/clock.ts';

export interface FleetProcessOptions {
  /** The fleet's entry file. */
  readonly script: string;
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Waits between restarts, ms: doubled each time up to the longest; after LASTING_MS of life it counts from the first. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const LASTING_MS = 60_000;
/** How long the fleet may take to end when it is asked to. */
const STOP_MS = 5_000;
/** A fleet that has not spoken for so long is waited for no more. */
const SETTLE_MS = 20_000;
/** Levels of the fleet's log (pino) that are shown: warnings and worse. */
const WARN_LEVEL = 40;

/**
 * The simulated devices in their own process, started again when it dies. It is a child over IPC: when this process
 * ends, however, the channel closes and the fleet ends too.
 */
export class FleetProcess {
  readonly #options: FleetProcessOptions;
  #child: ChildProcess | undefined;
  #cancelRestart: (() => void) | undefined;
  #waitMs = FIRST_WAIT_MS;
  #stopping = false;
  readonly #settled = Promise.withResolvers<void>();

  constructor(options: FleetProcessOptions) {
    this.#options = options;
  }

  /** Resolves when the first fleet speaks, ended without, or took too long. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Process id; undefined while it is not running. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { script, args, clock } = this.#options;
    const startedAt = clock.now();
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.#child = child;
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.#show(line));
    const settle = () => {
      cancelWait();
      this.#settled.resolve();
    };
    const cancelWait = clock.after(SETTLE_MS, settle);
    child.on('message', (message: { type?: string }) => {
      if (message.type === 'fleet-ready') settle();
    });
    // Not 'close': it does not come after a disconnect of ours.
    child.once('exit', (code, signal) => {
      settle();
      this.#ended(signal ?? `exit ${code}`, startedAt);
    });
    child.once('error', (error) => {
      settle();
      if (child.pid === undefined) this.#ended(error.message, startedAt);
    });
  }

  /** Asks it to end, and ends it after STOP_MS. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart?.();
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    // Closing the channel asks on every platform; Windows has no SIGTERM.
    if (child.connected) child.disconnect();
    const cancel = this.#options.clock.after(STOP_MS, () => child.kill('SIGKILL'));
    await exited;
    cancel();
  }

  #ended(how: string, startedAt: number): void {
    const { clock, log } = this.#options;
    this.#child = undefined;
    if (this.#stopping) return;
    if (clock.now() - startedAt >= LASTING_MS) this.#waitMs = FIRST_WAIT_MS;
    log(`The fleet ended (${how}); starting it again in ${this.#waitMs / 1000} s.`);
    this.#cancelRestart = clock.after(this.#waitMs, () => this.start());
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  /** The fleet writes one JSON object a line; its reports are for its own log, its warnings are for everybody. */
  #show(line: string): void {
    let entry: { level?: number; msg?: string; reason?: string };
    try {
      entry = JSON.parse(line);
    } catch {
      entry = { level: WARN_LEVEL, msg: line };
    }
    if ((entry.level ?? 0) < WARN_LEVEL) return;
    this.#options.log(`fleet: ${entry.msg ?? ''} ${entry.reason ?? ''}`.trim());
  }
}
