import type { Location } from '#devices/model/location.ts';
import type { Priority } from '#devices/model/priority.ts';
import type { DatastreamJson, ThingJson } from '#devices/wire/api.ts';
import { APPEARANCE_CODE } from '../state/thing-states.ts';
import { deltaText } from './format/age-text.ts';
import { placeText } from './format/place-text.ts';
import { intervalText } from './format/source-text.ts';
import { areaName } from './format/thing-name.ts';
import { unitText } from './format/unit-text.ts';
import { limitText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Mark } from './mark.tsx';
import { SourceFacts } from './source-facts.tsx';
import { useCityTime } from './use-city-time.ts';
import { useReading, useViewer } from './viewer.ts';

/** Where a reading comes from, as an engineer wants to know it. */
export function ThingFacts({ thing, stream }: { readonly thing: ThingJson; readonly stream: DatastreamJson }) {
  const { areas } = useViewer();
  const { t, language } = useWords();
  const reading = useReading(stream.index);
  const time = useCityTime();
  const area = areaName(areas, thing.area, language);
  return (
    <dl className="facts">
      <Limits stream={stream} />
      <dt>{t('thing.source')}</dt>
      <dd>
        <code>{sourceAddress(thing, stream)}</code>
      </dd>
      <SourceFacts thing={thing} />
      <dt>{t('interval.title')}</dt>
      <dd>{intervalText(stream, t)}</dd>
      <dt>{t('thing.sourceTime')}</dt>
      <dd className="tabular">{reading === undefined ? '—' : time.full(reading.time)}</dd>
      <dt>{t('thing.received')}</dt>
      <dd className="tabular">
        {reading === undefined ? t('thing.noReceived') : deltaText(reading.receivedTime - reading.time)}
      </dd>
      <dt>{t('thing.position')}</dt>
      <dd className="tabular">
        {thing.location === undefined ? t('thing.noPosition') : placeText(thing.location as Location)}
      </dd>
      {area !== undefined && (
        <>
          <dt>{t('thing.area')}</dt>
          <dd>{area}</dd>
        </>
      )}
      {thing.building !== undefined && (
        <>
          <dt>{t('thing.building')}</dt>
          <dd>
            <code>{thing.building}</code>
          </dd>
        </>
      )}
    </dl>
  );
}

function Limits({ stream }: { readonly stream: DatastreamJson }) {
  const { t } = useWords();
  if (stream.limits === undefined || stream.limits.length === 0) return null;
  const unit = unitText(stream.unit, t);
  return (
    <>
      <dt>{t('thing.limits')}</dt>
      <dd className="limits">
        {stream.limits.map(({ side, value, priority }) => (
          <span key={`${side} ${value}`}>
            <Mark code={APPEARANCE_CODE[priority as Priority]} isNamed />
            {t(`abnormal.limit.${side}`, { limit: limitText(value, unit) })}
          </span>
        ))}
      </dd>
    </>
  );
}

/** The topic, or the NodeId: OPC UA addresses are the Thing's own. */
function sourceAddress(thing: ThingJson, stream: DatastreamJson): string {
  const { protocol, address } = thing.source;
  return protocol === 'mqtt' ? `${address}/${stream.property}` : `${address} · ${stream.property}`;
}
