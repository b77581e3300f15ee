/** What Electron gives a utility process instead of Node's IPC channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/**
 * Lets a program written as a child process over Node's IPC run as a utility process: `process.send` and the 'message'
 * event of `process` are those of the application. Does nothing where there is no Electron.
 */
export function speakOverParentPort(): void {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  if (port === undefined) return;
  port.on('message', ({ data }) => process.emit('message', data, undefined));
  process.send = (message: unknown) => {
    port.postMessage(message);
    return true;
  };
  Object.defineProperty(process, 'connected', { value: true });
}
