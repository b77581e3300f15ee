import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Readings, WRITE_ROWS } from './peer.ts';

/** How lines are sent. */
export interface LineWay {
  readonly gzip: boolean;
  /** Writes under way at once. */
  readonly connections: number;
}

export const LINE_WAYS: readonly LineWay[] = [true, false].flatMap((gzip) =>
  [1, 2, 4].map((connections) => ({ gzip, connections })),
);

/** `pm25,thing=t123 value=12.3 1767225600000`: the value alone, without the received time, status and position that ours keeps. */
export function lineBodies({ index, time, value }: Readings, gzip: boolean): Buffer[] {
  const bodies: Buffer[] = [];
  for (let from = 0; from < index.length; from += WRITE_ROWS) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(index.length, from + WRITE_ROWS); i++) {
      lines.push(`pm25,thing=t${index[i]} value=${value[i]} ${time[i]}`);
    }
    const body = Buffer.from(lines.join('\n'));
    bodies.push(gzip ? gzipSync(body, { level: 1 }) : body);
  }
  return bodies;
}

/** Writes line protocol over HTTP with so many connections. */
export class LineWriter {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** Resolves when every body was acknowledged. @throws for an answer that is not 204. */
  async write(bodies: readonly Buffer[], { gzip, connections }: LineWay): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < bodies.length) await this.#post(bodies[next++] as Buffer, gzip);
    };
    await Promise.all(Array.from({ length: connections }, work));
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(body: Buffer, gzip: boolean): Promise<void> {
    const headers = { ...this.#headers, 'content-length': body.length, ...(gzip && { 'content-encoding': 'gzip' }) };
    return new Promise((resolve, reject) => {
      const post = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          if (answer.statusCode === 204) resolve();
          else reject(new Error(`${this.#url} answered ${answer.statusCode}`));
        });
      });
      post.on('error', reject);
      post.end(body);
    });
  }
}

/** The quickest way to write, by a trial of each; `take` gives new readings every time. */
export async function quickestWay(writer: LineWriter, take: () => Readings): Promise<LineWay> {
  let best: { way: LineWay; ms: number } | undefined;
  for (const way of LINE_WAYS) {
    const bodies = lineBodies(take(), way.gzip);
    const started = performance.now();
    await writer.write(bodies, way);
    const ms = performance.now() - started;
    if (best === undefined || ms < best.ms) best = { way, ms };
  }
  return (best as { way: LineWay }).way;
}
