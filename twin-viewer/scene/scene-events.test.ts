import { expect, test } from 'vitest';
import { SceneEmitter } from './scene-events.ts';

test('a failure is told also to who listens only afterwards, until it is over', () => {
  const events = new SceneEmitter();
  events.emit('failed', { what: 'tiles', message: 'no tiles' });
  const heard: string[] = [];
  events.on('failed', (fact) => heard.push(fact.message));
  expect(heard).toEqual(['no tiles']);
  events.forget('failed');
  events.on('failed', () => heard.push('again'));
  expect(heard).toEqual(['no tiles']);
});

test('a click of the past is no news', () => {
  const events = new SceneEmitter();
  events.emit('pick', { thing: 3, building: undefined });
  const heard: unknown[] = [];
  const stop = events.on('pick', (fact) => heard.push(fact.thing));
  events.emit('pick', { thing: 4, building: undefined });
  stop();
  events.emit('pick', { thing: 5, building: undefined });
  expect(heard).toEqual([4]);
});
