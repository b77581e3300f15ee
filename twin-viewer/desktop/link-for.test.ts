import { describe, expect, test } from 'vitest';
import { linkFor } from './link-for.ts';

const FRAGMENT = '#view=71.428500,51.128200,900,24.0,50.0&thing=trial&at=2026-11-25T00:00:00.000Z&lang=zh';

describe('a link to the screen', () => {
  test('is the address itself in a browser', () => {
    expect(linkFor(`http://city:8080/${FRAGMENT}`, undefined)).toBe(`http://city:8080/${FRAGMENT}`);
  });

  test('is the page of the server in the desktop application, where others can open it', () => {
    const here = `yiping://app/index.html${FRAGMENT}`;
    expect(linkFor(here, { liveUrl: 'ws://10.0.0.5:8080/live' })).toBe(`http://10.0.0.5:8080/${FRAGMENT}`);
    expect(linkFor(here, { liveUrl: 'wss://city.example/live' })).toBe(`https://city.example/${FRAGMENT}`);
    expect(linkFor(here, { liveUrl: 'ws://[fd00::5]:8080/live' })).toBe(`http://[fd00::5]:8080/${FRAGMENT}`);
  });
});
