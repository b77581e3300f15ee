import { describe, expect, test } from 'vitest';
import type { StartState } from './desktop-bridge.ts';
import { FIRST_VIEW, nextView, type StartEvent, shownState } from './start-view.ts';

const CHOOSE: StartState = { kind: 'choose', address: '', dataFolder: '/data' };
const STARTING: StartState = { kind: 'starting', choice: { where: 'server', address: 'http://a:8080' } };
const PROBLEM: StartState = { ...STARTING, kind: 'problem', problem: { kind: 'server-down', detail: '' } };

const told = (state: StartState): StartEvent => ({ type: 'told', state });
const viewAfter = (...events: StartEvent[]) => events.reduce(nextView, FIRST_VIEW);

describe('the start page', () => {
  test('shows nothing before it is told, then what it is told', () => {
    expect(shownState(FIRST_VIEW)).toBeUndefined();
    for (const state of [CHOOSE, STARTING, PROBLEM]) expect(shownState(viewAfter(told(state)))).toBe(state);
  });

  test('lets the user choose another source while one is starting, with its address to begin with', () => {
    expect(shownState(viewAfter(told(CHOOSE), told(STARTING), { type: 'another' }))).toEqual({
      kind: 'choose',
      address: 'http://a:8080',
      dataFolder: '/data',
    });
  });

  test('does not pull the form away when the last choice fails meanwhile', () => {
    expect(shownState(viewAfter(told(STARTING), { type: 'another' }, told(PROBLEM)))?.kind).toBe('choose');
  });

  test('goes on once the choice was made', () => {
    const view = viewAfter(told(PROBLEM), { type: 'another' }, { type: 'asked' }, told(STARTING));
    expect(shownState(view)).toBe(STARTING);
    expect(view.isAsked).toBe(false);
  });

  test('a refused choice leaves the form and says why', () => {
    const view = viewAfter(told(CHOOSE), { type: 'asked' }, { type: 'refused', reason: 'no' });
    expect([shownState(view), view.isAsked, view.refusal]).toEqual([CHOOSE, false, 'no']);
  });
});
