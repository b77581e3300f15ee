import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { ManualClock } from '#devices/time/manual-clock.ts';
import type { Player, PlayerState } from '../player/player.ts';
import { type DeepLink, formatDeepLink, parseDeepLink } from './deep-link.ts';
import { LAYERS } from './layers.ts';
import { type AddressBar, UrlSync, WRITE_MS } from './url-sync.ts';
import { createViewStore, select, toggleOnly } from './view-store.ts';

const CAMERA = { lon: 71.4305, lat: 51.1268, range: 2700, headingDegrees: 20, pitchDegrees: 30.5 };

describe('a deep link', () => {
  test('is readable', () => {
    const link: DeepLink = {
      camera: CAMERA,
      thing: 'level-03',
      at: Date.UTC(2026, 10, 23, 9, 32, 7),
      language: 'zh',
      only: 'water-level',
      hidden: ['parking', 'bus-stop'],
    };
    expect(formatDeepLink(link)).toBe(
      'view=71.430500,51.126800,2700,20.0,30.5&thing=level-03&at=2026-11-23T09:32:07.000Z&lang=zh&only=water-level&hide=parking,bus-stop',
    );
  });

  test('survives the way through the address bar', () => {
    const link = fc.record(
      {
        camera: fc.record({
          lon: fc.integer({ min: -180e6, max: 180e6 }).map((n) => n / 1e6),
          lat: fc.integer({ min: -90e6, max: 90e6 }).map((n) => n / 1e6),
          range: fc.integer({ min: 1, max: 100_000 }),
          headingDegrees: fc.integer({ min: 0, max: 3600 }).map((n) => n / 10),
          pitchDegrees: fc.integer({ min: 0, max: 900 }).map((n) => n / 10),
        }),
        thing: fc.string({ minLength: 1, unit: 'grapheme' }),
        at: fc.integer({ min: 1, max: 4_102_444_800_000 }),
        language: fc.constantFrom('zh' as const, 'en' as const),
        only: fc.constantFrom(...LAYERS),
        hidden: fc.uniqueArray(fc.constantFrom(...LAYERS), { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(link, (given) => {
        expect(parseDeepLink(`#${formatDeepLink(given)}`)).toEqual(given);
      }),
    );
  });

  test('that is broken opens what of it is whole', () => {
    expect(parseDeepLink('#view=71,51,abc,0,0&thing=a&at=yesterday&lang=xx&only=ufo&hide=ufo,parking')).toEqual({
      thing: 'a',
      hidden: ['parking'],
    });
    expect(parseDeepLink('#view=71,51,-5,0,30')).toEqual({});
    expect(parseDeepLink('')).toEqual({});
  });
});

class FakeAddress implements AddressBar {
  readonly entries: string[];
  #at = 0;
  #listener = (): void => {};
  constructor(first: string) {
    this.entries = [first];
  }
  read = () => this.entries[this.#at] as string;
  push(fragment: string): void {
    this.entries.splice(++this.#at, Number.POSITIVE_INFINITY, fragment);
  }
  replace(fragment: string): void {
    this.entries[this.#at] = fragment;
  }
  onMove(listener: () => void): () => void {
    this.#listener = listener;
    return () => {};
  }
  back(): void {
    this.#at--;
    this.#listener();
  }
}

function setUp(fragment = '') {
  const clock = new ManualClock(0);
  const view = createViewStore('zh', true);
  const store = createStore<PlayerState>(() => ({
    ...{ mode: 'live', playing: true, speed: 1, moment: undefined, loading: false, failure: undefined },
  }));
  const player = {
    store,
    seek: (moment: number) => store.setState({ mode: 'replay', playing: false, moment }),
    goLive: () => store.setState({ mode: 'live', playing: true, moment: undefined }),
  } as Pick<Player, 'store' | 'seek' | 'goLive'> as Player;
  const address = new FakeAddress(fragment);
  const flown: unknown[] = [];
  const url = new UrlSync({ view, player, address, clock, flyTo: (camera) => flown.push(camera) });
  url.start(new AbortController().signal);
  return { clock, view, player, address, flown, url };
}

describe('the address', () => {
  test('opens what it names', () => {
    const { view, player } = setUp('thing=a&at=1970-01-01T00:00:05.000Z&only=parking&lang=en');
    expect(view.getState()).toMatchObject({ selection: { kind: 'thing', id: 'a' }, only: 'parking', language: 'en' });
    expect(player.store.getState().moment).toBe(5000);
  });

  test('follows the screen; a selection is a step, a camera is not', () => {
    const { view, address, clock } = setUp();
    view.setState({ camera: CAMERA });
    clock.advance(WRITE_MS);
    select(view, { kind: 'thing', id: 'a' });
    clock.advance(WRITE_MS);
    toggleOnly(view, 'parking');
    clock.advance(WRITE_MS);
    expect(address.entries).toHaveLength(2);
    expect(address.read()).toContain('thing=a&lang=zh&only=parking');
  });

  test('back undoes the selection and flies back; back from a replay is live', () => {
    const { view, player, address, clock, flown } = setUp();
    view.setState({ camera: CAMERA });
    clock.advance(WRITE_MS);
    select(view, { kind: 'thing', id: 'a' });
    clock.advance(WRITE_MS);
    player.seek(60_000);
    clock.advance(WRITE_MS);
    address.back();
    expect(player.store.getState().mode).toBe('live');
    expect(view.getState().selection).toEqual({ kind: 'thing', id: 'a' });
    address.back();
    expect(view.getState().selection).toEqual({ kind: 'none' });
    expect(flown).toEqual([CAMERA, CAMERA]);
  });

  test('is written at once where the page may end', () => {
    const { view, address, clock, url } = setUp();
    url.flush();
    expect(address.read()).toBe('');
    select(view, { kind: 'thing', id: 'a' });
    url.flush();
    expect(address.read()).toContain('thing=a');
    clock.advance(WRITE_MS);
    expect(address.entries).toHaveLength(2);
  });

  test('a replay that plays fills no history', () => {
    const { player, address, clock } = setUp();
    player.seek(60_000);
    clock.advance(WRITE_MS);
    player.store.setState({ playing: true });
    for (let moment = 61_000; moment < 80_000; moment += 1000) {
      player.store.setState({ moment });
      clock.advance(1000);
    }
    expect(address.entries).toHaveLength(2);
    expect(parseDeepLink(address.read()).at).toBe(79_000);
  });
});
