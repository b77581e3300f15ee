import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PeerName, peerProgram } from '../peer-program.ts';

/** A peer that runs, and answers at `url`. */
export class PeerServer {
  readonly url: string;
  readonly #child: ChildProcess;

  constructor(name: PeerName, args: readonly string[], url: string) {
    this.url = url;
    this.#child = spawn(peerProgram(name), args, { stdio: 'ignore' });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Resolves when `path` answers 200. */
  async ready(path: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const answer = await fetch(`${this.url}${path}`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.#child.exitCode !== null) throw new Error(`${this.#child.spawnfile} ended with ${this.#child.exitCode}`);
      await delay(100);
    }
    throw new Error(`${this.url}${path} does not answer`);
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}

/** Bytes of all files in a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      bytes += lstatSync(join(entry.parentPath, entry.name)).size;
    } catch {
      // Deleted since it was listed.
    }
  }
  return bytes;
}

/** Waits until `read` has said the same for `quietMs`, at most `limitMs`; the answer is what it says then. */
export async function settled(read: () => number, quietMs: number, limitMs: number): Promise<number> {
  let last = read();
  let quiet = 0;
  for (let waited = 0; waited < limitMs && quiet < quietMs; waited += 1_000) {
    await delay(1_000);
    const now = read();
    quiet = now === last ? quiet + 1_000 : 0;
    last = now;
  }
  return last;
}
