import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import type { BrokerConnection } from './broker-connection.ts';
import type { BrokerReports } from './broker-reports.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Identity, Login, Refusal } from './login.ts';
import { whyNoTopic } from './topic-filter.ts';

type Hooks = Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>>;

export interface AdmissionParts {
  readonly login: Login;
  readonly table: ConnectionTable<BrokerConnection>;
  readonly reports: BrokerReports;
  readonly connectionOf: (client: Client) => BrokerConnection;
}

/** Why a client may not come in; the return code of its CONNACK is 2 for its id, 3 for later, 4 or 5 for its rights. */
interface Denial {
  readonly kind: Refusal['kind'] | 'client-id' | 'client-id-taken' | 'will-denied' | 'too-many-clients';
  readonly reason: string;
  readonly returnCode: 2 | 3 | 4 | 5;
}

/** Characters of a client id: it is kept with what the client sends. */
const MAX_CLIENT_ID = 256;

/** What aedes asks when a client says CONNECT. */
export class Admission {
  readonly #parts: AdmissionParts;
  /** Who has which client id. */
  readonly #holders = new Map<string, BrokerConnection>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  readonly preConnect: Hooks['preConnect'] = (client, packet, done) => {
    const connection = this.#parts.connectionOf(client);
    connection.isBeingChecked = true;
    connection.willTopic = packet.will?.topic;
    // Sessions are clean, whatever a client asks for: queues for absent subscribers would have no bound.
    packet.clean = true;
    done(null, true);
  };

  readonly authenticate: Hooks['authenticate'] = (client, user, password, done) => {
    const connection = this.#parts.connectionOf(client);
    const { address, certificate } = connection;
    this.#parts.login
      .check({ address, clientId: client.id.slice(0, MAX_CLIENT_ID), user, password, certificate })
      .then((answer) => {
        // Gone while its password was checked.
        if (client.closed) return;
        const denial = 'rights' in answer ? this.#enter(client, connection, answer) : answer;
        if (denial === undefined) done(null, true);
        else this.#deny(client, connection, denial, done);
      })
      .catch((error) => done(error, false));
  };

  /** The connection has closed. */
  forget(client: Client, connection: BrokerConnection): void {
    if (this.#holders.get(client.id) === connection) this.#holders.delete(client.id);
  }

  #enter(client: Client, connection: BrokerConnection, identity: Identity): Denial | undefined {
    const { id } = client;
    const holder = this.#holders.get(id);
    const denial = whyNotThisId(id, identity, holder) ?? whyNotThisWill(id, connection.willTopic, identity);
    if (denial !== undefined) return denial;
    const full = this.#parts.table.logIn(connection, holder);
    if (full !== undefined) {
      const reason = `${full}, client ${id} was refused; close some or raise mqtt-max-clients`;
      return { kind: 'too-many-clients', reason, returnCode: 3 };
    }
    connection.identity = identity;
    this.#holders.set(id, connection);
    return undefined;
  }

  #deny(
    client: Client,
    connection: BrokerConnection,
    { kind, reason, returnCode }: Denial,
    done: Parameters<Hooks['authenticate']>[3],
  ): void {
    connection.isToldOf = true;
    this.#parts.reports.refuse(kind, client.id.slice(0, MAX_CLIENT_ID), reason);
    done(Object.assign(new Error(kind), { returnCode: returnCode as AuthenticateError['returnCode'] }), false);
  }
}

/** aedes closes a client whose id is taken over (MQTT-3.1.4-2): only its own user may do that. */
function whyNotThisId(id: string, { user }: Identity, holder: BrokerConnection | undefined): Denial | undefined {
  if (id.length > MAX_CLIENT_ID || /\p{Cc}/u.test(id)) {
    const reason = `a client id has at most ${MAX_CLIENT_ID} characters and no control characters; ${JSON.stringify(id.slice(0, 60))} was refused; choose another`;
    return { kind: 'client-id', reason, returnCode: 2 };
  }
  if (holder?.identity === undefined || holder.identity.user === user) return undefined;
  const reason = `client id ${id} is connected for another user (${holder.identity.user ?? 'with the access token'}); ${user ?? 'who has the access token'} was refused; give each client its own id`;
  return { kind: 'client-id-taken', reason, returnCode: 2 };
}

/** Said at the CONNECT, when somebody is there to hear it. */
function whyNotThisWill(id: string, topic: string | undefined, { user, rights }: Identity): Denial | undefined {
  if (topic === undefined) return undefined;
  const why =
    whyNoTopic(topic) ??
    (topic.startsWith('$SYS/') ? "$SYS topics are the broker's own" : undefined) ??
    (rights.mayPublish(topic) ? undefined : `user ${user} may not publish there; add it to the account's publish list`);
  if (why === undefined) return undefined;
  const reason = `client ${id} has a Will for ${JSON.stringify(topic.slice(0, 200))} and was refused: ${why}`;
  return { kind: 'will-denied', reason, returnCode: 5 };
}
