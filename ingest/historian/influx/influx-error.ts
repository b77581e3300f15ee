/**
 * What can be wrong between us and an InfluxDB; kept stable, because the screen and metrics name it.
 *
 * - `away`: nobody answers, or the answer broke off
 * - `slow`: no answer in time
 * - `not-influxdb`: something answers that cannot be a historian
 * - `wrong-token`, `may-not-write`, `may-not-read`, `no-bucket`, `no-organisation`: what a person must set right
 * - `busy`: it asks us to wait (429, 503)
 * - `server-error`: it answers 500 or the like
 * - `bad-answer`: it answers what cannot be understood
 * - `refused`: it will never take these points as they are
 */
export type InfluxErrorKind =
  | 'away'
  | 'slow'
  | 'not-influxdb'
  | 'wrong-token'
  | 'may-not-write'
  | 'may-not-read'
  | 'no-bucket'
  | 'no-organisation'
  | 'busy'
  | 'server-error'
  | 'bad-answer'
  | 'refused';

/** One sentence that says what is wrong with which server and what to do. */
export class InfluxError extends Error {
  override readonly name = 'InfluxError';
  readonly kind: InfluxErrorKind;
  /** Shown without a stack: a person can mend it. */
  readonly expected = true;

  constructor(kind: InfluxErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
