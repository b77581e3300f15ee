import { type ReactNode, type Ref, useId } from 'react';
import { useWords } from '../panels/i18n/use-words.ts';

interface StartPanelProps {
  readonly title: ReactNode;
  /** Why the application refused what was asked. */
  readonly refusal?: string | undefined;
  /** How the title announces itself: a `status` politely, an `alert` at once. */
  readonly role?: 'status' | 'alert';
  readonly titleRef?: Ref<HTMLHeadingElement>;
  readonly children?: ReactNode;
}

/** One panel of one size for every state, so that nothing moves when one follows another. */
export function StartPanel({ title, refusal, role, titleRef, children }: StartPanelProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <section className="panel start-panel" aria-labelledby={id}>
      <div className="start-head">
        <div role={role}>
          <h1 id={id} ref={titleRef} tabIndex={-1}>
            {title}
          </h1>
        </div>
        {refusal !== undefined && (
          <p className="is-failed" role="alert">
            {t('start.refused', { reason: refusal })}
          </p>
        )}
      </div>
      {children}
    </section>
  );
}
