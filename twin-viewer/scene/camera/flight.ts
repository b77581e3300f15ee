import type { CameraView } from '#devices/catalog/city-pack.ts';
import { metresPerDegree } from './local-frame.ts';

/** A way from one view to another; `at(0)` is the first, `at(1)` the last. */
export interface Flight {
  readonly durationMs: number;
  at(share: number): CameraView;
}

const LONGEST_MS = 1500;
const SHORTEST_MS = 350;

/**
 * Eases out. Range goes by its logarithm, so that zooming feels even; a way much longer than what the camera sees
 * rises in between, so that the city is seen going by and not a smear.
 */
export function flight(from: CameraView, to: CameraView): Flight {
  const metres = metresPerDegree(from.lat);
  const way = Math.hypot((to.lon - from.lon) * metres.lon, (to.lat - from.lat) * metres.lat);
  const sight = Math.max(from.range, to.range);
  const hump = Math.log(Math.max(1, way / (3 * sight)));
  const turn = shortestTurn(from.headingDegrees, to.headingDegrees);
  const zoom = Math.log(to.range / from.range);
  const effort = way / sight + Math.abs(zoom) + Math.abs(turn) / 90;
  return {
    durationMs: Math.min(LONGEST_MS, SHORTEST_MS + 350 * effort),
    at: (share) => {
      if (share >= 1) return to;
      const t = easeOut(Math.max(0, share));
      return {
        lon: from.lon + (to.lon - from.lon) * t,
        lat: from.lat + (to.lat - from.lat) * t,
        range: from.range * Math.exp(zoom * t + hump * 4 * t * (1 - t)),
        headingDegrees: from.headingDegrees + turn * t,
        pitchDegrees: from.pitchDegrees + (to.pitchDegrees - from.pitchDegrees) * t,
      };
    },
  };
}

/** Cubic ease-out on [0, 1]. */
export function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

/** Degrees to turn, −180…180, the short way round. */
export function shortestTurn(from: number, to: number): number {
  const turn = (((to - from) % 360) + 540) % 360;
  return turn - 180;
}
