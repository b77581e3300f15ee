import type { KnownThingType } from '#devices/model/thing.ts';
import { air } from './air.ts';
import { buildingEnergy } from './building-energy.ts';
import { busStop } from './bus-stop.ts';
import { other } from './other.ts';
import { parking } from './parking.ts';
import { powerPlant } from './power-plant.ts';
import type { Behaviour } from './subject.ts';
import { substation } from './substation.ts';
import { traffic } from './traffic.ts';
import { waterLevel } from './water-level.ts';
import { waterPlant } from './water-plant.ts';
import { weatherStation } from './weather-station.ts';

export const BEHAVIOURS: Readonly<Record<KnownThingType, Behaviour>> = {
  'traffic-detector': traffic,
  parking,
  'air-station': air,
  'weather-station': weatherStation,
  'water-level': waterLevel,
  substation,
  'power-plant': powerPlant,
  'water-plant': waterPlant,
  'bus-stop': busStop,
  'building-energy': buildingEnergy,
};

export function behaviourOf(type: string | undefined): Behaviour {
  return type !== undefined && Object.hasOwn(BEHAVIOURS, type) ? BEHAVIOURS[type as KnownThingType] : other;
}
