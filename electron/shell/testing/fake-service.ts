import type { ServiceOptions, ServiceProcess } from '../shell.ts';

/** The ingest service as a test plays it: it ends when the test says so, and not when it is asked to. */
export class FakeService implements ServiceProcess {
  readonly pid: number;
  readonly options: ServiceOptions;
  readonly sent: unknown[] = [];
  isKilled = false;
  isEnded = false;
  #onLine = (_line: string): void => {};
  #onMessage = (_message: unknown): void => {};
  #onExit = (_code: number | undefined): void => {};

  constructor(pid: number, options: ServiceOptions) {
    this.pid = pid;
    this.options = options;
  }

  onLine(listener: (line: string) => void): void {
    this.#onLine = listener;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (code: number | undefined) => void): void {
    this.#onExit = listener;
  }

  send(message: unknown): void {
    this.sent.push(message);
  }

  kill(): void {
    this.isKilled = true;
  }

  writes(...lines: readonly string[]): void {
    for (const line of lines) this.#onLine(line);
  }

  says(message: unknown): void {
    this.#onMessage(message);
  }

  isReadyAt(httpPort: number): void {
    this.says({ type: 'ready', url: `http://127.0.0.1:${httpPort}`, httpPort, mqttPort: 1883, opcuaPort: 4840 });
  }

  ends(code: number | undefined): void {
    this.isEnded = true;
    this.#onExit(code);
  }

  /** Value of a flag that it was started with. */
  flag(name: string): string | undefined {
    const at = this.options.args.indexOf(name);
    return at < 0 ? undefined : this.options.args[at + 1];
  }
}
