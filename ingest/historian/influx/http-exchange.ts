import type { Clock } from '#devices/time/clock.ts';

/** Why an exchange did not come to its end. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  /** `silent`: connected perhaps, but nothing came for too long; `broken`: refused, cut, unknown host. */
  readonly kind: 'silent' | 'broken';

  constructor(kind: 'silent' | 'broken', message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it comes. @throws {ExchangeFailure} */
  chunks(): AsyncGenerator<Uint8Array>;
  /** The first `MAX_TEXT` characters of the body. @throws {ExchangeFailure} */
  text(): Promise<string>;
  /** Lets go of a body that nobody wants to read to its end. */
  dismiss(): void;
}

const MAX_TEXT = 10_000;

/**
 * One HTTP request and its answer, given up when nothing has come for `silenceMs`. An answer must be read to its end or
 * dismissed.
 *
 * @throws {ExchangeFailure}
 */
export async function exchange(url: URL, init: RequestInit, clock: Clock, silenceMs: number): Promise<Exchange> {
  const abort = new AbortController();
  let isSilent = false;
  const arm = () =>
    clock.after(silenceMs, () => {
      isSilent = true;
      abort.abort();
    });
  let disarm = arm();
  const failure = (error: unknown) => {
    disarm();
    if (isSilent) return new ExchangeFailure('silent', `nothing came for ${silenceMs / 1000} s`, error);
    return new ExchangeFailure('broken', reasonOf(error), error);
  };
  const dismiss = () => {
    disarm();
    abort.abort();
  };
  const response = await fetch(url, { ...init, signal: abort.signal, redirect: 'error' }).catch((error) => {
    throw failure(error);
  });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) {
        disarm();
        yield chunk;
        disarm = arm();
      }
    } catch (error) {
      throw failure(error);
    } finally {
      dismiss();
    }
  }
  return { status: response.status, headers: response.headers, chunks, text: () => textOf(chunks()), dismiss };
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MAX_TEXT) break;
  }
  return text.slice(0, MAX_TEXT);
}

/** fetch says "fetch failed"; what failed stands in its causes. */
function reasonOf(error: unknown): string {
  let last = error;
  for (let depth = 0; depth < 5 && last instanceof Error && last.cause instanceof Error; depth++) last = last.cause;
  if (last instanceof AggregateError && last.errors.length > 0) last = last.errors[0];
  if (!(last instanceof Error)) return String(last);
  const { code } = last as NodeJS.ErrnoException;
  return last.message === '' ? String(code ?? last.name) : last.message;
}
