import { clamp, fieldNoise, noise, smoothStep } from './chance.ts';

/** The weather at one place and moment. */
export interface Weather {
  /** Air temperature, °C. */
  readonly temperature: number;
  /** Relative humidity, %. */
  readonly humidity: number;
  /** m/s. */
  readonly windSpeed: number;
  /** Degrees clockwise from north, where the wind comes from, 0 ≤ d < 360. */
  readonly windDirection: number;
  /** Air pressure at the station, hPa. */
  readonly pressure: number;
  /** Precipitation, mm/h of water. */
  readonly rain: number;
}

/**
 * Monthly mean air temperature, °C, January first: a cold continental steppe, rounded after the 1991–2020 normals of
 * Astana (WMO 35188). It gives the demo its season; no one should read climate from it.
 */
const MONTHLY_MEAN = [-14, -13, -6, 6, 14, 20, 20, 18, 12, 4, -5, -12] as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One degree of latitude, km. */
const KM_PER_DEGREE = 111.2;

/**
 * One slowly moving field over the city: a large-scale course over days that all stations share, and local
 * differences some five kilometres wide that drift and change over an hour, so that neighbours agree.
 */
export function weatherAt(seed: number, lon: number, lat: number, time: number, hour: number): Weather {
  const eastKm = lon * KM_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const northKm = lat * KM_PER_DEGREE;
  const days = time / DAY_MS;
  const local = fieldNoise(seed ^ 0x11, eastKm / 5, northKm / 5, time / HOUR_MS);
  const gusts = fieldNoise(seed ^ 0x12, eastKm / 4, northKm / 4, time / (0.2 * HOUR_MS));
  const front = noise(seed ^ 0x13, days / 2.5);
  // Warmest about 15:00, coldest about 3:00; ±4.5 K.
  const daily = 4.5 * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
  const temperature = seasonalMean(time) + daily + 5 * front + 0.9 * local;
  const windSpeed = Math.max(0.2, (4.2 + 3 * noise(seed ^ 0x14, days * 1.7)) * (1 + 0.35 * gusts));
  const rain = rainAt(seed, eastKm, northKm, time);
  return {
    temperature,
    humidity: clamp(68 - 2.2 * daily + 14 * noise(seed ^ 0x15, days * 2) + 4 * local + 4 * rain, 15, 100),
    windSpeed,
    windDirection: (((220 + 110 * noise(seed ^ 0x16, days * 1.3) + 25 * gusts) % 360) + 360) % 360,
    // 1,016 hPa at sea level, some 350 m lower here: 975.
    pressure: 975 - 9 * front + 0.3 * local,
    rain,
  };
}

/** The month's mean at mid-month, straight lines between. */
function seasonalMean(time: number): number {
  const at = new Date(time);
  const month = at.getUTCMonth() + (at.getUTCDate() - 15) / 30.5;
  const from = (Math.floor(month) + 12) % 12;
  const a = MONTHLY_MEAN[from] ?? 0;
  const b = MONTHLY_MEAN[(from + 1) % 12] ?? 0;
  return a + (b - a) * (month - Math.floor(month));
}

/** Showers about six kilometres wide that drift north-east at some 20 km/h, on about one day in three. */
function rainAt(seed: number, eastKm: number, northKm: number, time: number): number {
  const wet = smoothStep((noise(seed ^ 0x17, time / (1.2 * DAY_MS)) - 0.25) * 2);
  if (wet === 0) return 0;
  const hours = time / HOUR_MS;
  const cell = fieldNoise(seed ^ 0x18, (eastKm - 14 * hours) / 6, (northKm - 14 * hours) / 6, hours);
  return wet * 7 * smoothStep((cell - 0.1) * 1.6);
}
