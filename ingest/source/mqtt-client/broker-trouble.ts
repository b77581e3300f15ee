import type { BrokerAddress } from './broker-address.ts';

/** Why there is no connection to the broker: one sentence with what to do. `code` tells one trouble from another. */
export class BrokerTrouble extends Error {
  override readonly name = 'BrokerTrouble';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What of our configuration the sentences speak of. */
export interface TroubleContext {
  readonly address: BrokerAddress;
  readonly user: string | undefined;
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
}

/** Error codes of sockets (libuv) and what they mean here. */
const SOCKET_TROUBLES: Readonly<Record<string, (context: TroubleContext) => string>> = {
  ECONNREFUSED: ({ address }) =>
    `nothing listens on ${address.host} port ${address.port}; start the broker, or correct mqtt-broker-url`,
  ENOTFOUND: ({ address }) => `the host name ${address.host} is unknown; correct mqtt-broker-url, or the name service`,
  EAI_AGAIN: ({ address }) => `the name service does not answer for ${address.host}; see this machine's DNS`,
  ETIMEDOUT: ({ address }) => `${address.host} port ${address.port} does not answer; see firewall and network`,
  EHOSTUNREACH: ({ address }) => `there is no way to ${address.host}; see routes and network`,
  ENETUNREACH: ({ address }) => `there is no way to ${address.host}; see routes and network`,
};

/** Error codes of TLS (Node and OpenSSL) and what they mean here. */
const TLS_TROUBLES: readonly (readonly [RegExp, (context: TroubleContext, detail: string) => string])[] = [
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ({ address }, detail) =>
      `the broker's certificate is not made out to ${address.host} (${detail}); write in mqtt-broker-url a name that is in it, or give the broker another certificate`,
  ],
  [/^CERT_HAS_EXPIRED$/, () => "the broker's certificate, or one that it rests on, has expired; renew it"],
  [/^CERT_NOT_YET_VALID$/, () => "the broker's certificate is not valid yet; see the clocks of both machines"],
  [
    /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/,
    () =>
      "the broker's certificate is not signed by an authority that we trust; set mqtt-broker-ca-file to the certificate of the one that signed it",
  ],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/,
    () =>
      'the broker broke off the TLS handshake: it may want a client certificate; set mqtt-broker-cert-file and mqtt-broker-key-file',
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|UNSUPPORTED_CERTIFICATE)/,
    (_, detail) =>
      `the broker does not accept our client certificate (${detail}); see mqtt-broker-cert-file and the authority that the broker trusts`,
  ],
  [
    /^ERR_OSSL/,
    (_, detail) =>
      `a file of mqtt-broker-ca-file, -cert-file or -key-file cannot be used (${detail}); give PEM files, and the key that belongs to the certificate`,
  ],
  [
    /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|EPROTO)$/,
    ({ address }) =>
      `port ${address.port} does not speak TLS; write mqtt:// in mqtt-broker-url, or the broker's TLS port`,
  ],
];

/** What an error of the socket means. */
export function socketTrouble(error: Error & { code?: string }, context: TroubleContext): BrokerTrouble {
  // Several addresses of one name were tried; the first speaks for them.
  const first = error instanceof AggregateError ? (error.errors[0] as Error & { code?: string }) : error;
  const code = first.code ?? error.code ?? 'unknown';
  const ofSocket = SOCKET_TROUBLES[code];
  if (ofSocket !== undefined) return new BrokerTrouble(code, ofSocket(context));
  const ofTls = TLS_TROUBLES.find(([pattern]) => pattern.test(code));
  if (ofTls !== undefined) return new BrokerTrouble(code, ofTls[1](context, shorten(first.message)));
  if (code === 'ECONNRESET' || code === 'EPIPE') return lost(context);
  return new BrokerTrouble(code, `the connection failed: ${shorten(first.message)}`);
}

/** The connection ended though nobody said goodbye. */
export function lost({ address }: TroubleContext): BrokerTrouble {
  return new BrokerTrouble(
    'lost',
    `the connection was closed by ${address.host}; if it comes again at once, see the broker's log`,
  );
}

/** CONNACK codes of MQTT 3.1.1 (§3.2.2.3) in those of MQTT 5 (§3.2.2.2), which say the same. */
const REASON_OF_RETURN_CODE: readonly number[] = [0, 132, 133, 136, 134, 135];

const UNSUPPORTED_VERSION = 132;

/** Reason codes of CONNACK, SUBACK and DISCONNECT (MQTT 5 §2.4). */
const REASONS: Readonly<Record<number, (context: TroubleContext) => string>> = {
  [UNSUPPORTED_VERSION]: ({ protocolVersion }) =>
    protocolVersion === 5
      ? 'the broker does not speak MQTT 5; set mqtt-broker-version to 3.1.1'
      : 'the broker does not speak MQTT 3.1.1; set mqtt-broker-version to 5',
  133: ({ clientId }) => `the broker does not take the client id ${clientId}; set mqtt-broker-client-id`,
  134: ({ user }) => `${credentials(user)} wrong; correct mqtt-broker-user and the file mqtt-broker-password-file`,
  135: ({ user }) =>
    `not authorised: the broker does not let in ${user === undefined ? 'clients without a user name' : `the user ${user}`}, or the password is wrong; see mqtt-broker-user, mqtt-broker-password-file and the broker's access list`,
  136: () => 'the broker is not available; it is tried again until it is',
  137: () => 'the broker is busy; it is tried again until it is not',
  138: () => 'the broker has banned this client; see its list of banned clients',
  139: () => 'the broker is shutting down; it is tried again until it is back',
  141: () => 'the broker heard nothing from us for too long; see the network between',
  142: ({ clientId }) =>
    `another client connected with the same client id ${clientId}; give each process its own mqtt-broker-client-id`,
  147: () => 'the broker says that more messages are in flight than it allows; report this',
  149: () => 'the broker says that a packet of ours was too large; report this',
  151: () => "a quota of the broker is used up; see the broker's limits",
  152: () => 'an administrator of the broker closed the connection',
  156: () => 'the broker says that another one serves us; correct mqtt-broker-url',
  157: () => 'the broker has moved; correct mqtt-broker-url',
  158: () => 'the broker has no shared subscriptions; leave mqtt-broker-share out, or use a broker that has them',
  159: () => 'the broker takes no more connections at this rate; it is tried again',
  162: () => 'the broker has no wildcard subscriptions; list full topics in mqtt-broker-topics',
};

/** A CONNACK that is a refusal. `code` is that of the protocol version in use. */
export function refusal(code: number, text: string | undefined, context: TroubleContext): BrokerTrouble {
  // A broker of MQTT 3.1.1 answers a CONNECT of MQTT 5 in its own way: 1 is its unsupported version.
  const reason = context.protocolVersion === 4 || code === 1 ? (REASON_OF_RETURN_CODE[code] ?? code) : code;
  return goodbye(reason, text, context);
}

/** A DISCONNECT of the broker (MQTT 5), or a reason code of another packet. `text` is its own reason string. */
export function goodbye(reason: number, text: string | undefined, context: TroubleContext): BrokerTrouble {
  const known = REASONS[reason]?.(context) ?? `the broker gave the reason code ${reason}; see its log`;
  const own = text === undefined ? '' : ` (the broker says: ${shorten(text)})`;
  return new BrokerTrouble(`reason-${reason}`, known + own);
}

function credentials(user: string | undefined): string {
  return user === undefined ? 'no user name was given, or the password is' : `the user name ${user} or its password is`;
}

/** Texts of the other side are shown with a bound and without control characters. */
function shorten(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
}
