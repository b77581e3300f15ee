import { expect, test } from 'vitest';
import { readWhole } from './read-whole.ts';

function streamOf(chunks: readonly number[]): {
  stream: ReadableStream<Uint8Array>;
  state: { given: number; isCancelled: boolean };
} {
  const state = { given: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = chunks[state.given];
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(++state.given));
      },
      cancel() {
        state.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

test('all of a stream is read, in order, up to the limit and with it', async () => {
  expect([...(await readWhole(streamOf([2, 3]).stream, 5))]).toEqual([1, 1, 2, 2, 2]);
  expect(await readWhole(streamOf([]).stream, 0)).toHaveLength(0);
  expect(await readWhole(null, 0)).toHaveLength(0);
});

test('a stream that brings more is given up there and then', async () => {
  const { stream, state } = streamOf([3, 3, 3, 3]);
  await expect(readWhole(stream, 5)).rejects.toThrow('the answer is larger than 5 bytes');
  expect(state).toEqual({ given: 2, isCancelled: true });
});

test('a stream that breaks off is no answer', async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('connection reset'));
    },
  });
  await expect(readWhole(stream, 5)).rejects.toThrow('connection reset');
});
