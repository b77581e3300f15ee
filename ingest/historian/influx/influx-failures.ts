import type { ExchangeFailure } from './http-exchange.ts';
import { InfluxError } from './influx-error.ts';
import { type InfluxTarget, shownUrl } from './influx-target.ts';

/** What a server says when it will never take some points: anything else of ours it may take another time. */
const NEVER =
  /partial write|unable to parse|field type conflict|beyond retention|outside (the )?time range|limit exceeded|too large/i;

/** Turns what a server answers into what a person can do about it. */
export class Failures {
  readonly #where: string;
  readonly #target: InfluxTarget;

  constructor(target: InfluxTarget) {
    this.#target = target;
    this.#where = `InfluxDB at ${shownUrl(target)}`;
  }

  ofExchange(failure: ExchangeFailure): InfluxError {
    if (failure.kind === 'silent') {
      return new InfluxError('slow', `${this.#where} is too slow: ${failure.message}; look at its load`, failure);
    }
    const message = `${this.#where} does not answer (${failure.message}); start it, or correct influx-url`;
    return new InfluxError('away', message, failure);
  }

  ofPing(status: number): InfluxError {
    if (status === 401 || status === 403) return this.#wrongToken();
    return status >= 500 ? this.#away(status) : this.notInfluxDb();
  }

  ofWrite(status: number, body: string): InfluxError {
    const said = saidIn(body);
    if (status === 403) {
      const message = `${this.#where} does not let this token write ${this.#bucket}; give one in influx-token-file that may read and write it`;
      return new InfluxError('may-not-write', message);
    }
    if (status === 413 || ((status === 400 || status === 422) && NEVER.test(said))) {
      return new InfluxError('refused', status === 413 ? `too large a write: ${said}` : said);
    }
    return this.#ofAny(status, said);
  }

  ofQuery(status: number, body: string): InfluxError {
    return status === 403 ? this.mayNotRead() : this.#ofAny(status, saidIn(body));
  }

  /** Of an error inside an answer with 200. */
  ofRefusal(said: string): InfluxError {
    if (/not authorized|unauthorized|forbidden/i.test(said)) return this.mayNotRead();
    if (/database not found|no dbrp mapping|bucket .*not found/i.test(said)) return this.#noBucket();
    return new InfluxError('server-error', `${this.#where} could not answer: ${said}; look at its log`);
  }

  mayNotRead(): InfluxError {
    const message = `${this.#where} does not let this token read ${this.#bucket}; give one in influx-token-file that may read and write it`;
    return new InfluxError('may-not-read', message);
  }

  notInfluxDb(): InfluxError {
    const message =
      `What answers at ${shownUrl(this.#target)} is not an InfluxDB; influx-url must be one ` +
      '(VictoriaMetrics and others take its writes but cannot be asked by InfluxQL)';
    return new InfluxError('not-influxdb', message);
  }

  get #bucket(): string {
    return `bucket ${JSON.stringify(this.#target.bucket)}`;
  }

  #ofAny(status: number, said: string): InfluxError {
    if (status === 401) return this.#wrongToken();
    if (status === 400 && /provide either orgID or org/i.test(said))
      return this.#noOrganisation('needs an organisation');
    if (status === 404 && /organi[sz]ation/i.test(said)) {
      return this.#noOrganisation(`has no organisation ${JSON.stringify(this.#target.org)}`);
    }
    if (status === 404 && /bucket|database|dbrp/i.test(said)) return this.#noBucket();
    if (status === 404) return this.notInfluxDb();
    if (status === 429 || status === 503) {
      return new InfluxError('busy', `${this.#where} asks to wait (${status}: ${said}); look at its load`);
    }
    if (status === 502 || status === 504) return this.#away(status);
    return new InfluxError('server-error', `${this.#where} answers ${status}: ${said}; look at its log`);
  }

  #away(status: number): InfluxError {
    return new InfluxError('away', `${this.#where} does not answer (${status}); start it, or correct influx-url`);
  }

  #noOrganisation(what: string): InfluxError {
    return new InfluxError('no-organisation', `${this.#where} ${what}; correct influx-org`);
  }

  #wrongToken(): InfluxError {
    const message = `${this.#where} does not know this token; put one of its own in influx-token-file (1.x: user:password)`;
    return new InfluxError('wrong-token', message);
  }

  #noBucket(): InfluxError {
    const message = `${this.#where} has no ${this.#bucket} (1.x: database); create it, or correct influx-bucket`;
    return new InfluxError('no-bucket', message);
  }
}

/** What a server gives as its reason, short. */
function saidIn(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: unknown; error?: unknown };
    const said = message ?? error;
    if (typeof said === 'string') return said.slice(0, 1_000);
  } catch {
    // Not JSON: the text itself is the reason.
  }
  return body.trim() === '' ? 'no reason given' : body.trim().slice(0, 200);
}
