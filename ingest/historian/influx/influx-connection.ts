import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '#devices/time/clock.ts';
import { type Exchange, ExchangeFailure, exchange } from './http-exchange.ts';
import { InfluxError } from './influx-error.ts';
import { Failures } from './influx-failures.ts';
import { apiUrl, authorization, dialectOf, type InfluxDialect, type InfluxTarget, isNear } from './influx-target.ts';
import { type AnswerSeries, QueryRefusal, readAnswer } from './query-answer.ts';
import { Turnstile } from './turnstile.ts';

/** How long the server may say nothing, ms. */
const PING_SILENCE_MS = 5_000;
const WRITE_SILENCE_MS = 30_000;
const QUERY_SILENCE_MS = 60_000;
/** Queries that run at once: the server's cores are for its writes too. */
const MOST_QUERIES = 4;
/** Rows a line of an answer, see `MAX_LINE`. */
const ROWS_PER_LINE = '1000';
/** Below it a body is not worth compressing, characters. */
const LEAST_GZIP = 1_000;

const compress = promisify(gzip);

/**
 * The way to one InfluxDB: finds out which version it is, and again when that changes; writes line protocol, asks InfluxQL,
 * and says in one sentence what is wrong.
 */
export class InfluxConnection {
  readonly #target: InfluxTarget;
  readonly #clock: Clock;
  readonly #failures: Failures;
  readonly #isNear: boolean;
  readonly #turnstile = new Turnstile(MOST_QUERIES);
  #dialect: Promise<InfluxDialect> | undefined;
  #writeProblem: InfluxError | undefined;
  #readProblem: InfluxError | undefined;

  constructor(target: InfluxTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
    this.#failures = new Failures(target);
    this.#isNear = isNear(target);
  }

  /** What the last write or question met with; undefined while both go well. */
  get problem(): InfluxError | undefined {
    return this.#writeProblem ?? this.#readProblem;
  }

  /** Which server answers. @throws {InfluxError} */
  dialect(): Promise<InfluxDialect> {
    const known = this.#dialect ?? this.#probe();
    this.#dialect = known;
    known.catch(() => {
      if (this.#dialect === known) this.#dialect = undefined;
    });
    return known;
  }

  /** Asks for nothing and writes nothing, which needs every right that we need. @throws {InfluxError} */
  async check(): Promise<void> {
    await this.write('');
    for await (const _ of this.query('SELECT "status" FROM "yiping" LIMIT 1')) return;
  }

  /**
   * Writes lines of line protocol; when it resolves the server has them.
   *
   * @throws {InfluxError} `refused` where the server will not take some of them as they are
   */
  async write(lines: string): Promise<void> {
    try {
      await this.#write(lines);
      this.#writeProblem = undefined;
      if (this.#readProblem?.kind !== 'may-not-read') this.#readProblem = undefined;
    } catch (error) {
      const problem = this.#problemOf(error);
      if (problem.kind !== 'refused') this.#writeProblem = problem;
      throw problem;
    }
  }

  /** The answer to InfluxQL, times in whole epoch µs, a piece at a time. @throws {InfluxError} */
  async *query(influxql: string): AsyncGenerator<AnswerSeries> {
    const leave = await this.#turnstile.enter();
    try {
      yield* this.#query(influxql);
      this.#readProblem = undefined;
      if (this.#writeProblem?.kind === 'away' || this.#writeProblem?.kind === 'slow') this.#writeProblem = undefined;
    } catch (error) {
      throw await this.#readProblemOf(error);
    } finally {
      leave();
    }
  }

  async #write(lines: string): Promise<void> {
    const answer = await this.#exchange(WRITE_SILENCE_MS, async (dialect) => {
      const { org, bucket } = this.#target;
      const url = dialect.hasApi2
        ? apiUrl(this.#target, 'api/v2/write', { org, bucket, precision: 'ns' })
        : apiUrl(this.#target, 'write', { db: bucket, precision: 'ns' });
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      // 5,000 lines, 594 kB, become 104 kB in 4 ms: nothing gained where no cable lies between.
      if (this.#isNear || lines.length < LEAST_GZIP) return { url, headers, body: lines };
      return { url, headers: { ...headers, 'content-encoding': 'gzip' }, body: await compress(lines, { level: 1 }) };
    });
    const text = await answer.text();
    if (answer.status >= 200 && answer.status < 300) return;
    throw this.#failures.ofWrite(answer.status, text);
  }

  async *#query(influxql: string): AsyncGenerator<AnswerSeries> {
    const answer = await this.#exchange(QUERY_SILENCE_MS, async () => ({
      url: apiUrl(this.#target, 'query', {
        db: this.#target.bucket,
        epoch: 'u',
        chunked: 'true',
        chunk_size: ROWS_PER_LINE,
      }),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `q=${encodeURIComponent(influxql)}`,
    }));
    if (answer.status !== 200) throw this.#failures.ofQuery(answer.status, await answer.text());
    yield* readAnswer(answer.chunks());
  }

  /** Sends a request in the server's own way; once more where it turns out that another server answers by now. */
  async #exchange(
    silenceMs: number,
    request: (
      dialect: InfluxDialect,
    ) => Promise<{ url: URL; headers: Record<string, string>; body: string | Buffer<ArrayBuffer> }>,
  ): Promise<Exchange> {
    for (let attempt = 1; ; attempt++) {
      const dialect = await this.dialect();
      const { url, headers, body } = await request(dialect);
      const encoding = this.#isNear ? { 'accept-encoding': 'identity' } : {};
      const init = {
        method: 'POST',
        headers: { ...headers, ...encoding, ...authorization(this.#target, dialect) },
        body,
      };
      const answer = await exchange(url, init, this.#clock, silenceMs);
      const version = answer.headers.get('x-influxdb-version') ?? dialect.version;
      if (version === dialect.version) return answer;
      this.#dialect = undefined;
      if (attempt === 2) return answer;
      answer.dismiss();
    }
  }

  async #probe(): Promise<InfluxDialect> {
    const ping = await this.#get('ping');
    const version = ping.headers.get('x-influxdb-version');
    if (ping.status < 300 && version !== null) return dialectOf(version);
    if (ping.status >= 400 && ping.status !== 404) throw this.#failures.ofPing(ping.status);
    const health = await this.#get('health');
    const named = /"version"\s*:\s*"([^"]{1,40})"/.exec(health.text);
    if (health.status === 200 && /"name"\s*:\s*"influxdb/.test(health.text) && named !== null) {
      return dialectOf(named[1] as string);
    }
    throw this.#failures.notInfluxDb();
  }

  async #get(path: string): Promise<{ status: number; headers: Headers; text: string }> {
    const init = { headers: authorization(this.#target, undefined) };
    try {
      const answer = await exchange(apiUrl(this.#target, path, {}), init, this.#clock, PING_SILENCE_MS);
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      // What does not even speak HTTP, or sends browsers elsewhere, is there and is no InfluxDB.
      if (error instanceof ExchangeFailure && /HTTP|redirect|Parse Error/i.test(error.message)) {
        throw this.#failures.notInfluxDb();
      }
      throw error;
    }
  }

  async #readProblemOf(error: unknown): Promise<InfluxError> {
    let problem: InfluxError;
    if (error instanceof QueryRefusal) {
      problem = this.#failures.ofRefusal(error.message);
      if (problem.kind === 'no-bucket') problem = await this.#hiddenOrMissing(problem);
    } else {
      problem = this.#problemOf(error);
    }
    this.#readProblem = problem;
    return problem;
  }

  /** To a token that may not read, 2.x says that there is no such bucket; whether it may be written tells the two apart. */
  async #hiddenOrMissing(missing: InfluxError): Promise<InfluxError> {
    try {
      if ((await this.dialect()).isOne) return missing;
      await this.#write('');
      return this.#failures.mayNotRead();
    } catch (error) {
      const problem = this.#problemOf(error);
      return problem.kind === 'may-not-write' ? missing : problem;
    }
  }

  #problemOf(error: unknown): InfluxError {
    if (error instanceof InfluxError) return error;
    // A server that is not there may be another one when it comes back.
    this.#dialect = undefined;
    if (error instanceof ExchangeFailure) return this.#failures.ofExchange(error);
    throw error;
  }
}
