import { appendFileSync, existsSync, mkdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#devices/time/clock.ts';

export interface RotatingLogOptions {
  readonly folder: string;
  /** `NAME.log`, and before it `NAME.1.log` … */
  readonly name: string;
  readonly clock: Clock;
  readonly maxBytes?: number;
  /** Files kept, with the one that is written. */
  readonly files?: number;
}

export const LOG_DEFAULTS = { maxBytes: 5_000_000, files: 5 };

/** Lines with their time in a file of bounded size; full, it becomes `NAME.1.log`, and the oldest goes. */
export class RotatingLog {
  readonly #options: Required<RotatingLogOptions>;
  #bytes = 0;
  #isBroken = false;

  constructor(options: RotatingLogOptions) {
    this.#options = { ...LOG_DEFAULTS, ...options };
  }

  open(): void {
    this.#attempt(() => {
      mkdirSync(this.#options.folder, { recursive: true });
      this.#bytes = existsSync(this.#path(0)) ? statSync(this.#path(0)).size : 0;
    });
  }

  /** A log that cannot be written must not end the screen: it is told once on stderr. */
  write(line: string): void {
    const text = `${new Date(this.#options.clock.now()).toISOString()} ${line}\n`;
    this.#attempt(() => {
      const bytes = Buffer.byteLength(text);
      if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxBytes) this.#rotate();
      appendFileSync(this.#path(0), text);
      this.#bytes += bytes;
    });
  }

  #rotate(): void {
    const oldest = this.#options.files - 1;
    if (existsSync(this.#path(oldest))) unlinkSync(this.#path(oldest));
    for (let i = oldest - 1; i >= 0; i--) {
      if (existsSync(this.#path(i))) renameSync(this.#path(i), this.#path(i + 1));
    }
    this.#bytes = 0;
  }

  #path(age: number): string {
    const { folder, name } = this.#options;
    return join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`);
  }

  #attempt(work: () => void): void {
    try {
      work();
      this.#isBroken = false;
    } catch (error) {
      if (!this.#isBroken) console.error(`The log ${this.#path(0)} cannot be written: ${error}`);
      this.#isBroken = true;
    }
  }
}
