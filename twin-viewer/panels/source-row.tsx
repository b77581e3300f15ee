import type { SourceJson } from '#devices/wire/api.ts';
import { APPEARANCE_CODE } from '../state/thing-states.ts';
import { agoText } from './format/age-text.ts';
import { clockText, delayText, protocolName, rateText, sourceStateText } from './format/source-text.ts';
import { countText } from './format/value-text.ts';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { Mark } from './mark.tsx';
import { SourceDetail } from './source-detail.tsx';
import { useBeat, useViewer } from './viewer.ts';

interface SourceRowProps {
  readonly source: SourceJson;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

/** One source on one line; opened, with its counts and gaps below. */
export function SourceRow({ source, isOpen, onOpen }: SourceRowProps) {
  useBeat();
  const { live } = useViewer();
  const { t } = useWords();
  const now = live.serverNow();
  const isClockOff = source.clock.state === 'ahead' || source.clock.state === 'behind';
  return (
    <tbody className={`source is-${source.concern}`}>
      <tr>
        <th scope="row">
          <button type="button" className="source-open" aria-expanded={isOpen} onClick={onOpen}>
            <Concern concern={source.concern} />
            <span className="source-names">
              <span className="source-name" title={source.sender}>
                {source.sender}
              </span>
              <span className="dim">
                {protocolName(source.protocol)} · {t('sources.datastreams', { count: countText(source.datastreams) })}
              </span>
            </span>
          </button>
        </th>
        <td
          className={source.concern === 'none' || source.concern === 'clock' ? 'dim' : ''}
          data-label={t('sources.state')}
        >
          {sourceStateText(source, now, t)}
        </td>
        <td className={isClockOff ? 'clock-off' : 'dim'} data-label={t('sources.clock')}>
          {clockText(source, t)}
        </td>
        <Cell label={t('sources.lastHeard')}>{agoText(now - Date.parse(source.lastHeard), t)}</Cell>
        <Cell label={t('sources.rate')}>{rateText(source.readingsPerSecond, t)}</Cell>
        <Cell label={t('sources.delay')}>{delayText(source)}</Cell>
        <CountCell label={t('sources.missing')} count={source.missing} />
        <CountCell label={t('sources.duplicates')} count={source.duplicates} />
        <CountCell label={t('sources.gaps')} count={source.gaps} />
      </tr>
      {isOpen && (
        <tr className="source-more">
          <td colSpan={9}>
            <SourceDetail id={source.id} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Concern({ concern }: Pick<SourceJson, 'concern'>) {
  if (concern === 'clock') return <Icon name="clock" />;
  return <Mark code={concern === 'none' ? APPEARANCE_CODE.good : APPEARANCE_CODE.stale} />;
}

function CountCell({ label, count }: { readonly label: string; readonly count: number }) {
  return <Cell label={label}>{count === 0 ? <span className="dim">0</span> : countText(count)}</Cell>;
}

function Cell({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <td className="number tabular" data-label={label}>
      {children ?? <span className="dim">—</span>}
    </td>
  );
}
