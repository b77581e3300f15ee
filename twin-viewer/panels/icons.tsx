import type { ReactNode } from 'react';
import type { Layer } from '../state/layers.ts';

/** 16 × 16, drawn with one line of 1.5 in the text's colour. */
const SHAPES = {
  search: <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14" />,
  eye: <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z" />,
  'eye-off': (
    <path d="M2 2l12 12M6.2 3.8A6 6 0 0 1 8 3.5C12 3.5 14.5 8 14.5 8a13 13 0 0 1-2 2.5M3.6 5.4A12 12 0 0 0 1.5 8S4 12.5 8 12.5a6 6 0 0 0 2.2-.4" />
  ),
  left: <path d="M10 3 5 8l5 5" />,
  right: <path d="m6 3 5 5-5 5" />,
  close: <path d="m3.5 3.5 9 9m0-9-9 9" />,
  play: <path d="M4.5 2.5v11l8.5-5.5Z" />,
  pause: <path d="M5 3v10m6-10v10" />,
  'step-back': <path d="M12 3 6.5 8l5.5 5ZM4 3v10" />,
  'step-forward': <path d="m4 3 5.5 5L4 13ZM12 3v10" />,
  minus: <path d="M3.5 8h9" />,
  plus: <path d="M3.5 8h9M8 3.5v9" />,
  fly: <path d="M8 13A5 5 0 1 0 8 3a5 5 0 0 0 0 10ZM8 1v4m0 6v4M1 8h4m6 0h4" />,
  link: (
    <path d="M6.5 9.5 9.5 6.5M7.5 4.5l1.3-1.3a2.8 2.8 0 0 1 4 4L11.5 8.5M8.5 11.5l-1.3 1.3a2.8 2.8 0 0 1-4-4L4.5 7.5" />
  ),
  north: <path d="M8 1.5 12 14l-4-3-4 3Z" />,
  layers: <path d="m8 2 6 3-6 3-6-3ZM2 8l6 3 6-3M2 11l6 3 6-3" />,
  list: <path d="M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5" />,
  clock: <path d="M8 14.5A6.5 6.5 0 1 0 8 1.5a6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5" />,
  help: <path d="M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 11.6v.4M8 14.5A6.5 6.5 0 1 0 8 1.5a6.5 6.5 0 0 0 0 13Z" />,
  building: <path d="M3.5 14V2.5h6V14M9.5 6.5h3V14M1.5 14h13M5.5 5h2M5.5 8h2M5.5 11h2" />,
  place: <path d="M8 14.5S3 9.8 3 6.5a5 5 0 0 1 10 0c0 3.3-5 8-5 8ZM8 8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z" />,
  'traffic-detector': <path d="M5 1.5h6v13H5ZM8 4.5v.2M8 8v.2M8 11.3v.2" />,
  parking: <path d="M2.5 2.5h11v11h-11ZM6.3 11.5v-7H8.5a2 2 0 0 1 0 4.2H6.3" />,
  'air-station': <path d="M2 5.5h7.5a2 2 0 1 0-2-2M2 8.5h10a2 2 0 1 1-2 2M2 11.5h5a1.5 1.5 0 1 1-1.5 1.5" />,
  'weather-station': (
    <path d="M4.5 12.5a3 3 0 0 1 .3-6A3.8 3.8 0 0 1 12 7.5a2.5 2.5 0 0 1-.5 5ZM4.5 3.5 3.8 2.8M8 3V1.8" />
  ),
  'water-level': (
    <path d="M1.5 6c1.6 0 1.6 1 3.2 1S6.3 6 8 6s1.6 1 3.2 1 1.7-1 3.3-1M1.5 10.5c1.6 0 1.6 1 3.2 1s1.6-1 3.3-1 1.6 1 3.2 1 1.7-1 3.3-1" />
  ),
  substation: <path d="M9 1.5 3.5 9H8l-1 5.5L12.5 7H8Z" />,
  'power-plant': <path d="M1.5 14V8l4 2.5V8l4 2.5V4h4v10ZM10 4V1.5m3 2.5V1.5" />,
  'water-plant': <path d="M8 1.5S3.5 6.8 3.5 10a4.5 4.5 0 0 0 9 0C12.5 6.8 8 1.5 8 1.5Z" />,
  'bus-stop': <path d="M3 2.5h10v9H3ZM3 7.5h10M4.5 11.5v2m7-2v2M5.5 9.5h.2m4.8 0h.2" />,
  'building-energy': <path d="M3 14V2h7v5M1.5 14H8M5.5 5h2M5.5 8h1.5M12 8l-2.5 3.5h3L10.5 15" />,
  other: <path d="M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />,
} satisfies Record<Layer | string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Decoration: whoever uses it says in words what it means. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  );
}
