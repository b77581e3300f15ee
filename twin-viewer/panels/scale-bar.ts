/** The roundest length (1, 2 or 5 times a power of ten, metres) whose bar is at most `maxPixels` wide. */
export function scaleBar(
  metresPerPixel: number,
  maxPixels: number,
): { readonly metres: number; readonly pixels: number } {
  const most = metresPerPixel * maxPixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  return { metres, pixels: metres / metresPerPixel };
}
