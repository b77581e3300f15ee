import type { Clock } from '#devices/time/clock.ts';
import type { Intake, SourceMessage } from '../source.ts';

export interface PatientIntakeParts {
  readonly intake: Intake;
  readonly clock: Clock;
  /** Once, when messages begin to be refused. */
  readonly onRefused: (error: unknown) => void;
  /** Something was stored or given up: there is more room than before. */
  readonly onRoom: () => void;
}

/** Between two offers of what was refused, ms: doubled from the first to the longest. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

interface Offer {
  readonly message: SourceMessage;
  readonly stored: () => void;
}

/**
 * Offers messages to the intake until it has stored them, because a broker sends again only after a reconnect. What
 * comes while some are refused waits behind them, so that the order stays; it counts on an intake that refuses, with a
 * message, all that it was given after it and has not answered, as the pipeline does. Its owner bounds it: it gives nothing more
 * while `waiting` or `waitingBytes` are too many.
 */
export class PatientIntake {
  readonly #parts: PatientIntakeParts;
  /** Not yet stored, in the order in which they came. */
  readonly #offers = new Set<Offer>();
  #bytes = 0;
  /** Offers that the intake has not answered. */
  #out = 0;
  /** From the first refusal until a whole round of offers was stored. */
  #isRefusing = false;
  #wasRefusedInRound = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #isStopped = false;
  #whenIdle: (() => void) | undefined;

  constructor(parts: PatientIntakeParts) {
    this.#parts = parts;
  }

  /** Messages that are not yet stored. */
  get waiting(): number {
    return this.#offers.size;
  }

  /** Their payload bytes. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** `stored` is called once when it is on disk, or when a message that nobody waits for was refused. */
  store(message: SourceMessage, stored: () => void): void {
    if (this.#isStopped) return;
    const offer = { message, stored };
    this.#offers.add(offer);
    this.#bytes += message.payload?.length ?? 0;
    if (!this.#isRefusing) this.#offer(offer);
  }

  /** Takes nothing more; resolves when what was offered is answered. What was refused is offered once more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#cancelRetry !== undefined) this.#offerAgain();
    if (this.#out === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  #offer(offer: Offer): void {
    this.#out++;
    this.#parts.intake.accept(offer.message).then(
      () => this.#answer(offer, undefined),
      (error: unknown) => this.#answer(offer, { error }),
    );
  }

  #answer(offer: Offer, refusal: { readonly error: unknown } | undefined): void {
    this.#out--;
    if (refusal === undefined || offer.message.mayDrop === true) {
      this.#offers.delete(offer);
      this.#bytes -= offer.message.payload?.length ?? 0;
      offer.stored();
      this.#parts.onRoom();
    } else {
      if (!this.#isRefusing) this.#parts.onRefused(refusal.error);
      this.#isRefusing = true;
      this.#wasRefusedInRound = true;
    }
    if (this.#out === 0) this.#endRound();
  }

  #endRound(): void {
    if (this.#isStopped) {
      this.#whenIdle?.();
    } else if (this.#wasRefusedInRound) {
      this.#cancelRetry = this.#parts.clock.after(this.#retryMs, () => this.#offerAgain());
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    } else if (this.#isRefusing) {
      this.#isRefusing = false;
      this.#retryMs = FIRST_RETRY_MS;
      for (const offer of this.#offers) this.#offer(offer);
    }
  }

  #offerAgain(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#wasRefusedInRound = false;
    // All, not only the first: an intake that has room again takes them in one group.
    for (const offer of [...this.#offers]) this.#offer(offer);
  }
}
