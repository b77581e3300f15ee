import { Type } from 'typebox';
import { formatInstant } from '#devices/time/instant.ts';
import { MessageJson } from '#devices/wire/api.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { HttpParts } from './parts.ts';
import { notFound, ProblemJson } from './problem.ts';

const Position = Type.Object(
  { position: Type.Integer({ minimum: 0, description: '`position` of an observation' }) },
  { additionalProperties: false },
);

/** `/api/v1/messages/{position}`: from any value back to the bytes that it came in. */
export function messagesRoute(app: App, { journal }: HttpParts, queries: ConcurrencyLimit): void {
  app.get(
    '/api/v1/messages/:position',
    {
      schema: {
        summary: 'The message that an observation came in, byte by byte',
        description: 'Kept as long as the journal keeps its segment (`journal-budget`).',
        tags: ['history'],
        params: Position,
        response: { 200: MessageJson, 400: ProblemJson, 404: ProblemJson },
      },
    },
    async (request) => {
      const { position } = request.params;
      const message = await queries.run(() => journal.rawMessage(position));
      if (message === undefined) {
        const hint =
          journal.oldest === journal.end
            ? 'The journal holds none yet; it begins with the next observation.'
            : `The journal holds ${journal.oldest} to ${journal.end - 1}; raise journal-budget to keep messages for longer.`;
        throw notFound('message', String(position), hint);
      }
      const { source, address, sender, receivedTime, payload } = message;
      const text = textOf(payload);
      return {
        position,
        source,
        address,
        ...(sender !== '' && { sender }),
        receivedTime: formatInstant(receivedTime),
        payload: Buffer.from(payload).toString('base64'),
        ...(text !== undefined && { text }),
      };
    },
  );
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
