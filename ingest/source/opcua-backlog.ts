import type { Clock } from '#devices/time/clock.ts';
import type { Intake, Reading, SourceMessage } from './source.ts';

export interface OpcuaBacklogOptions {
  readonly intake: Intake;
  readonly clock: Clock;
  /** For engineers: the endpoint URL. */
  readonly address: string;
  /** Readings that may wait for the disk; beyond, the newest are not taken, counted and reported. */
  readonly capacity: number;
}

/** Readings in one message at most. */
const MESSAGE_READINGS = 1_000;
const RETRY_MS = 1_000;

/**
 * Between the notifications and the intake: gathers what comes together, keeps the order, and offers again what the
 * intake could not store, because an OPC UA server has forgotten a notification once it is acknowledged.
 */
export class OpcuaBacklog {
  readonly #options: OpcuaBacklogOptions;
  #gathering: Reading[] = [];
  /** What they were made of, as JSON; in step with them. */
  #raw: string[] = [];
  #gatheredAt = 0;
  #queue: SourceMessage[] = [];
  #waiting = 0;
  #dropped = 0;
  #stopped = false;
  #pumping: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: OpcuaBacklogOptions) {
    this.#options = options;
  }

  /** Readings dropped since the start because the backlog was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Readings that wait for the disk. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes one reading; the rest of its notification, which follows at once, travels in the same message. `raw` is the
   * DataValue as the protocol stack showed it, JSON: there are no bytes to keep.
   */
  add(reading: Reading, raw: string): void {
    if (this.#waiting >= this.#options.capacity) {
      this.#drop();
      return;
    }
    this.#waiting++;
    if (this.#gathering.length === 0) {
      this.#gatheredAt = this.#options.clock.now();
      queueMicrotask(() => this.#close());
    }
    this.#gathering.push(reading);
    this.#raw.push(raw);
    if (this.#gathering.length === MESSAGE_READINGS) this.#close();
  }

  /** Registrations keep their place among the readings. */
  register(things: SourceMessage['things']): void {
    this.#close();
    this.#enqueue({ ...this.#envelope(this.#options.clock.now()), readings: [], things });
  }

  /** Resolves when all that was taken is stored, or has been offered once more in vain. */
  async stop(): Promise<void> {
    this.#close();
    this.#stopped = true;
    this.#wake?.();
    await this.#pumping;
  }

  #close(): void {
    if (this.#gathering.length === 0) return;
    const readings = this.#gathering;
    const payload = Buffer.from(`[${this.#raw.join(',\n')}]`);
    this.#gathering = [];
    this.#raw = [];
    this.#enqueue({ ...this.#envelope(this.#gatheredAt), readings, things: [], payload });
  }

  #envelope(receivedTime: number) {
    const { address } = this.#options;
    return { source: 'opcua', sender: address, address, receivedTime } as const;
  }

  #enqueue(message: SourceMessage): void {
    this.#queue.push(message);
    this.#pumping ??= this.#pump();
  }

  async #pump(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      while (!(await this.#offer(message)) && !this.#stopped) await this.#pause();
      this.#waiting -= message.readings.length;
    }
    this.#pumping = undefined;
  }

  async #offer(message: SourceMessage): Promise<boolean> {
    try {
      await this.#options.intake.accept(message);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#report('opcua-not-stored', `${message.readings.length} readings could not be stored: ${why}; trying again`);
      return false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(RETRY_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #drop(): void {
    this.#dropped++;
    // One report per thousand, so that a flood of them does not push out all other issues.
    if (this.#dropped % 1000 !== 1) return;
    const { capacity } = this.#options;
    this.#report('opcua-backlog-full', `${capacity} readings wait for the disk, ${this.#dropped} were dropped so far`);
  }

  #report(kind: string, reason: string): void {
    const { intake, clock, address } = this.#options;
    intake.report({ time: clock.now(), source: 'opcua', kind, address, firstBytes: '', reason });
  }
}
