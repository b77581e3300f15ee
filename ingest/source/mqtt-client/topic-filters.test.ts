import { describe, expect, test } from 'vitest';
import { parseBrokerUrl } from './broker-address.ts';
import { filtersFor, isTopicFilter } from './topic-filters.ts';

describe('what is subscribed to', () => {
  test.each([
    [['twin/#'], undefined, ['twin/#']],
    [['#'], undefined, ['#']],
    [['twin/+/level'], undefined, ['twin/+/level', 'twin/+/$meta']],
    [['twin/pump-1/+'], undefined, ['twin/pump-1/+']],
    [['twin/pump-1/level'], undefined, ['twin/pump-1/level', 'twin/pump-1/$meta']],
    [['twin/pump-1'], undefined, ['twin/pump-1', 'twin/pump-1/$meta']],
    [['twin/#'], 'city', ['$share/city/twin/#', 'twin/+/$meta']],
    [
      ['twin/a/#', 'twin/b/#'],
      'city',
      ['$share/city/twin/a/#', '$share/city/twin/b/#', 'twin/a/$meta', 'twin/b/$meta'],
    ],
    [['spBv1.0/#'], 'city', ['$share/city/spBv1.0/#']],
  ])('%j in group %s: %j', (topics, share, filters) => {
    expect(filtersFor(topics, share)).toEqual(filters);
  });

  test.each(['twin/#', '+/+/x', '#', 'a'])('%s is a topic filter', (text) => expect(isTopicFilter(text)).toBe(true));
  test.each(['', 'twin/#/x', 'twin/a#', 'a+/b', 'a\0'])('%j is none', (text) =>
    expect(isTopicFilter(text)).toBe(false),
  );
});

test.each([
  ['mqtt://broker', { host: 'broker', port: 1883, isTls: false, url: 'mqtt://broker:1883' }],
  ['mqtts://10.0.0.7/', { host: '10.0.0.7', port: 8883, isTls: true, url: 'mqtts://10.0.0.7:8883' }],
  ['mqtt://[::1]:1884', { host: '::1', port: 1884, isTls: false, url: 'mqtt://[::1]:1884' }],
  ['mqtt://ada:secret@broker', undefined],
  ['mqtt://broker/path', undefined],
  ['mqtt://broker:0', undefined],
  ['mqtt://broker:99999', undefined],
  ['http://broker', undefined],
  ['broker', undefined],
])('%s as the address of a broker: %j', (text, address) => {
  expect(parseBrokerUrl(text)).toEqual(address);
});
