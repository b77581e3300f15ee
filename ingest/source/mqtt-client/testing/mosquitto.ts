import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../service/free-port.ts';

const PROGRAM = '/usr/sbin/mosquitto';

export const hasMosquitto = existsSync(PROGRAM);

/** A real mosquitto on a free port, with what it keeps in a folder of its own. For tests. */
export class Mosquitto {
  /** Its folder: for password files, certificates. */
  readonly dir = mkdtempSync(join(tmpdir(), 'yiping-mosquitto-'));
  port = 0;
  #lines: readonly string[] = [];
  #process: ChildProcess | undefined;

  /** @param lines Of mosquitto.conf, after its listener; `DIR` stands for its folder. */
  async start(lines: readonly string[] = ['allow_anonymous true']): Promise<void> {
    this.port = await freePort('127.0.0.1', 0);
    this.#lines = lines;
    await this.restart();
  }

  /** On the same port, with the same folder. */
  async restart(): Promise<void> {
    const config = [
      'user root',
      'persistence true',
      `persistence_location ${this.dir}/`,
      'max_queued_messages 0',
      `listener ${this.port} 127.0.0.1`,
      ...this.#lines.map((line) => line.replaceAll('DIR', this.dir)),
    ];
    const file = join(this.dir, 'mosquitto.conf');
    writeFileSync(file, `${config.join('\n')}\n`);
    const child = spawn(PROGRAM, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (bytes: Buffer) => {
        said += String(bytes);
        if (said.includes('running')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${said}`)));
    });
  }

  /** SIGTERM lets it write what it keeps. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
