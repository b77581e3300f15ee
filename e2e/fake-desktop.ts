import type { Page } from 'playwright-core';
import type {
  DesktopBridge,
  DesktopCommand,
  DesktopServer,
  StartState,
} from '../twin-viewer/desktop/desktop-bridge.ts';

declare global {
  interface Window {
    /** What the page asked of the fake application, in order: name and arguments. */
    asked: readonly (readonly unknown[])[];
    tell(state: StartState): void;
    order(command: DesktopCommand): void;
  }
}

interface FakeDesktop {
  readonly state?: StartState;
  readonly server?: DesktopServer;
}

/** Puts a desktop application of which nothing is real before every page that `page` opens. */
export async function installFakeDesktop(page: Page, { state, server }: FakeDesktop): Promise<void> {
  await page.addInitScript(
    ({ state, server }) => {
      const asked: unknown[][] = [];
      const states = new Set<(state: StartState) => void>();
      const commands = new Set<(command: DesktopCommand) => void>();
      const note = (name: string) => async (argument?: unknown) => {
        asked.push(argument === undefined ? [name] : [name, argument]);
      };
      const known = <T>(value: T | undefined) =>
        value === undefined ? Promise.reject(new Error('nothing was chosen')) : Promise.resolve(value);
      const on = <T>(set: Set<T>, listener: T) => {
        set.add(listener);
        return () => set.delete(listener);
      };
      const bridge: DesktopBridge = {
        version: '1.2.3',
        server: () => known(server),
        setLanguage: note('setLanguage'),
        onCommand: (listener) => on(commands, listener) as unknown as () => void,
        startState: () => known(state),
        onStartState: (listener) => on(states, listener) as unknown as () => void,
        choose: note('choose'),
        chooseAgain: note('chooseAgain'),
        retry: note('retry'),
        showLogs: note('showLogs'),
      };
      const tell = (state: StartState) => {
        for (const listener of states) listener(state);
      };
      const order = (command: DesktopCommand) => {
        for (const listener of commands) listener(command);
      };
      Object.assign(window, { yipingDesktop: bridge, asked, tell, order });
    },
    { state, server },
  );
}
