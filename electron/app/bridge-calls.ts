import type { Language } from '#devices/model/localized-text.ts';
import type { DesktopServer, StartChoice, StartState } from '#twin-viewer/desktop/desktop-bridge.ts';
import { isDocumentUrl } from '../page/page-address.ts';
import { isChoice, isLanguage } from '../settings/desktop-settings.ts';
import type { BridgeCall } from '../shell/shell.ts';

/** What pages may ask of the application, behind the bridge. */
export interface BridgeMethods {
  server(): Promise<DesktopServer>;
  setLanguage(language: Language): Promise<void>;
  startState(): Promise<StartState>;
  choose(choice: StartChoice): Promise<void>;
  chooseAgain(): Promise<void>;
  retry(): Promise<void>;
  showLogs(): Promise<void>;
}

/**
 * Answers a call of a page of ours, and of nothing else: it must be the main frame of a window of ours, on one of our pages.
 *
 * @throws {Error} for any other caller, an unknown method, or arguments that are not as they should be
 */
export function answerCall(call: BridgeCall, methods: BridgeMethods): Promise<unknown> {
  if (call.window === undefined || !call.isMainFrame || !isDocumentUrl(call.frameUrl)) {
    throw new Error(`The bridge does not answer ${JSON.stringify(call.frameUrl.slice(0, 200))}`);
  }
  const [argument] = call.args;
  switch (call.name) {
    case 'server':
      return methods.server();
    case 'startState':
      return methods.startState();
    case 'chooseAgain':
      return methods.chooseAgain();
    case 'retry':
      return methods.retry();
    case 'showLogs':
      return methods.showLogs();
    case 'setLanguage':
      if (!isLanguage(argument)) throw wrong(call.name, argument, '"zh" or "en"');
      return methods.setLanguage(argument);
    case 'choose':
      if (!isChoice(argument)) throw wrong(call.name, argument, 'a StartChoice');
      return methods.choose(argument);
    default:
      throw new Error(`The bridge has no method ${JSON.stringify(call.name.slice(0, 80))}`);
  }
}

function wrong(method: string, argument: unknown, allowed: string): Error {
  return new Error(`${method}: ${String(JSON.stringify(argument)).slice(0, 200)} is not ${allowed}`);
}
