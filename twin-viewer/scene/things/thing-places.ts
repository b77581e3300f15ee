import { type LocalFrame, localFromDegrees } from '../camera/local-frame.ts';
import type { SceneThing } from '../city-scene.ts';
import { spaceFillingOrder } from './space-filling-order.ts';
import { thinningSpacing } from './thinning.ts';

/** Metres by which a Thing on the ground is lifted, so that its dot does not sink into roads and lawns. */
const LIFT = 2;

/**
 * Where the placed Things are, in the order of a space-filling curve. A place in that order is a slot: the currency
 * of everything below the scene, as the Thing's number is above it.
 */
export interface ThingPlaces {
  readonly count: number;
  /** Thing number by slot, length `count`. */
  readonly thingOfSlot: Uint32Array;
  /** Slot by Thing number, −1 where it is unplaced; length: all Things. */
  readonly slotOfThing: Int32Array;
  /** East, north, up in metres by slot, length 3 × `count`. */
  readonly local: Float64Array;
}

export function thingPlaces(things: readonly SceneThing[], frame: LocalFrame): ThingPlaces {
  const placed: number[] = [];
  for (let thing = 0; thing < things.length; thing++) if (things[thing]?.location !== undefined) placed.push(thing);
  const unsorted = new Float64Array(placed.length * 3);
  for (let i = 0; i < placed.length; i++) {
    const location = things[placed[i] as number]?.location;
    if (location === undefined) continue;
    localFromDegrees(frame, location.lon, location.lat, (location.height ?? 0) + LIFT, unsorted, i * 3);
  }
  const order = spaceFillingOrder(unsorted, placed.length, 3);
  const thingOfSlot = new Uint32Array(placed.length);
  const slotOfThing = new Int32Array(things.length).fill(-1);
  const local = new Float64Array(placed.length * 3);
  for (let slot = 0; slot < order.length; slot++) {
    const from = order[slot] as number;
    const thing = placed[from] as number;
    thingOfSlot[slot] = thing;
    slotOfThing[thing] = slot;
    local.set(unsorted.subarray(from * 3, from * 3 + 3), slot * 3);
  }
  return { count: placed.length, thingOfSlot, slotOfThing, local };
}

/** Metres of room by slot among the Things that are shown (`visible` by Thing number; absent: all). */
export function spacingOf(places: ThingPlaces, visible: Uint8Array | undefined): Float32Array {
  const keep = new Uint8Array(places.count).fill(1);
  if (visible !== undefined) {
    for (let slot = 0; slot < places.count; slot++)
      keep[slot] = visible[places.thingOfSlot[slot] as number] === 1 ? 1 : 0;
  }
  return thinningSpacing(places.local, places.count, 3, keep);
}
