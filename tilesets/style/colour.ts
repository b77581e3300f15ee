/** Linear light, 0–1 each, as glTF's COLOR_0 is (glTF 2.0 §3.7.2.1). */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#RRGGBB` as a designer writes it (sRGB, IEC 61966-2-1) to linear light. */
export function fromHex(hex: string): Colour {
  const channel = (at: number) => {
    const encoded = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** `a` at 0, `b` at 1. */
export function mix(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}
