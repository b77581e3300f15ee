export interface ConnectionBounds {
  /** Clients that are logged in, and those of them from one address. */
  readonly maxClients: number;
  readonly maxClientsPerAddress: number;
  /** Connections that have not logged in, and those of them from one address. */
  readonly maxWaiting: number;
  readonly maxWaitingPerAddress: number;
}

/** A connection as the table sees it. */
export interface TableEntry {
  readonly address: string;
  /** Its CONNECT is being answered; it is not closed to make room. */
  readonly isBeingChecked: boolean;
}

/** An entry that gave its place to a newer one. */
export interface CrowdedOut<E> {
  readonly oldest: E;
}

/**
 * Counts connections, before and after their login, in all and by address. A newcomer for whom there is no room before
 * the login takes the place of the oldest that has said nothing: thousands of silent connections close each other, and
 * a client that speaks comes in.
 */
export class ConnectionTable<E extends TableEntry> {
  readonly #bounds: ConnectionBounds;
  /** Oldest first. */
  readonly #waiting = new Set<E>();
  readonly #waitingBy = new Map<string, Set<E>>();
  readonly #clients = new Set<E>();
  readonly #clientsBy = new Map<string, number>();

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Undefined: it may stay. Else it may not, or the one that is named must go. */
  admit(entry: E): 'no-room' | CrowdedOut<E> | undefined {
    const { maxWaiting, maxWaitingPerAddress } = this.#bounds;
    const sameAddress = this.#waitingBy.get(entry.address) ?? new Set();
    let crowded: Set<E> | undefined;
    if (sameAddress.size >= maxWaitingPerAddress) crowded = sameAddress;
    else if (this.#waiting.size >= maxWaiting) crowded = this.#waiting;
    const oldest = crowded === undefined ? undefined : oldestSilent(crowded);
    if (crowded !== undefined && oldest === undefined) return 'no-room';
    if (oldest !== undefined) this.remove(oldest);
    this.#waiting.add(entry);
    this.#waitingBy.set(entry.address, sameAddress.add(entry));
    return oldest === undefined ? undefined : { oldest };
  }

  /** Undefined: it is a client now. Else why it cannot be, as a sentence begins. `replaced` leaves at the same moment. */
  logIn(entry: E, replaced: E | undefined): string | undefined {
    const { maxClients, maxClientsPerAddress } = this.#bounds;
    const leaves = replaced !== undefined && this.#clients.has(replaced) ? 1 : 0;
    if (this.#clients.size - leaves >= maxClients) return `${maxClients} clients are connected`;
    const ofAddress = this.#clientsBy.get(entry.address) ?? 0;
    if (ofAddress - (replaced?.address === entry.address ? leaves : 0) >= maxClientsPerAddress) {
      return `${maxClientsPerAddress} clients are connected from ${entry.address}`;
    }
    this.remove(entry);
    this.#clients.add(entry);
    this.#clientsBy.set(entry.address, ofAddress + 1);
    return undefined;
  }

  remove(entry: E): void {
    if (this.#waiting.delete(entry)) {
      const sameAddress = this.#waitingBy.get(entry.address);
      sameAddress?.delete(entry);
      if (sameAddress?.size === 0) this.#waitingBy.delete(entry.address);
    }
    if (this.#clients.delete(entry)) {
      const left = (this.#clientsBy.get(entry.address) ?? 1) - 1;
      if (left === 0) this.#clientsBy.delete(entry.address);
      else this.#clientsBy.set(entry.address, left);
    }
  }
}

function oldestSilent<E extends TableEntry>(entries: Iterable<E>): E | undefined {
  for (const entry of entries) if (!entry.isBeingChecked) return entry;
  return undefined;
}
