import type { Language } from '#devices/model/localized-text.ts';

/**
 * What the desktop application does for the page, and nothing else. The viewer owns this interface, the preload script
 * implements it as `window.yipingDesktop`; in a plain browser it is absent.
 */
export interface DesktopBridge {
  /** Version of the application. */
  readonly version: string;
  /** The chosen server. Rejects where none is. */
  server(): Promise<DesktopServer>;
  /** Tells the language of the screen, so that menus and windows speak it too. */
  setLanguage(language: Language): void;
  /** What was chosen in a menu and is the page's to do. The answer ends it. */
  onCommand(listener: (command: DesktopCommand) => void): () => void;
  /** The start page's: what stands between the user and the city. */
  startState(): Promise<StartState>;
  onStartState(listener: (state: StartState) => void): () => void;
  /** Where the city comes from, from now on. Resolves when it was taken; what comes of it is a start state. */
  choose(choice: StartChoice): Promise<void>;
  /** Gives up what is being started, whatever comes of it; the start state is then `choose`. */
  chooseAgain(): Promise<void>;
  /** Tries again what the start state says went wrong. */
  retry(): Promise<void>;
  /** Opens the folder of the application's log files. */
  showLogs(): Promise<void>;
}

export interface DesktopServer {
  /** Where the live socket is: `ws://host:port/live`, or wss. */
  readonly liveUrl: string;
}

export const DESKTOP_COMMANDS = ['search', 'live', 'play', 'sources', 'help', 'language'] as const;
export type DesktopCommand = (typeof DESKTOP_COMMANDS)[number];

/** `here`: the ingest service inside the application, with data in `dataFolder`. */
export type StartChoice = { readonly where: 'here' } | { readonly where: 'server'; readonly address: string };

export type StartState =
  /** The first start, or asked for in the menu. `address`: what was chosen last, or empty. */
  | { readonly kind: 'choose'; readonly address: string; readonly dataFolder: string }
  | { readonly kind: 'starting'; readonly choice: StartChoice }
  | { readonly kind: 'problem'; readonly choice: StartChoice; readonly problem: StartProblem };

export const START_PROBLEMS = [
  /** Nobody answers at the address. */
  'server-down',
  /** Somebody answers who is not Yiping. */
  'server-foreign',
  /** Yiping of a version that this application does not understand; `detail`: its version. */
  'server-version',
  /** What was typed is no address. */
  'address-invalid',
  /** The data folder cannot be written; `detail`: the folder. */
  'data-read-only',
  /** No space is left for the data folder; `detail`: the folder. */
  'data-full',
  /** Another program uses the data folder; `detail`: the folder. */
  'data-in-use',
  /** The service inside ended; `detail`: its last words. */
  'service-failed',
] as const;

export interface StartProblem {
  readonly kind: (typeof START_PROBLEMS)[number];
  readonly detail: string;
}

declare global {
  interface Window {
    readonly yipingDesktop?: DesktopBridge;
  }
}
