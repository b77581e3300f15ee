import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { DesktopBridge, DesktopCommand, StartState } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { BridgeChannel } from './shell/shell.ts';

const VERSION_FLAG = '--yiping-version=';

const call = (name: keyof DesktopBridge, ...args: unknown[]) => ipcRenderer.invoke('yiping:call', name, ...args);

function listen<T>(channel: BridgeChannel, listener: (value: T) => void): () => void {
  // The event itself would hand the page more than it may have.
  const told = (_event: IpcRendererEvent, value: T) => listener(value);
  ipcRenderer.on(channel, told);
  return () => void ipcRenderer.removeListener(channel, told);
}

const bridge: DesktopBridge = {
  version: process.argv.find((flag) => flag.startsWith(VERSION_FLAG))?.slice(VERSION_FLAG.length) ?? '',
  server: () => call('server'),
  setLanguage: (language) => void call('setLanguage', language),
  onCommand: (listener) => listen<DesktopCommand>('yiping:command', listener),
  startState: () => call('startState'),
  onStartState: (listener) => listen<StartState>('yiping:start-state', listener),
  choose: (choice) => call('choose', choice),
  chooseAgain: () => call('chooseAgain'),
  retry: () => call('retry'),
  showLogs: () => call('showLogs'),
};

contextBridge.exposeInMainWorld('yipingDesktop', bridge);
