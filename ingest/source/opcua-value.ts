import { DataType, type DataValue, type Variant, VariantArrayType } from 'node-opcua-client';
import type { ResultType } from '#devices/model/datastream.ts';
import { isBad, STATUS_CODES } from '#devices/model/status-code.ts';
import type { Reading } from './source.ts';

/** What an OPC UA data type becomes; undefined for one that is no observation: arrays, structures, byte strings. */
export function resultTypeOf(dataType: DataType): ResultType | undefined {
  switch (dataType) {
    case DataType.Boolean:
      return 'boolean';
    case DataType.SByte:
    case DataType.Byte:
    case DataType.Int16:
    case DataType.UInt16:
    case DataType.Int32:
    case DataType.UInt32:
    case DataType.Int64:
    case DataType.UInt64:
    case DataType.Float:
    case DataType.Double:
    // The abstract types, of which a value is one of the above.
    case DataType.Variant:
      return 'number';
    case DataType.String:
    case DataType.LocalizedText:
    case DataType.DateTime:
      return 'text';
    default:
      return undefined;
  }
}

/**
 * A DataValue as a reading; undefined where it is none: the server still waits for its first value, or holds Null without
 * calling it Bad. Bad: no value. A value that is no observation (an array, a structure) is told as BadTypeMismatch.
 */
export function readingOf(thing: string, property: string, dataValue: DataValue): Reading | undefined {
  const status = dataValue.statusCode.value;
  if ((status & 0xffff0000) >>> 0 === STATUS_CODES.BadWaitingForInitialData) return undefined;
  const time = sourceTimeOf(dataValue);
  if (isBad(status)) return { thing, property, value: undefined, time, status };
  const variant = dataValue.value;
  if (variant === undefined || variant.dataType === DataType.Null || variant.value === null) return undefined;
  const value = plainValue(variant);
  if (value === undefined) return { thing, property, value, time, status: STATUS_CODES.BadTypeMismatch };
  return { thing, property, value, time, status };
}

/** SourceTimestamp to the microsecond, epoch ms; undefined where the server sends none. */
export function sourceTimeOf(dataValue: DataValue): number | undefined {
  const { sourceTimestamp } = dataValue;
  if (sourceTimestamp === null) return undefined;
  // node-opcua keeps what a Date cannot hold, all below the millisecond, in picoseconds.
  const micros = Math.floor((dataValue.sourcePicoseconds ?? 0) / 1_000_000);
  return sourceTimestamp.getTime() + micros / 1000;
}

/** A DataValue with its NodeId as JSON, for engineers who want to see what a reading was made of. Never throws. */
export function rawDataValue(nodeId: string, dataValue: DataValue): string {
  try {
    return JSON.stringify({ nodeId, dataValue: dataValue.toJSON() as unknown });
  } catch {
    return JSON.stringify({ nodeId, dataValue: dataValue.toString() });
  }
}

function plainValue(variant: Variant): number | boolean | string | undefined {
  if (variant.arrayType !== VariantArrayType.Scalar) return undefined;
  const { value } = variant;
  if (variant.dataType === DataType.Int64 || variant.dataType === DataType.UInt64) return wideInteger(value, variant);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (variant.dataType === DataType.LocalizedText && typeof value?.text === 'string') return value.text;
  return undefined;
}

/** 64 bits as [high, low] uint32, two's complement where signed. Beyond 2^53 the nearest double. */
function wideInteger(value: unknown, { dataType }: Variant): number | undefined {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) return undefined;
  const bits = (BigInt(value[0] >>> 0) << 32n) | BigInt(value[1] >>> 0);
  return Number(dataType === DataType.Int64 ? BigInt.asIntN(64, bits) : bits);
}
