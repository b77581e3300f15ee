import type { Location } from '#devices/model/location.ts';

/** `51.1587 N 71.4301 E`, and the height where there is one. Four decimals are about 10 m. */
export function placeText(location: Location): string {
  const { lat, lon, height } = location;
  const where = `${Math.abs(lat).toFixed(4)} ${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(4)} ${lon < 0 ? 'W' : 'E'}`;
  return height === undefined ? where : `${where} · ${height.toFixed(0)} m`;
}

/** A length on the ground: `500 m`, `2 km`. */
export function lengthText(metres: number): string {
  return metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
}
