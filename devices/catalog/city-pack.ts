import type { LocalizedText } from '../model/localized-text.ts';
import type { LonLatBox } from '../model/location.ts';
import type { ThingSpec } from '../model/thing.ts';

/**
 * A CityPack is one folder that is a whole city and works offline:
 *
 *   city.json      CityManifest
 *   areas.json     Area[]
 *   labels.json    CityLabel[]
 *   catalog.json   PackThing[]: the Things of the demo fleet, placed on real features
 *   features/…     the source features in the pack's own compact form; only `tilesets` reads it
 *
 * Built (`npm run tiles -- build PACK --out DIR`) it becomes DIR with city.json, areas.json, labels.json copied and
 *   tileset.json   3D Tiles 1.1; buildings and ground layers
 */
export interface CityManifest {
  /** `astana`: folder name, URL part and value of `--city`. */
  readonly id: string;
  readonly name: LocalizedText;
  /** IANA time zone in which the screen shows times, e.g. `Asia/Almaty`. */
  readonly timeZone: string;
  readonly bounds: LonLatBox;
  /** Where the camera opens. */
  readonly home: CameraView;
  /** Numbered views, keys 1–9. */
  readonly views: readonly { readonly name: LocalizedText; readonly camera: CameraView }[];
  /** Shown on screen whenever the data is shown, e.g. `© OpenStreetMap contributors`. */
  readonly attribution: readonly string[];
}

/** Camera by the point it looks at: target on the ground, how far and from where. */
export interface CameraView {
  readonly lon: number;
  readonly lat: number;
  /** Metres from the target. */
  readonly range: number;
  /** Degrees clockwise from north, the direction of view. */
  readonly headingDegrees: number;
  /** Degrees below the horizon, 0–90; 90 looks straight down. */
  readonly pitchDegrees: number;
}

/** A name drawn on the city. */
export interface CityLabel {
  readonly kind: 'district' | 'road' | 'water' | 'green' | 'landmark' | 'place';
  readonly name: LocalizedText;
  readonly lon: number;
  readonly lat: number;
  /** Metres above the ground at which the text stands. */
  readonly height: number;
  /** 0 the most important (districts, the river) … 4 small things seen only near. */
  readonly rank: 0 | 1 | 2 | 3 | 4;
  /** Languages in `name` that are not in the source data but written by us. */
  readonly ours?: readonly ('zh' | 'en')[];
}

/** A Thing of the demo city and how the fleet speaks for it. */
export interface PackThing extends ThingSpec {
  readonly transport: 'mqtt' | 'opcua';
}
