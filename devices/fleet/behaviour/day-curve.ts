import { smoothStep } from './chance.ts';

/** A bell over the hours of a day, 1 at `peak`, 0 from `width` hours away; midnight is crossed rightly. */
export function bell(hour: number, peak: number, width: number): number {
  const apart = Math.abs(((((hour - peak) % 24) + 36) % 24) - 12);
  return smoothStep(1 - apart / width);
}

/** Road traffic, 0–1: two rush hours on working days, one broad afternoon at weekends. */
export function trafficDemand(hour: number, weekend: boolean): number {
  const base = 0.08 + 0.42 * bell(hour, 14, 8.5);
  const rush = weekend ? 0.12 * bell(hour, 15, 5) : 0.48 * bell(hour, 8.4, 2) + 0.5 * bell(hour, 18.4, 2.6);
  return Math.min(1, base + rush);
}

/** Electric load of a city, 0–1: a morning shoulder and an evening peak over a base that never sleeps. */
export function cityLoad(hour: number, weekend: boolean): number {
  return 0.58 + 0.18 * bell(hour, 10, 5) + (weekend ? 0.16 : 0.22) * bell(hour, 19.5, 4.5);
}
