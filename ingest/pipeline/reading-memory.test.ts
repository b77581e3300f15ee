import { expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { ReadingMemory } from './reading-memory.ts';

const NOW = Date.UTC(2026, 0, 1);
const { Good, Uncertain, UncertainEngineeringUnitsExceeded, BadSensorFailure } = STATUS_CODES;

test.each([
  ['Good', NOW, Good, Good],
  ['Uncertain by its source', NOW, Uncertain, Uncertain],
  ['Good, and marked because its clock runs ahead', NOW + 60_000, Uncertain, Good],
  ['Good, and marked because it is out of range', NOW, UncertainEngineeringUnitsExceeded, Good],
  ['Bad by its source', NOW, BadSensorFailure, BadSensorFailure],
])('what was stored before a restart and comes again as it was sent, %s, is a duplicate', (_, time, stored, sent) => {
  const memory = new ReadingMemory();
  const batch = createBatch(1);
  appendObservation(batch, 3, time, NOW, 7, stored, 0);
  memory.restore({ batch, texts: [] });
  expect(memory.duplicates.isDuplicate(3, time, 7, sent)).toBe(true);
});
