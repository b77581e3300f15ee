import type { Clock } from '#devices/time/clock.ts';
import type { StartChoice, StartProblem, StartState } from '#twin-viewer/desktop/desktop-bridge.ts';
import { checkServer } from '../service/check-server.ts';
import { serverAddress } from '../service/server-address.ts';
import { ServiceChild } from '../service/service-child.ts';
import type { Shell } from '../shell/shell.ts';

export interface CityStartParts {
  readonly shell: Pick<Shell, 'fetch' | 'startService'>;
  readonly clock: Clock;
  readonly dataFolder: string;
  readonly serviceFlags: () => readonly string[];
  readonly logService: (line: string) => void;
  readonly onState: (state: StartState) => void;
  /** The city answers at `server`, `http://host:port`. */
  readonly onReady: (server: string) => void;
}

/** From a choice to a city that answers: asks the server, or starts the service inside, and says what stands in the way. */
export class CityStart {
  readonly #parts: CityStartParts;
  #state: StartState;
  #server: string | undefined;
  #child: ServiceChild | undefined;
  /** Counts choices, so that the answer to an old one is not taken for that of the newest. */
  #attempt = 0;
  #isStopped = false;

  constructor(parts: CityStartParts) {
    this.#parts = parts;
    this.#state = { kind: 'choose', address: '', dataFolder: parts.dataFolder };
  }

  get state(): StartState {
    return this.#state;
  }

  /** Where the city answers; undefined while none does. */
  get server(): string | undefined {
    return this.#server;
  }

  /** What is being started no longer counts; a city that is there goes on until another is chosen. */
  ask(last: StartChoice | undefined): void {
    this.#attempt++;
    const address = last?.where === 'server' ? last.address : '';
    this.#become({ kind: 'choose', address, dataFolder: this.#parts.dataFolder });
  }

  /** Never rejects: what goes wrong is a state. After `stop` it does nothing. */
  async run(choice: StartChoice): Promise<void> {
    if (this.#isStopped) return;
    const attempt = ++this.#attempt;
    this.#server = undefined;
    this.#become({ kind: 'starting', choice });
    const isNewest = (): boolean => attempt === this.#attempt;
    const failed = (problem: StartProblem): void => {
      if (isNewest()) this.#become({ kind: 'problem', choice, problem });
    };
    const ready = (server: string): void => {
      if (!isNewest()) return;
      this.#server = server;
      this.#parts.onReady(server);
    };
    // Two services would fight for one folder.
    await this.#stopService();
    if (!isNewest()) return;
    try {
      if (choice.where === 'server') await this.#connect(choice.address, ready, failed);
      else this.#startService(ready, failed);
    } catch (error) {
      failed({ kind: 'service-failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }

  /** For good: ends the service inside, its data on disk; what was under way comes to nothing. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#attempt++;
    await this.#stopService();
  }

  /** All who ask while it ends wait for the same end. */
  async #stopService(): Promise<void> {
    const child = this.#child;
    await child?.stop();
    if (this.#child === child) this.#child = undefined;
  }

  async #connect(
    typed: string,
    ready: (server: string) => void,
    failed: (problem: StartProblem) => void,
  ): Promise<void> {
    const server = serverAddress(typed);
    if (server === undefined) return failed({ kind: 'address-invalid', detail: typed });
    const problem = await checkServer(this.#parts.shell, server);
    if (problem === undefined) ready(server);
    else failed(problem);
  }

  #startService(ready: (server: string) => void, failed: (problem: StartProblem) => void): void {
    const { shell, clock, dataFolder, serviceFlags, logService } = this.#parts;
    const child = new ServiceChild({
      ...{ shell, clock, dataFolder, flags: serviceFlags(), log: logService },
      onReady: ready,
      onFailed: (problem) => {
        this.#child = undefined;
        failed(problem);
      },
    });
    child.start();
    this.#child = child;
  }

  #become(state: StartState): void {
    this.#state = state;
    this.#parts.onState(state);
  }
}
