import { type KnownThingType, THING_TYPES } from '#devices/model/thing.ts';

/** What the screen can show or hide as one: a known type of Thing, or all that is of no known type. */
export const LAYERS = [...THING_TYPES, 'other'] as const;
export type Layer = (typeof LAYERS)[number];

export function layerOf(type: string): Layer {
  return THING_TYPES.includes(type as KnownThingType) ? (type as KnownThingType) : 'other';
}

export function isLayer(text: string): text is Layer {
  return LAYERS.includes(text as Layer);
}
