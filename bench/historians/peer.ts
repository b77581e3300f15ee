/** A stretch of readings: datastream i of `datastreams` at `time`, epoch ms. Parallel columns. */
export interface Readings {
  readonly index: Uint32Array<ArrayBuffer>;
  readonly time: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly receivedTime: Float64Array<ArrayBuffer>;
}

/** One historian, running, in the benchmark. */
export interface Peer {
  readonly name: string;
  /** How it was used: the quickest way it was seen to have. */
  readonly how: string;
  /** Gets ready what it takes to write `readings` (text, compressed); this is not measured. The answer writes it all. */
  prepare(readings: Readings): Promise<() => Promise<void>>;
  /** The newest value of every datastream at `at`; resolves with how many, or with bytes where it is not read. */
  newestAt(at: number): Promise<{ readonly datastreams?: number; readonly bytes?: number }>;
  /** Makes everything written visible to queries. */
  flush(): Promise<void>;
  /** Brings the disk to its smallest, by what the program offers for it. Bytes then. */
  settledBytes(): Promise<Readonly<Record<string, number>>>;
  /** CPU seconds of its process so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Readings of one write. */
export const WRITE_ROWS = 20_000;
