import { describe, expect, test } from 'vitest';
import { ConnectionTable, type TableEntry } from './connection-table.ts';
import { networkAddress } from './network-address.ts';

const bounds = { maxClients: 3, maxClientsPerAddress: 2, maxWaiting: 4, maxWaitingPerAddress: 2 };
const entry = (address: string, isBeingChecked = false): TableEntry => ({ address, isBeingChecked });

describe('before the login', () => {
  test('one more from an address closes the oldest silent one of that address', () => {
    const table = new ConnectionTable(bounds);
    const [a1, a2, b1] = [entry('a'), entry('a'), entry('b')];
    expect([table.admit(b1), table.admit(a1), table.admit(a2)]).toEqual([undefined, undefined, undefined]);
    expect(table.admit(entry('a'))).toEqual({ oldest: a1 });
    expect(table.admit(entry('a'))).toEqual({ oldest: a2 });
  });

  test('one more in all closes the oldest silent one of all', () => {
    const table = new ConnectionTable(bounds);
    const oldest = entry('a');
    for (const one of [oldest, entry('b'), entry('c'), entry('d')]) table.admit(one);
    expect(table.admit(entry('e'))).toEqual({ oldest });
  });

  test('who has spoken keeps its place, and where all have, the newcomer is refused', () => {
    const table = new ConnectionTable(bounds);
    const silent = entry('a');
    table.admit(entry('a', true));
    table.admit(silent);
    expect(table.admit(entry('a', true))).toEqual({ oldest: silent });
    expect(table.admit(entry('a'))).toBe('no-room');
  });
});

describe('after it', () => {
  test('so many clients in all and from one address, until one leaves', () => {
    const table = new ConnectionTable(bounds);
    const [a1, a2, a3, b1, c1] = [entry('a'), entry('a'), entry('a'), entry('b'), entry('c')] as const;
    expect([table.logIn(a1, undefined), table.logIn(a2, undefined)]).toEqual([undefined, undefined]);
    expect(table.logIn(a3, undefined)).toBe('2 clients are connected from a');
    expect(table.logIn(b1, undefined)).toBe(undefined);
    expect(table.logIn(c1, undefined)).toBe('3 clients are connected');
    table.remove(a1);
    expect(table.logIn(c1, undefined)).toBe(undefined);
  });

  test('a client that comes back in place of itself needs no room', () => {
    const table = new ConnectionTable(bounds);
    const [a1, a2, b1] = [entry('a'), entry('a'), entry('b')] as const;
    for (const one of [a1, a2, b1]) table.logIn(one, undefined);
    expect(table.logIn(entry('a'), a1)).toBe(undefined);
  });
});

test.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['::1', '::1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, counted) => {
  expect(networkAddress(address)).toBe(counted);
});
