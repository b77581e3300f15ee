import { expect, test } from 'vitest';
import { THING_TEMPLATES } from '../catalog/thing-templates.ts';
import { engineeringUnitsOf, UCUM_NAMESPACE, UNECE_NAMESPACE, ucumOf } from './opcua-units.ts';

test('every unit of the templates survives the way to EngineeringUnits and back', () => {
  const units = Object.values(THING_TEMPLATES).flatMap(({ datastreams }) =>
    datastreams.flatMap(({ unit }) => unit ?? []),
  );
  for (const unit of new Set(units)) expect(ucumOf(engineeringUnitsOf(unit)), unit).toBe(unit);
});

test('degree Celsius is CEL of UNECE Recommendation 20: 4408652', () => {
  // The example of OPC 10000-8 §5.6.4.3.
  expect(engineeringUnitsOf('Cel')).toEqual({ namespaceUri: UNECE_NAMESPACE, unitId: 4_408_652, displayName: '°C' });
});

test('a unit that Recommendation 20 lacks goes by UCUM', () => {
  expect(engineeringUnitsOf('{NTU}')).toEqual({ namespaceUri: UCUM_NAMESPACE, unitId: -1, displayName: '{NTU}' });
});

test('a unit that the table lacks is shown by its symbol', () => {
  expect(ucumOf({ namespaceUri: UNECE_NAMESPACE, unitId: 12_345_678, displayName: 'gal/{min}' })).toBe('{gal/min}');
  expect(ucumOf({ namespaceUri: '', unitId: 0, displayName: ' ' })).toBeUndefined();
});
