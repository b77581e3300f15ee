import { useStore } from 'zustand/react';
import type { LayerCount } from '../state/city-counts.ts';
import { APPEARANCE_CODE, APPEARANCES } from '../state/thing-states.ts';
import { isLayerShown, toggleHidden, toggleOnly } from '../state/view-store.ts';
import { countText } from './format/value-text.ts';
import { Bilingual } from './i18n/bilingual.tsx';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { Legend } from './legend.tsx';
import { useViewer } from './viewer.ts';

/** The layers of the city: how many Things, how many of them are not well; click shows only one, the eye hides. */
export function LayersRail({ onCollapse }: { readonly onCollapse?: () => void }) {
  const { counts, view } = useViewer();
  const { layers, total, unplaced } = useStore(counts);
  const isFiltered = useStore(view, ({ only, hidden }) => only !== undefined || hidden.size > 0);
  const { t } = useWords();
  return (
    <section className="panel rail" aria-labelledby="layers-title">
      <header className="panel-head">
        <h2 id="layers-title">
          <Bilingual word="layers.title" />
        </h2>
        <span className="dim tabular">{t('layers.things', { count: countText(total) })}</span>
        {onCollapse !== undefined && (
          <button type="button" className="quiet square" aria-label={t('layers.collapse')} onClick={onCollapse}>
            <Icon name="left" />
          </button>
        )}
      </header>
      {total === 0 ? (
        <EmptyCatalog />
      ) : (
        <ul className="layers">
          {layers.map((layer) => (
            <LayerRow key={layer.layer} count={layer} />
          ))}
        </ul>
      )}
      {(isFiltered || unplaced > 0) && (
        <div className="rail-foot">
          {isFiltered && (
            <button
              type="button"
              className="quiet"
              onClick={() => view.setState({ only: undefined, hidden: new Set() })}
            >
              {t('layers.all')}
            </button>
          )}
          {unplaced > 0 && (
            <span className="dim" title={t('layers.unplacedExplain', { count: countText(unplaced) })}>
              {t('layers.unplaced', { count: countText(unplaced) })}
            </span>
          )}
        </div>
      )}
      <Legend />
    </section>
  );
}

function EmptyCatalog() {
  const { catalog } = useViewer();
  const { isComplete, announced } = useStore(catalog.store);
  const { t } = useWords();
  return (
    <p className="empty">
      {isComplete ? t('layers.empty') : t('layers.loading', { count: catalog.things.length, total: announced ?? '…' })}
    </p>
  );
}

function LayerRow({ count }: { readonly count: LayerCount }) {
  const { view } = useViewer();
  const isShown = useStore(view, (state) => isLayerShown(state, count.layer));
  const isOnly = useStore(view, (state) => state.only === count.layer);
  const { t } = useWords();
  const layer = t(`layer.${count.layer}`);
  const className = `layer${isShown ? '' : ' is-hidden'}${isOnly ? ' is-only' : ''}`;
  return (
    <li className={className}>
      <button
        type="button"
        className="layer-only"
        aria-pressed={isOnly}
        title={t('layers.only', { layer })}
        onClick={() => toggleOnly(view, count.layer)}
      >
        <Icon name={count.layer} />
        <Bilingual word={`layer.${count.layer}`} />
        <span className="tabular">{countText(count.total)}</span>
        <SeverityBar count={count} />
      </button>
      <button
        type="button"
        className="quiet square layer-eye"
        aria-pressed={!isShown}
        aria-label={t(isShown ? 'layers.hide' : 'layers.show', { layer })}
        onClick={() => toggleHidden(view, count.layer)}
      >
        <Icon name={isShown ? 'eye' : 'eye-off'} />
      </button>
    </li>
  );
}

/** Worst first; what is one in a thousand is still two pixels. */
function SeverityBar({ count }: { readonly count: LayerCount }) {
  const { t } = useWords();
  const shown = APPEARANCES.slice(APPEARANCE_CODE.stale)
    .map((appearance) => ({ appearance, things: count.byAppearance[APPEARANCE_CODE[appearance]] as number }))
    .filter(({ things }) => things > 0)
    .reverse();
  const words = shown.map(({ appearance, things }) => `${t(`appearance.${appearance}`)} ${things}`).join(' · ');
  return (
    <span className="severity-bar" title={words}>
      {shown.map(({ appearance, things }) => (
        <span
          key={appearance}
          className={`mark-${appearance}`}
          style={{ width: `max(2px, ${(100 * things) / count.total}%)` }}
        />
      ))}
      {words !== '' && <span className="for-screen-readers">{words}</span>}
    </span>
  );
}
