import { DataType, DataValue, StatusCodes, Variant, VariantArrayType } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { rawDataValue, readingOf } from './opcua-value.ts';

const T0 = Date.UTC(2026, 10, 23);

function read(value: Variant, statusCode = StatusCodes.Good) {
  return readingOf('pump', 'x', new DataValue({ value, statusCode, sourceTimestamp: new Date(T0) }));
}

test.each([
  ['a Double', { dataType: DataType.Double, value: 1.5 }, 1.5],
  ['an Int16', { dataType: DataType.Int16, value: -3 }, -3],
  ['an Int64 below zero', { dataType: DataType.Int64, value: [0xffffffff, 0xfffffffe] }, -2],
  ['a UInt64', { dataType: DataType.UInt64, value: [1, 2] }, 4_294_967_298],
  ['a Boolean', { dataType: DataType.Boolean, value: false }, false],
  ['a String', { dataType: DataType.String, value: 'open' }, 'open'],
  ['a LocalizedText', { dataType: DataType.LocalizedText, value: { locale: 'zh', text: '开' } }, '开'],
  ['a DateTime', { dataType: DataType.DateTime, value: new Date(T0) }, '2026-11-23T00:00:00.000Z'],
] as const)('%s is read as it is', (_, options, value) => {
  const given = new Variant({ ...options, arrayType: VariantArrayType.Scalar } as ConstructorParameters<
    typeof Variant
  >[0]);
  expect(read(given)).toEqual({ thing: 'pump', property: 'x', value, time: T0, status: STATUS_CODES.Good });
});

test('bad has no value, whatever the server sends along', () => {
  const reading = read(new Variant({ dataType: DataType.Double, value: 9 }), StatusCodes.BadSensorFailure);
  expect(reading).toMatchObject({ value: undefined, status: STATUS_CODES.BadSensorFailure });
});

test('uncertain keeps its value and its status', () => {
  const reading = read(new Variant({ dataType: DataType.Double, value: 9 }), StatusCodes.UncertainLastUsableValue);
  expect(reading).toMatchObject({ value: 9, status: STATUS_CODES.UncertainLastUsableValue });
});

test('an array is no observation and is told as bad', () => {
  const list = new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1, 2] });
  expect(read(list)).toMatchObject({ value: undefined, status: STATUS_CODES.BadTypeMismatch });
});

test('what has not been measured yet is no reading', () => {
  expect(read(new Variant({ dataType: DataType.Null }), StatusCodes.BadWaitingForInitialData)).toBeUndefined();
  expect(read(new Variant({ dataType: DataType.Null }))).toBeUndefined();
});

test('the source time is kept to the microsecond, and absent where the server sends none', () => {
  const value = new Variant({ dataType: DataType.Double, value: 1 });
  const micros = new DataValue({ value, sourceTimestamp: new Date(T0 + 7), sourcePicoseconds: 123_000_000 });
  expect(readingOf('pump', 'x', micros)?.time).toBe(T0 + 7.123);
  expect(readingOf('pump', 'x', new DataValue({ value, sourceTimestamp: null }))?.time).toBeUndefined();
});

test('a DataValue can be looked at as it came, whatever it holds', () => {
  const raw = rawDataValue(
    'ns=1;s=pump',
    new DataValue({ value: { dataType: DataType.Double, value: 3.5 }, sourceTimestamp: new Date(T0) }),
  );
  expect(JSON.parse(raw)).toMatchObject({
    nodeId: 'ns=1;s=pump',
    dataValue: { value: { dataType: 'Double', value: 3.5 }, sourceTimestamp: new Date(T0).toISOString() },
  });
});
