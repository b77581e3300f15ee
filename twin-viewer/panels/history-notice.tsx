import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { HistoryBehind } from '#devices/wire/control.ts';
import { ageText, agoText } from './format/age-text.ts';
import type { Translate } from './i18n/i18n.ts';
import { useWords } from './i18n/use-words.ts';
import { type Words, zh } from './i18n/zh.ts';
import { useBeat, useViewer, type Viewer } from './viewer.ts';

/**
 * One sentence while history is away or behind: the picture of now is right, the past is not complete. Can be put away;
 * the top bar goes on saying it, and a new reason brings it back.
 */
export function HistoryNotice() {
  useBeat();
  const viewer = useViewer();
  const { t } = useWords();
  const behind = useStore(viewer.live.status, (status) => status.historyBehind);
  const [putAway, setPutAway] = useState<string>();
  const kind = behind?.problem?.kind ?? 'catching-up';
  if (behind === undefined || putAway === kind) return null;
  return (
    <div className="banner is-quiet" role="status">
      <span>{historySentence(behind, viewer.live, t)}</span>
      <button type="button" className="quiet" onClick={() => setPutAway(kind)}>
        {t('history.putAway')}
      </button>
    </div>
  );
}

/** For the top bar: how far history is behind; undefined while it keeps up. */
export function historyWord(behind: HistoryBehind | undefined, live: Viewer['live'], t: Translate): string | undefined {
  if (behind === undefined) return undefined;
  const age = ageOf(behind, live, t);
  return age === undefined ? t('history.away') : t('history.behind', { age });
}

function historySentence(behind: HistoryBehind, live: Viewer['live'], t: Translate): string {
  const { problem } = behind;
  if (problem === undefined) return t('history.catchingUp', { age: ageOf(behind, live, t) ?? '' });
  const key = `history.kind.${problem.kind}`;
  const reason = key in zh ? t(key as Words) : problem.message;
  const { completeUntil } = behind;
  if (completeUntil === undefined) return t('history.awaySentence', { reason });
  return t('history.awaySince', { reason, ago: agoText(live.serverNow() - completeUntil, t) });
}

function ageOf({ completeUntil }: HistoryBehind, live: Viewer['live'], t: Translate): string | undefined {
  return completeUntil === undefined ? undefined : ageText(live.serverNow() - completeUntil, t);
}
