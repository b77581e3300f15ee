import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Acknowledgements, type Delivery } from './acknowledgements.ts';

const delivery = (messageId: number, payload = `${messageId}`): Delivery => ({
  messageId,
  qos: 1,
  topic: 'twin/a/x',
  payload: Buffer.from(payload),
  isStored: false,
});

/**
 * A broker that has `count` messages for us, sends at most five that are unacknowledged, and after a break sends those
 * again in order. It loses an acknowledgement that is written while the wire is cut.
 */
function model(count: number) {
  const acknowledgements = new Acknowledgements();
  const disk: Delivery[] = [];
  const open: number[] = [];
  const acknowledged: number[] = [];
  const broker = { next: 1, isConnected: false, hasSentAgain: 0 };

  const receive = (id: number, isDup: boolean) => {
    const one = delivery(id);
    if (acknowledgements.isRepetition(one, isDup)) return;
    acknowledgements.add(one);
    disk.push(one);
  };
  return {
    stored: disk,
    acknowledged,
    connect() {
      if (broker.isConnected) return;
      broker.isConnected = true;
      acknowledgements.attach((due) => {
        for (const { messageId } of due) {
          expect(messageId, 'in the order in which the broker sent them').toBe(open.shift());
          acknowledged.push(messageId);
        }
      }, true);
      for (const id of [...open]) receive(id, true);
    },
    cut() {
      if (!broker.isConnected) return;
      broker.isConnected = false;
      acknowledgements.detach();
    },
    send() {
      if (!broker.isConnected || open.length >= 5 || broker.next > count) return;
      open.push(broker.next);
      receive(broker.next++, false);
    },
    /** Any that waits for the disk may be the next that is stored. */
    store(which: number) {
      const waiting = disk.filter(({ isStored }) => !isStored);
      const one = waiting[which % Math.max(1, waiting.length)];
      if (one !== undefined) acknowledgements.stored(one);
      acknowledgements.flush();
    },
    isDone: () => acknowledged.length === count,
  };
}

test('whatever breaks and however late the disk is, each message is stored once and acknowledged in its turn', () => {
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('send', 'send', 'store', 'cut', 'connect'), which: fc.nat(9) }),
  );
  fc.assert(
    fc.property(steps, (list) => {
      const count = 12;
      const world = model(count);
      for (const { what, which } of list) {
        if (what === 'send') world.send();
        else if (what === 'store') world.store(which);
        else if (what === 'cut') world.cut();
        else world.connect();
      }
      world.connect();
      for (let rounds = 0; rounds < 100 && !world.isDone(); rounds++) {
        world.send();
        world.store(0);
      }
      const all = Array.from({ length: count }, (_, at) => at + 1);
      expect(world.acknowledged).toEqual(all);
      expect(world.stored.map(({ messageId }) => messageId)).toEqual(all);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['another payload', delivery(1, 'new'), true, true],
  ['no DUP flag', delivery(1), false, true],
  ['another session', delivery(1), true, false],
])('the same packet identifier with %s is another message', (_, again, isDup, isSameSession) => {
  const acknowledgements = new Acknowledgements();
  acknowledgements.attach(() => {}, false);
  const first = delivery(1);
  expect(acknowledgements.isRepetition(first, false)).toBe(false);
  acknowledgements.add(first);
  acknowledgements.detach();
  acknowledgements.attach(() => {}, isSameSession);
  expect(acknowledgements.isRepetition(again, isDup)).toBe(false);
});
