import { type PointerEvent, useMemo, useRef } from 'react';
import { useStore } from 'zustand/react';
import { APPEARANCE_CODE, APPEARANCES } from '../state/thing-states.ts';
import { BIN_MS } from '../state/timeline-store.ts';
import { streamName, thingName } from './format/thing-name.ts';
import { useWords } from './i18n/use-words.ts';
import {
  AXIS_MS,
  type TimeAxis as Axis,
  axisAt,
  barHeights,
  LABEL_MS,
  labelTimes,
  shareOf,
  thinnedEvents,
  timeAt,
} from './timeline-scale.ts';
import { useCityTime } from './use-city-time.ts';
import { useIsPhone } from './use-media.ts';
import { useBeat, useViewer } from './viewer.ts';

/** Dragging this near to the right edge means now. */
const NOW_SHARE = 0.998;

/** The last hour: density above, crossings of limits as marks, the moment shown as a hand that can be dragged. */
export function TimeAxis() {
  useBeat();
  const { player } = useViewer();
  const { mode, moment } = useStore(player.store);
  const { t } = useWords();
  const time = useCityTime();
  const place = useRef<HTMLDivElement>(null);
  const axis = axisAt(player.serverNow());
  const present = moment ?? axis.to;

  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined || event.buttons !== 1) return;
    const share = (event.clientX - box.left) / box.width;
    if (share >= NOW_SHARE) player.goLive();
    else player.seek(timeAt(axis, share));
  };
  return (
    <div
      ref={place}
      className="axis"
      role="slider"
      tabIndex={0}
      aria-label={t('time.title')}
      aria-valuemin={0}
      aria-valuemax={AXIS_MS / 1000}
      aria-valuenow={Math.round((shareOf(axis, present) * AXIS_MS) / 1000)}
      aria-valuetext={mode === 'live' ? t('clock.live') : time.full(present)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={scrub}
    >
      <Density axis={axis} />
      <Events axis={axis} />
      <Labels axis={axis} />
      <span className="axis-hand" style={{ left: `${100 * shareOf(axis, present)}%` }} />
    </div>
  );
}

function Density({ axis }: { readonly axis: Axis }) {
  const { timeline, live } = useViewer();
  const { from, counts, failure, isLoaded } = useStore(timeline.store);
  const isAway = useStore(live.status, ({ historyBehind }) => historyBehind?.problem !== undefined);
  const { t } = useWords();
  const heights = useMemo(() => barHeights(counts), [counts]);
  const width = (100 * BIN_MS) / AXIS_MS;
  const left = (100 * (from - axis.from)) / AXIS_MS;
  return (
    <>
      <div className="density" aria-hidden="true">
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${Math.max(1, counts.length)} 1`}
          preserveAspectRatio="none"
          style={{ left: `${left}%`, width: `${width * counts.length}%` }}
        >
          <path d={heights.map((height, bin) => `M${bin + 0.12} 1v${-height}h.76v${height}Z`).join('')} />
        </svg>
      </div>
      {failure !== undefined && (
        <p className="axis-note" title={failure}>
          {isAway ? t('time.away') : t('time.failed', { reason: failure })}
        </p>
      )}
      {!isLoaded && failure === undefined && <p className="axis-note dim">{t('trend.loading')}</p>}
    </>
  );
}

function Events({ axis }: { readonly axis: Axis }) {
  const { timeline, catalog } = useViewer();
  const events = useStore(timeline.store, (state) => state.events);
  const { t, language } = useWords();
  const time = useCityTime();
  return thinnedEvents(events, axis, 600).map((event) => {
    const entry = catalog.streams[event.index];
    const thing = entry === undefined ? undefined : catalog.things[entry.thing];
    const name =
      entry === undefined || thing === undefined
        ? ''
        : `${thingName(thing, language)} ${streamName(entry.stream, language)}`;
    const appearance = APPEARANCES[APPEARANCE_CODE.low - 1 + event.priority] ?? 'low';
    return (
      <span
        key={`${event.time} ${event.index}`}
        className={`axis-event mark-${appearance}`}
        style={{ left: `${100 * shareOf(axis, event.time)}%` }}
        title={t('time.event', { time: time.clock(event.time), name })}
      />
    );
  });
}

function Labels({ axis }: { readonly axis: Axis }) {
  const time = useCityTime();
  const isPhone = useIsPhone();
  return labelTimes(axis, isPhone ? 3 * LABEL_MS : LABEL_MS).map((at) => (
    <span key={at} className="axis-label tabular" style={{ left: `${100 * shareOf(axis, at)}%` }}>
      {time.minute(at)}
    </span>
  ));
}
