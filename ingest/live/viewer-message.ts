import { shown } from '#devices/profiles/shown.ts';
import { DEFAULT_FRAME_RATE } from '#devices/wire/control.ts';

/** Bytes of one message from a viewer; a subscription to 30,000 single datastreams fits. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
const MIN_FRAME_RATE = 0.1;
const MAX_FRAME_RATE = 60;

/** A viewer sent what it must not; says which and why, and ends the connection. */
export class ViewerMessageError extends Error {
  override readonly name = 'ViewerMessageError';
}

/** A ViewerMessage, checked. `among` ascending without doubles; undefined: the whole city. */
export type ViewerRequest =
  | { readonly type: 'subscribe'; readonly among: Uint32Array | undefined; readonly maxRate: number }
  | { readonly type: 'acknowledge'; readonly sequence: number }
  | { readonly type: 'ping'; readonly sent: number };

/**
 * Parses one text message of a viewer.
 *
 * @param datastreamCount Indexes at or above it are not assigned yet.
 * @throws {ViewerMessageError}
 */
export function parseViewerMessage(text: string, datastreamCount: number): ViewerRequest {
  const message = parseJson(text);
  switch (message.type) {
    case 'subscribe':
      return {
        type: 'subscribe',
        among: subscribed(message.datastreams, datastreamCount),
        maxRate: frameRate(message.maxRate),
      };
    case 'acknowledge':
      if (!Number.isInteger(message.sequence) || (message.sequence as number) < 0) {
        throw new ViewerMessageError(`acknowledge: sequence ${shown(message.sequence)} is not a whole number from 0`);
      }
      return { type: 'acknowledge', sequence: message.sequence as number };
    case 'ping':
      if (typeof message.sent !== 'number' || !Number.isFinite(message.sent)) {
        throw new ViewerMessageError(`ping: sent ${shown(message.sent)} is not a number of milliseconds`);
      }
      return { type: 'ping', sent: message.sent };
    default:
      throw new ViewerMessageError(
        `message type ${shown(message.type)} is not known here; allowed are subscribe, acknowledge and ping`,
      );
  }
}

/** The fields that a ViewerMessage may have, none of them believed yet. */
interface Fields {
  readonly type?: unknown;
  readonly datastreams?: unknown;
  readonly maxRate?: unknown;
  readonly sequence?: unknown;
  readonly sent?: unknown;
}

function parseJson(text: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ViewerMessageError(`message ${shown(text)} is not JSON`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ViewerMessageError(`message ${shown(text)} is not a JSON object`);
  }
  return parsed;
}

function subscribed(given: unknown, datastreamCount: number): Uint32Array | undefined {
  if (given === 'all') return undefined;
  if (!Array.isArray(given)) {
    throw new ViewerMessageError(`subscribe: datastreams ${shown(given)} is neither "all" nor a list of indexes`);
  }
  for (const index of given) {
    if (!Number.isInteger(index) || index < 0 || index >= datastreamCount) {
      throw new ViewerMessageError(
        `subscribe: ${shown(index)} is not the index of a datastream; there are ${datastreamCount}, counted from 0`,
      );
    }
  }
  return Uint32Array.from(new Set(given as number[])).sort();
}

function frameRate(given: unknown): number {
  if (given === undefined) return DEFAULT_FRAME_RATE;
  if (typeof given !== 'number' || !(given >= MIN_FRAME_RATE && given <= MAX_FRAME_RATE)) {
    throw new ViewerMessageError(
      `subscribe: maxRate ${shown(given)} is not a number of frames per second from ${MIN_FRAME_RATE} to ${MAX_FRAME_RATE}`,
    );
  }
  return given;
}
