import { type Published, publishNumbers } from './counting-publisher.ts';
import { type IngestOptions, type IngestProcess, startIngest } from './ingest-process.ts';
import { account, openStores } from './stored-numbers.ts';

export interface KillReport {
  /** Lives, each ended by SIGKILL. */
  readonly runs: number;
  readonly acknowledged: number;
  /** Sent again after a kill: what was not acknowledged, and the last that were. */
  readonly sentAgain: number;
  /** Acknowledged and not in history. */
  readonly lost: number;
  /** More than once in history. */
  readonly repeated: number;
}

/** What happens in a life beside the publishing. */
export interface LifeSteps {
  /** Begun when so many are acknowledged; the life does not end before it is done. */
  readonly at?: { readonly acknowledged: number; readonly step: (ingest: IngestProcess) => Promise<void> };
  /** The last thing before the kill, when nothing is sent any more and everything is acknowledged. */
  readonly inTheEnd?: (ingest: IngestProcess) => Promise<void>;
}

/** Of what was acknowledged last, so many are sent again too: their acknowledgement may not have arrived. */
const AGAIN = 20;

/**
 * An ingest on one folder that lives again and again: each life is given numbers, ends with SIGKILL, and the next one
 * gets again what was not acknowledged. In the end history is brought up to the journal and counted.
 */
export class CountedLives {
  readonly #folder: string;
  readonly #options: IngestOptions;
  readonly #acknowledged = new Set<number>();
  #again: number[] = [];
  #first = 0;
  #sentAgain = 0;
  #lives = 0;

  constructor(folder: string, options: IngestOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  /** One life: ends when `enough` are acknowledged and its steps are done. */
  async live(enough: number, steps: LifeSteps = {}): Promise<void> {
    const ingest = await startIngest(this.#folder, this.#options);
    let published: Published;
    try {
      published = await this.#publish(ingest, enough, steps);
    } finally {
      await ingest.end('SIGKILL');
    }
    published.client.end(true);
    this.#note(published);
  }

  /** How often each number stands in history, when that is brought up to the journal. */
  async numbers(): Promise<Map<number, number>> {
    const stores = await openStores(this.#folder, this.#options.influx);
    try {
      return await stores.numbers('counter');
    } finally {
      await stores.close();
    }
  }

  /** @param stored The `numbers` of each place where history is, where it is not only where it is now. */
  async report(stored?: readonly ReadonlyMap<number, number>[]): Promise<KillReport> {
    const places = stored ?? [await this.numbers()];
    const { lost } = account(this.#acknowledged, new Map(places.flatMap((numbers) => [...numbers])));
    const repeated = places.flatMap((numbers) => account([], numbers).repeated);
    return {
      runs: this.#lives,
      acknowledged: this.#acknowledged.size,
      sentAgain: this.#sentAgain,
      lost: lost.length,
      repeated: repeated.length,
    };
  }

  async #publish(ingest: IngestProcess, enough: number, { at, inTheEnd }: LifeSteps): Promise<Published> {
    let stepped: Promise<void> | undefined;
    const call = () => {
      stepped = at?.step(ingest);
      // Told below, where it is waited for.
      stepped?.catch(() => {});
    };
    const published = await publishNumbers({
      url: ingest.url,
      topic: 'twin/counter/n',
      again: this.#again,
      first: this.#first,
      enough,
      ...(at !== undefined && { at: { acknowledged: at.acknowledged, call } }),
    });
    await stepped;
    if (inTheEnd !== undefined) {
      await published.pause();
      await inTheEnd(ingest);
    }
    return published;
  }

  #note({ sent, acknowledged }: Published): void {
    this.#lives++;
    this.#sentAgain += this.#again.length;
    for (const number of acknowledged) this.#acknowledged.add(number);
    for (const number of sent) this.#first = Math.max(this.#first, number + 1);
    const unacknowledged = [...this.#again, ...sent].filter((number) => !this.#acknowledged.has(number));
    this.#again = [...acknowledged.slice(-AGAIN), ...new Set(unacknowledged)];
  }
}
