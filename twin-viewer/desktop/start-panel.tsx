import { type ReactNode, type Ref, useId } from 'react';

interface StartPanelProps {
  readonly title: ReactNode;
  readonly explain?: ReactNode;
  /** Announces itself: a `status` politely, an `alert` at once. */
  readonly role?: 'status' | 'alert';
  readonly titleRef?: Ref<HTMLHeadingElement>;
  readonly children: ReactNode;
}

/** One panel of one size for every state, so that nothing moves when one follows another. */
export function StartPanel({ title, explain, role, titleRef, children }: StartPanelProps) {
  const id = useId();
  return (
    <section className="panel start-panel" aria-labelledby={id}>
      <div className="start-head" role={role}>
        <h1 id={id} ref={titleRef} tabIndex={-1}>
          {title}
        </h1>
        {explain !== undefined && <p className="dim">{explain}</p>}
      </div>
      {children}
    </section>
  );
}
