import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import { isLocation } from '#devices/model/location.ts';
import { formatInstant, parseInstant } from '#devices/time/instant.ts';
import { isLayer, type Layer } from './layers.ts';

/** What a link to this screen carries; absent: as the city opens by itself. */
export interface DeepLink {
  readonly camera?: CameraView;
  /** Thing id. */
  readonly thing?: string;
  /** Replayed moment, epoch ms UTC; absent: live. */
  readonly at?: number;
  readonly language?: Language;
  readonly only?: Layer;
  readonly hidden?: readonly Layer[];
}

/**
 * The part of the URL after `#`: `view=lon,lat,range,heading,pitch&thing=ID&at=RFC3339&lang=zh&only=TYPE&hide=TYPE,TYPE`.
 * In the fragment, so that a server's log holds no one's whereabouts.
 */
export function formatDeepLink(link: DeepLink): string {
  const parts = new URLSearchParams();
  if (link.camera !== undefined) {
    const { lon, lat, range, headingDegrees, pitchDegrees } = link.camera;
    parts.set(
      'view',
      [lon.toFixed(6), lat.toFixed(6), range.toFixed(0), headingDegrees.toFixed(1), pitchDegrees.toFixed(1)].join(','),
    );
  }
  if (link.thing !== undefined) parts.set('thing', link.thing);
  if (link.at !== undefined) parts.set('at', formatInstant(link.at));
  if (link.language !== undefined) parts.set('lang', link.language);
  if (link.only !== undefined) parts.set('only', link.only);
  if (link.hidden !== undefined && link.hidden.length > 0) parts.set('hide', link.hidden.join(','));
  return parts.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** Reads a fragment, with or without `#`. What is not understood is left out: a link of yesterday still opens. */
export function parseDeepLink(fragment: string): DeepLink {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  const camera = parseCamera(parts.get('view'));
  const thing = parts.get('thing');
  const at = parseInstant(parts.get('at'));
  const language = parts.get('lang');
  const only = parts.get('only');
  const hidden = (parts.get('hide') ?? '').split(',').filter(isLayer);
  return {
    ...(camera !== undefined && { camera }),
    ...(thing !== null && thing !== '' && { thing }),
    ...(at !== undefined && { at }),
    ...((language === 'zh' || language === 'en') && { language }),
    ...(only !== null && isLayer(only) && { only }),
    ...(hidden.length > 0 && { hidden }),
  };
}

function parseCamera(text: string | null): CameraView | undefined {
  if (text === null) return undefined;
  const numbers = text.split(',').map(Number);
  const [lon = Number.NaN, lat = Number.NaN, range = 0, headingDegrees = 0, pitchDegrees = 0] = numbers;
  const isView =
    numbers.length === 5 &&
    numbers.every(Number.isFinite) &&
    isLocation(lon, lat) &&
    range > 0 &&
    pitchDegrees >= 0 &&
    pitchDegrees <= 90;
  return isView ? { lon, lat, range, headingDegrees, pitchDegrees } : undefined;
}
