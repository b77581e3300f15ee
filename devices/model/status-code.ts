/**
 * OPC UA StatusCode: uint32, severity in bits 31–30 (00 good, 01 uncertain, 10 and 11 bad).
 * OPC 10000-4 §7.39; the numbers are those of OPC 10000-6 annex A.2.
 */
export type StatusCode = number;

export type StatusSeverity = 'good' | 'uncertain' | 'bad';

export const STATUS_CODES = {
  Good: 0x00000000,
  Uncertain: 0x40000000,
  UncertainNoCommunicationLastUsableValue: 0x408f0000,
  UncertainLastUsableValue: 0x40900000,
  UncertainSubstituteValue: 0x40910000,
  UncertainInitialValue: 0x40920000,
  UncertainSensorNotAccurate: 0x40930000,
  UncertainEngineeringUnitsExceeded: 0x40940000,
  UncertainSubNormal: 0x40950000,
  Bad: 0x80000000,
  BadCommunicationError: 0x80050000,
  BadTimeout: 0x800a0000,
  BadNoCommunication: 0x80310000,
  BadWaitingForInitialData: 0x80320000,
  BadOutOfRange: 0x803c0000,
  BadTypeMismatch: 0x80740000,
  BadConfigurationError: 0x80890000,
  BadNotConnected: 0x808a0000,
  BadDeviceFailure: 0x808b0000,
  BadSensorFailure: 0x808c0000,
  BadOutOfService: 0x808d0000,
} as const satisfies Record<string, StatusCode>;

export type StatusName = keyof typeof STATUS_CODES;

const NAMES = new Map<number, StatusName>(
  Object.entries(STATUS_CODES).map(([name, code]) => [code, name as StatusName]),
);

export function severityOf(status: StatusCode): StatusSeverity {
  const top = status >>> 30;
  return top === 0 ? 'good' : top === 1 ? 'uncertain' : 'bad';
}

/** True without looking at strings: for hot paths. */
export function isBad(status: StatusCode): boolean {
  return status >>> 31 === 1;
}

/** The standard's name; for a code that has none here, its severity's name (`Good`, `Uncertain`, `Bad`). */
export function statusName(status: StatusCode): StatusName {
  const named = NAMES.get((status & 0xffff0000) >>> 0);
  if (named !== undefined) return named;
  const severity = severityOf(status);
  return severity === 'good' ? 'Good' : severity === 'uncertain' ? 'Uncertain' : 'Bad';
}

/**
 * A status as devices write it: a name of the table, `good`/`uncertain`/`bad` in any case, or the uint32.
 * Undefined where it is none of these.
 */
export function parseStatus(given: unknown): StatusCode | undefined {
  if (typeof given === 'number') {
    return Number.isInteger(given) && given >= 0 && given <= 0xffffffff ? given : undefined;
  }
  if (typeof given !== 'string') return undefined;
  if (Object.hasOwn(STATUS_CODES, given)) return STATUS_CODES[given as StatusName];
  switch (given.toLowerCase()) {
    case 'good':
      return STATUS_CODES.Good;
    case 'uncertain':
      return STATUS_CODES.Uncertain;
    case 'bad':
      return STATUS_CODES.Bad;
    default:
      return undefined;
  }
}
