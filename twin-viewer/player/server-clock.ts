import type { Clock } from '#devices/time/clock.ts';

/** Round trips remembered; the quickest of them is trusted (Cristian 1989: the error is at most half of it). */
const SAMPLES = 8;

/** The server's clock as told by ping and pong. */
export class ServerClock {
  readonly #clock: Clock;
  readonly #samples: { readonly offset: number; readonly roundTrip: number }[] = [];
  /** Server clock minus ours, ms. */
  offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.offset;
  }

  /** A first guess, without a round trip; anything measured is better. */
  guess(serverTime: number): void {
    if (this.#samples.length === 0) this.offset = serverTime - this.#clock.now();
  }

  /** `sent` by our clock, `serverTime` by the server's when it answered; the answer came now. */
  measure(sent: number, serverTime: number): void {
    const now = this.#clock.now();
    const roundTrip = now - sent;
    if (roundTrip < 0) return;
    this.#samples.push({ offset: serverTime - (sent + now) / 2, roundTrip });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.offset = this.#samples.reduce((best, each) => (each.roundTrip < best.roundTrip ? each : best)).offset;
  }
}
