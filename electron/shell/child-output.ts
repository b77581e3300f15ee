import { PassThrough } from 'node:stream';
import type { Clock } from '#devices/time/clock.ts';
import { lines } from './lines.ts';

/** What of a child process of Electron is needed here. */
export interface ChildWithOutput {
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  once(event: 'exit', listener: (code: number) => void): unknown;
}

/** Longer than what is on its way in a pipe takes; a grandchild may hold the pipe for ever. */
export const LAST_WORDS_MS = 1_000;

/**
 * The output of a child process with its last words, which are why it ended: they may arrive after its end, when
 * Electron has let go of the streams and of all who listen to them.
 */
export class ChildOutput {
  readonly #child: ChildWithOutput;
  readonly #clock: Clock;
  readonly #copies: readonly PassThrough[];

  constructor(child: ChildWithOutput, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    this.#copies = [child.stdout, child.stderr].flatMap((stream) => {
      if (stream === null) return [];
      const copy = new PassThrough();
      stream.pipe(copy);
      child.once('exit', () => process.nextTick(() => stream.pipe(copy)));
      return [copy];
    });
  }

  onLine(listener: (line: string) => void): void {
    for (const copy of this.#copies) lines(copy, listener);
  }

  /** It ended and was heard out. */
  onExit(listener: (code: number) => void): void {
    this.#child.once('exit', (code) => {
      const speaking = new Set(this.#copies.filter((copy) => !copy.destroyed));
      if (speaking.size === 0) {
        listener(code);
        return;
      }
      const cancel = this.#clock.after(LAST_WORDS_MS, () => {
        speaking.clear();
        listener(code);
      });
      for (const copy of speaking) {
        copy.once('close', () => {
          if (!speaking.delete(copy) || speaking.size > 0) return;
          cancel();
          listener(code);
        });
      }
    });
  }
}
