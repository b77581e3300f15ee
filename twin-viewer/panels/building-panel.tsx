import type { PickedBuilding } from '../scene/city-scene.ts';
import { NO_SELECTION, select } from '../state/view-store.ts';
import { numberText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import type { Words } from './i18n/zh.ts';
import { Icon } from './icons.tsx';
import { useViewer } from './viewer.ts';

/** A building, and how sure we are of its height. */
export function BuildingPanel({ building }: { readonly building: PickedBuilding }) {
  const { view } = useViewer();
  const { t } = useWords();
  const { id, name, levels, height, heightSource } = building;
  return (
    <section className="panel thing building" aria-labelledby="building-title">
      <header className="panel-head">
        <Icon name="building" />
        <div className="thing-names">
          <h2 id="building-title">{name ?? t('building.unnamed')}</h2>
          <p className="dim">{t('building.title')}</p>
        </div>
        <button
          type="button"
          className="quiet square"
          aria-label={t('thing.close')}
          onClick={() => select(view, NO_SELECTION)}
        >
          <Icon name="close" />
        </button>
      </header>
      <dl className="facts">
        <dt>{t('building.height')}</dt>
        <dd className="tabular">{height === undefined ? t('building.unknown') : `${numberText(height)} m`}</dd>
        <dt>{t('building.heightFrom')}</dt>
        <dd>{heightSource === undefined ? t('building.unknown') : sourceWord(heightSource, t)}</dd>
        <dt>{t('building.levels')}</dt>
        <dd className="tabular">{levels ?? t('building.unknown')}</dd>
        <dt>{t('building.id')}</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
    </section>
  );
}

const SOURCES: Readonly<Record<string, Words>> = {
  height: 'building.source.height',
  levels: 'building.source.levels',
  type: 'building.source.type',
  default: 'building.source.default',
  ours: 'building.source.ours',
};

function sourceWord(source: string, t: (word: Words) => string): string {
  const word = SOURCES[source];
  return word === undefined ? source : t(word);
}
