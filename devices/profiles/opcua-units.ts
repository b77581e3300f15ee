/**
 * UCUM codes and the EngineeringUnits of OPC UA (EUInformation, OPC 10000-8 §5.6.4.3).
 *
 * OPC UA recommends UNECE Recommendation 20 common codes: `unitId` holds the code's ASCII characters as a big-endian
 * number, `namespaceUri` says so, `displayName` is the symbol. A unit that Recommendation 20 lacks goes by UCUM itself:
 * `namespaceUri` is UCUM's, `unitId` is −1, `displayName` the UCUM code.
 */
export interface EngineeringUnits {
  readonly namespaceUri: string;
  readonly unitId: number;
  /** Symbol. */
  readonly displayName: string;
}

export const UNECE_NAMESPACE = 'http://www.opcfoundation.org/UA/units/un/cefact';
export const UCUM_NAMESPACE = 'http://unitsofmeasure.org';

/** [UCUM, common code of UNECE Recommendation 20, symbol]. Where codes share a UCUM code, the first is the one we write. */
const UNITS: readonly (readonly [ucum: string, code: string, symbol: string])[] = [
  ['1', 'C62', '1'],
  ['%', 'P1', '%'],
  ['A', 'AMP', 'A'],
  ['V', 'VLT', 'V'],
  ['kV', 'KVT', 'kV'],
  ['W', 'WTT', 'W'],
  ['kW', 'KWT', 'kW'],
  ['MW', 'MAW', 'MW'],
  ['kW.h', 'KWH', 'kW·h'],
  ['MW.h', 'MWH', 'MW·h'],
  ['J', 'JOU', 'J'],
  ['kJ', 'KJO', 'kJ'],
  ['Hz', 'HTZ', 'Hz'],
  ['{r}/min', 'RPM', 'r/min'],
  ['Cel', 'CEL', '°C'],
  ['K', 'KEL', 'K'],
  ['[degF]', 'FAH', '°F'],
  ['Pa', 'PAL', 'Pa'],
  ['hPa', 'A97', 'hPa'],
  ['kPa', 'KPA', 'kPa'],
  ['MPa', 'MPA', 'MPa'],
  ['bar', 'BAR', 'bar'],
  ['mbar', 'MBR', 'mbar'],
  ['mm', 'MMT', 'mm'],
  ['cm', 'CMT', 'cm'],
  ['m', 'MTR', 'm'],
  ['km', 'KMT', 'km'],
  ['mm/s', 'C16', 'mm/s'],
  ['m/s', 'MTS', 'm/s'],
  ['km/h', 'KMH', 'km/h'],
  ['deg', 'DD', '°'],
  ['m3', 'MTQ', 'm³'],
  ['L', 'LTR', 'l'],
  ['m3/s', 'MQS', 'm³/s'],
  ['m3/h', 'MQH', 'm³/h'],
  ['L/s', 'G51', 'l/s'],
  ['L/min', 'L2', 'l/min'],
  ['kg', 'KGM', 'kg'],
  ['t', 'TNE', 't'],
  ['kg/s', 'KGS', 'kg/s'],
  ['t/h', 'E18', 't/h'],
  ['mg/m3', 'GP', 'mg/m³'],
  ['ug/m3', 'GQ', 'µg/m³'],
  ['mg/L', 'M1', 'mg/l'],
  ['[pH]', 'Q30', 'pH'],
  ['s', 'SEC', 's'],
  ['ms', 'C26', 'ms'],
  ['min', 'MIN', 'min'],
  ['h', 'HUR', 'h'],
];

const BY_UCUM = new Map(UNITS.map((unit) => [unit[0], unit] as const).reverse());
const BY_UNIT_ID = new Map(UNITS.map((unit) => [unitIdOf(unit[1]), unit[0]] as const).reverse());

export function engineeringUnitsOf(ucum: string): EngineeringUnits {
  const unit = BY_UCUM.get(ucum);
  if (unit === undefined) return { namespaceUri: UCUM_NAMESPACE, unitId: -1, displayName: ucum };
  return { namespaceUri: UNECE_NAMESPACE, unitId: unitIdOf(unit[1]), displayName: unit[2] };
}

/**
 * The UCUM code of EngineeringUnits; for a unit the table lacks, its symbol in braces, which UCUM calls an annotation
 * and everybody can read. Undefined where there is not even a symbol.
 */
export function ucumOf(units: EngineeringUnits): string | undefined {
  if (units.namespaceUri === UCUM_NAMESPACE) return units.displayName === '' ? undefined : units.displayName;
  const known = BY_UNIT_ID.get(units.unitId);
  if (known !== undefined) return known;
  const symbol = units.displayName.replaceAll(/[{}]/g, '').trim();
  return symbol === '' ? undefined : `{${symbol}}`;
}

function unitIdOf(commonCode: string): number {
  let id = 0;
  for (const character of commonCode) id = id * 256 + character.charCodeAt(0);
  return id;
}
