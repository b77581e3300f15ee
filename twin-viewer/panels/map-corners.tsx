import { useStore } from 'zustand/react';
import { lengthText, placeText } from './format/place-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { scaleBar } from './scale-bar.ts';
import { useIsPhone } from './use-media.ts';
import { useBeat, useViewer } from './viewer.ts';

const BAR_PIXELS = { desk: 110, phone: 64 };

/** What a map owes its reader: scale, north, where this is, and whose data it is. */
export function MapCorners() {
  const { city, view, scene } = useViewer();
  useBeat();
  const camera = useStore(view, (state) => state.camera);
  const open = useStore(scene, (state) => state.scene);
  const { t } = useWords();
  const scale = open?.scale();
  return (
    <div className="corners">
      {scale !== undefined && Number.isFinite(scale.metresPerPixel) && scale.metresPerPixel > 0 && (
        <div className="corner-left">
          <button
            type="button"
            className="quiet square north"
            aria-label={t('scene.north')}
            title={t('scene.north')}
            onClick={() => {
              if (camera !== undefined) open?.flyTo({ ...camera, headingDegrees: 0 });
            }}
          >
            <span style={{ rotate: `${-scale.headingDegrees}deg` }}>
              <Icon name="north" />
            </span>
          </button>
          <ScaleBar metresPerPixel={scale.metresPerPixel} />
          {camera !== undefined && (
            <span className="tabular coordinates" title={t('corner.coordinates')}>
              {placeText({ lon: camera.lon, lat: camera.lat })}
            </span>
          )}
        </div>
      )}
      <div className="corner-right">{city.attribution.join(' · ')}</div>
    </div>
  );
}

function ScaleBar({ metresPerPixel }: { readonly metresPerPixel: number }) {
  const { t } = useWords();
  const { metres, pixels } = scaleBar(metresPerPixel, useIsPhone() ? BAR_PIXELS.phone : BAR_PIXELS.desk);
  const length = lengthText(metres);
  return (
    <span className="scale" role="img" aria-label={t('corner.scale', { length })}>
      <span className="scale-bar" style={{ width: pixels }} />
      {length}
    </span>
  );
}
