import { useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import { statusName } from '#devices/model/status-code.ts';
import { type ListedThing, type ListKind, listThings } from '../state/abnormal-things.ts';
import { Age } from './age.tsx';
import { goToThing } from './commands.ts';
import { areaName, streamName, thingName } from './format/thing-name.ts';
import { countText, measuredText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Mark } from './mark.tsx';
import { useBeat, useViewer } from './viewer.ts';

/** More than this nobody reads in a column; the rest is counted, and found on the map and by search. */
const MAX_LINES = 100;
const KINDS: readonly ListKind[] = ['abnormal', 'bad', 'stale'];

/** What is wrong now: worst first, then newest. */
export function AbnormalPanel() {
  const viewer = useViewer();
  const [kind, setKind] = useState<ListKind>('abnormal');
  const { t } = useWords();
  const beat = useBeat();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is made anew with each beat, not with each observation
  const { lines, total } = useMemo(() => {
    const { catalog, states, appearance, latest, since } = viewer;
    return listThings({ catalog, states, appearance, latest, since: (index) => since.of(index) }, kind, MAX_LINES);
  }, [viewer, kind, beat]);
  return (
    <section className="panel abnormal" id="abnormal" tabIndex={-1} aria-labelledby="abnormal-title">
      <header className="panel-head">
        <h2 id="abnormal-title" className="for-screen-readers">
          {t('abnormal.title')}
        </h2>
        <KindTabs kind={kind} onChoose={setKind} />
      </header>
      {lines.length === 0 ? (
        <EmptyList kind={kind} />
      ) : (
        <ul className="abnormal-lines">
          {lines.map((line) => (
            <AbnormalLine key={line.thing} line={line} onChoose={(id) => goToThing(viewer, id)} />
          ))}
          {total > lines.length && (
            <li className="more dim">{t('abnormal.more', { count: countText(total - lines.length) })}</li>
          )}
        </ul>
      )}
    </section>
  );
}

function KindTabs({ kind, onChoose }: { readonly kind: ListKind; readonly onChoose: (kind: ListKind) => void }) {
  const { counts } = useViewer();
  const numbers = useStore(counts);
  const { t, other, language } = useWords();
  return (
    <div className="tabs">
      {KINDS.map((each) => (
        <button key={each} type="button" className="tab" aria-pressed={each === kind} onClick={() => onChoose(each)}>
          {t(`abnormal.${each === 'abnormal' ? 'title' : each}`)}
          {each === 'abnormal' && language === 'zh' && <span className="dim tab-other">{other('abnormal.title')}</span>}
          <span className="tabular count">{countText(numbers[each])}</span>
        </button>
      ))}
    </div>
  );
}

function EmptyList({ kind }: { readonly kind: ListKind }) {
  const { latest } = useViewer();
  const { t } = useWords();
  return <p className="empty">{t(latest.size === 0 ? 'abnormal.noData' : `abnormal.none.${kind}`)}</p>;
}

function AbnormalLine({ line, onChoose }: { readonly line: ListedThing; readonly onChoose: (id: string) => void }) {
  const { catalog, latest, areas, view } = useViewer();
  const { t, language } = useWords();
  const thing = catalog.things[line.thing];
  const stream = catalog.streams[line.index]?.stream;
  const isSelected = useStore(view, ({ selection }) => selection.kind === 'thing' && selection.id === thing?.id);
  if (thing === undefined || stream === undefined) return null;
  const place = areaName(areas, thing.area, language);
  const reading = latest.reading(line.index);
  const value = measuredText(reading?.value, stream, t);
  return (
    <li>
      <button
        type="button"
        className={isSelected ? 'abnormal-line is-selected' : 'abnormal-line'}
        aria-current={isSelected}
        onClick={() => onChoose(thing.id)}
      >
        <Mark code={line.code} isNamed />
        <span className="line-name">{thingName(thing, language)}</span>
        {value === undefined ? (
          <span className="line-status">{reading === undefined ? '—' : t(`status.${statusName(reading.status)}`)}</span>
        ) : (
          <span className="line-value tabular">{value}</span>
        )}
        <span className="line-what dim">
          {streamName(stream, language)}
          {line.others > 0 && ` · ${t('abnormal.others', { count: line.others })}`}
          {place !== undefined && ` · ${place}`}
        </span>
        <span className="line-since dim">
          <Age time={line.since} isAgo />
        </span>
      </button>
    </li>
  );
}
