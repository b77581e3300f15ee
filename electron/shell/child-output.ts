import { PassThrough } from 'node:stream';
import { lines } from './lines.ts';

/** What of a child process of Electron is needed here. */
export interface ChildWithOutput {
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  once(event: 'exit', listener: (code: number) => void): unknown;
}

/** Longer than what is on its way in a pipe takes; a grandchild may hold the pipe for ever. */
const LAST_WORDS_MS = 1_000;

/**
 * The output of a child process with its last words, which are why it ended: they may arrive after its end, when
 * Electron has let go of the streams and of all who listen to them.
 */
export class ChildOutput {
  readonly #child: ChildWithOutput;
  readonly #copies: readonly PassThrough[];

  constructor(child: ChildWithOutput) {
    this.#child = child;
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
      let timer: NodeJS.Timeout;
      const heard = this.#copies.map((copy) => new Promise((resolve) => copy.once('end', resolve)));
      const waited = new Promise((resolve) => {
        timer = setTimeout(resolve, LAST_WORDS_MS);
      });
      Promise.race([Promise.all(heard), waited]).then(() => {
        clearTimeout(timer);
        listener(code);
      });
    });
  }
}
