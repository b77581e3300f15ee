/** A way from MQTT to a store that can be asked. */
export interface Stack {
  readonly name: string;
  readonly mqttPort: number;
  /** The processes whose CPU counts. */
  readonly pids: () => readonly number[];
  /** How many observations can be read back now. */
  count(): Promise<number>;
  /** How often each number can be read back. */
  numbers(): Promise<Map<number, number>>;
  /** `kill -9` of what stands between broker and database (or is both), and its start again. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** The span of all messages' times, epoch ms: message n has the time `from` + n. */
export const SPAN = { from: Date.now() - DAY_MS, to: Date.now() - DAY_MS / 2 } as const;
