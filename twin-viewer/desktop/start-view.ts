import type { StartState } from './desktop-bridge.ts';

/** What the start page knows; what it shows follows from it. */
export interface StartView {
  /** What the application told last; undefined before it told anything. */
  readonly told: StartState | undefined;
  /** The user wants another source, whatever the application is doing. */
  readonly isChoosing: boolean;
  /** The application was asked for something and has not answered with a state. */
  readonly isAsked: boolean;
  /** Why it refused what was asked. */
  readonly refusal: string | undefined;
  /** Empty where it was never told. */
  readonly dataFolder: string;
}

export type StartEvent =
  | { readonly type: 'told'; readonly state: StartState }
  | { readonly type: 'another' }
  | { readonly type: 'asked' }
  | { readonly type: 'refused'; readonly reason: string };

export const FIRST_VIEW: StartView = {
  told: undefined,
  isChoosing: false,
  isAsked: false,
  refusal: undefined,
  dataFolder: '',
};

export function nextView(view: StartView, event: StartEvent): StartView {
  switch (event.type) {
    case 'told':
      return {
        told: event.state,
        // What becomes of the last choice must not pull away the form of the next one.
        isChoosing: view.isChoosing && !view.isAsked && event.state.kind !== 'choose',
        isAsked: false,
        refusal: undefined,
        dataFolder: event.state.kind === 'choose' ? event.state.dataFolder : view.dataFolder,
      };
    case 'another':
      return { ...view, isChoosing: true, refusal: undefined };
    case 'asked':
      return { ...view, isAsked: true, refusal: undefined };
    case 'refused':
      return { ...view, isAsked: false, refusal: event.reason };
  }
}

/** What is on the screen; undefined before the application told anything. */
export function shownState({ told, isChoosing, dataFolder }: StartView): StartState | undefined {
  if (told === undefined || told.kind === 'choose' || !isChoosing) return told;
  return { kind: 'choose', address: told.choice.where === 'server' ? told.choice.address : '', dataFolder };
}
