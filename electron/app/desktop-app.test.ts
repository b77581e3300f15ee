import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { DesktopSettings } from '../settings/desktop-settings.ts';
import type { MenuEntry, PageAnswer } from '../shell/shell.ts';
import { displayAt, FakeShell } from '../shell/testing/fake-shell.ts';
import type { FakeWindow } from '../shell/testing/fake-window.ts';
import type { WindowPlace } from '../windows/window-place.ts';
import { DesktopApp } from './desktop-app.ts';

const START = 'yiping://app/start.html';
const CITY = 'yiping://app/index.html';
const HEALTHY: PageAnswer = {
  ...{ status: 200, headers: {}, body: Buffer.from(JSON.stringify({ product: 'yiping', live: LIVE_PROTOCOL })) },
};
const left = displayAt(0, 0);
const PLACE: WindowPlace = {
  ...{ bounds: { x: 10, y: 10, width: 800, height: 600 }, display: left.bounds, mode: 'normal', fragment: 'c=1' },
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'yiping-app-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let shell: FakeShell;
let clock: ManualClock;
let userData: string;
beforeEach(() => {
  userData = mkdtempSync(join(root, 'user-'));
  shell = new FakeShell(userData);
  shell.network = async () => HEALTHY;
  clock = new ManualClock(0);
});

/** Lets everything go on that waits for nothing but promises. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};
async function start(settings?: Partial<DesktopSettings>): Promise<boolean> {
  if (settings !== undefined) writeFileSync(join(userData, 'settings.json'), JSON.stringify(settings));
  const isRunning = await new DesktopApp(shell, clock).run();
  await settle();
  return isRunning;
}
const saved = (): DesktopSettings => JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8'));
const logged = (): string => readFileSync(join(userData, 'logs', 'desktop.log'), 'utf8');
const window = (i = 0): FakeWindow => shell.windows[i] as FakeWindow;
async function choose(choice: unknown): Promise<void> {
  await shell.call(1, 'choose', choice);
  await settle();
}
function menu(label: string, entries: readonly MenuEntry[] = shell.menu): void {
  for (const entry of entries) {
    if (entry.kind === 'action' && entry.label === label) entry.run();
    if (entry.kind === 'menu') menu(label, entry.entries);
  }
}

describe('the first start', () => {
  test('asks where the city is, and asks nobody else', async () => {
    expect(await start()).toBe(true);
    expect(window().loaded).toEqual([START]);
    expect(await shell.call(1, 'startState')).toEqual({
      kind: 'choose',
      address: '',
      dataFolder: join(userData, 'data'),
    });
    await expect(shell.call(1, 'server')).rejects.toThrow('No server is chosen');
    expect([shell.fetched, shell.services, shell.feeds]).toEqual([[], [], []]);
  });

  test('shows the city when the choice is taken, and remembers it', async () => {
    await start();
    await choose({ where: 'server', address: 'city' });
    expect(window().loaded).toEqual([START, CITY]);
    expect(await shell.call(1, 'server')).toEqual({ liveUrl: 'ws://city:8080/live' });
    expect(saved().choice).toEqual({ where: 'server', address: 'city' });
  });

  test('tells the start page what stands in the way, and tries again when it is asked to', async () => {
    await start();
    shell.network = async () => {
      throw new Error('down');
    };
    await choose({ where: 'server', address: 'city' });
    const state = { kind: 'problem', problem: { kind: 'server-down', detail: 'down' } };
    expect(await shell.call(1, 'startState')).toMatchObject(state);
    expect(window().sent[window().sent.length - 1]).toMatchObject({ channel: 'yiping:start-state', value: state });
    shell.network = async () => HEALTHY;
    await shell.call(1, 'retry');
    await settle();
    expect(window().url).toBe(CITY);
  });
});

describe('a later start', () => {
  test('shows the city of last time in the windows of last time', async () => {
    await start({ choice: { where: 'here' }, windows: [PLACE, { ...PLACE, fragment: 'c=2' }] });
    expect(shell.windows.map(({ url }) => url)).toEqual([START, START]);
    shell.services[0]?.isReadyAt(4000);
    expect(shell.windows.map(({ url }) => url)).toEqual([`${CITY}#c=1`, `${CITY}#c=2`]);
  });

  test('while it runs already comes to nothing but the window in front of the one that runs', async () => {
    shell.isFirst = false;
    expect(await start()).toBe(false);
    expect([shell.windows, shell.services]).toEqual([[], []]);
  });

  test('brings the focused window to the front, else the newest', async () => {
    await start({ windows: [PLACE, PLACE, PLACE] });
    shell.startAgain();
    window(1).isFocused = true;
    shell.startAgain();
    expect(shell.windows.map(({ focused }) => focused)).toEqual([0, 1, 1]);
  });

  test('goes on where the settings are broken, and says so', async () => {
    writeFileSync(join(userData, 'settings.json'), '{');
    expect(await start()).toBe(true);
    expect(logged()).toContain('is not JSON');
  });
});

describe('another server', () => {
  test('is shown by all windows, where they were; none mixes it with the one before', async () => {
    await start({ choice: { where: 'server', address: 'one' }, windows: [PLACE, PLACE] });
    window(0).shows('c=5');
    menu('选择服务器…');
    expect(shell.windows.map(({ url }) => url)).toEqual([START, START]);
    menu('新建窗口');
    expect(window(2).url).toMatch(CITY);
    await choose({ where: 'server', address: 'two' });
    expect(shell.windows.map(({ url }) => url)).toEqual([`${CITY}#c=5`, `${CITY}#c=1`, `${CITY}#c=1`]);
    expect(window(2).loaded).toEqual([`${CITY}#c=1`, START, `${CITY}#c=1`]);
  });

  test('that does not answer leaves every window at the start page', async () => {
    await start({ choice: { where: 'server', address: 'one' }, windows: [PLACE] });
    shell.network = async () => {
      throw new Error('down');
    };
    await choose({ where: 'server', address: 'two' });
    expect(window().url).toBe(START);
    await expect(shell.call(1, 'server')).rejects.toThrow();
    expect((await shell.answerPage({ method: 'GET', url: 'yiping://app/api/v1/things', headers: {} })).status).toBe(
      503,
    );
  });
});

test('the service inside that dies and is back leaves the pages where they are: they find back by themselves', async () => {
  await start({ choice: { where: 'here' }, windows: [PLACE] });
  shell.services[0]?.isReadyAt(4000);
  window().shows('c=8');
  shell.services[0]?.ends(undefined);
  clock.advance(500);
  shell.services[1]?.isReadyAt(4000);
  expect(window().loaded).toEqual([START, `${CITY}#c=1`]);
  expect(window().url).toBe(`${CITY}#c=8`);
});

describe('the live socket of a page', () => {
  beforeEach(() => {
    shell.cookies = 'session=abc';
  });
  const headers = { origin: 'yiping://app', 'user-agent': 'x', cookie: 'theirs=1' };

  test('is opened in the name of the server, with its cookies', async () => {
    await start({ choice: { where: 'server', address: 'https://city' } });
    expect(await shell.sent('wss://city/live', headers)).toEqual({
      ...{ origin: 'https://city', 'user-agent': 'x', cookie: 'session=abc' },
    });
  });

  test.each([
    'ws://city:80801/live',
    'ws://city:8080.evil/live',
    'ws://city:8080@evil/live',
    'ws://evil/ws://city:8080/',
    'http://city:8080/',
  ])('is the only one: not %s', async (url) => {
    await start({ choice: { where: 'server', address: 'city' } });
    expect(await shell.sent(url, headers)).toBe(headers);
  });

  test('is not there before a server is', async () => {
    await start();
    expect(await shell.sent('ws://city:8080/live', headers)).toBe(headers);
  });
});

describe('what is remembered', () => {
  test('is saved half a second after a window found its place, once', async () => {
    await start({ windows: [PLACE] });
    for (const x of [20, 30, 40]) window().isMovedTo({ ...PLACE.bounds, x });
    clock.advance(1000);
    expect(saved().windows[0]?.bounds.x).toBe(10);
    clock.advance(500);
    expect(saved().windows[0]?.bounds.x).toBe(40);
  });

  test('is saved at the end: the place of a moment ago, and what each window showed', async () => {
    await start({ choice: { where: 'server', address: 'city' }, windows: [PLACE, PLACE] });
    window(0).shows('c=7');
    window(1).isMovedTo({ ...PLACE.bounds, x: 99 });
    clock.advance(1000);
    await shell.askToQuit();
    expect(saved().windows.map(({ fragment, bounds }) => [fragment, bounds.x])).toEqual([
      ['c=7', 10],
      ['c=1', 99],
    ]);
  });

  test('is what windows show, a minute later at most: a power cut asks nobody to quit', async () => {
    await start({ choice: { where: 'server', address: 'city' }, windows: [PLACE] });
    window().shows('c=9');
    clock.advance(61_000);
    expect(saved().windows.map(({ fragment }) => fragment)).toEqual(['c=9']);
  });

  test('is not emptied by windows that close because the application ends', async () => {
    await start({ windows: [PLACE, PLACE] });
    await shell.askToQuit();
    for (const each of shell.windows) each.close();
    clock.advance(60_000);
    expect(saved().windows).toHaveLength(2);
  });

  test('is the language that a page speaks, and the menu speaks it at once', async () => {
    await start();
    expect(shell.menu.map((entry) => entry.kind === 'menu' && entry.label)).toContain('视图');
    await shell.call(1, 'setLanguage', 'en');
    expect(shell.menu.map((entry) => entry.kind === 'menu' && entry.label)).toContain('View');
    expect(saved().language).toBe('en');
  });

  test('is still used where the disk does not take it', async () => {
    await start();
    mkdirSync(join(userData, 'settings.json.new'));
    await choose({ where: 'server', address: 'city' });
    expect(window().url).toBe(CITY);
    expect(logged()).toContain('cannot be written');
  });
});

describe('the end', () => {
  test('waits for the service inside', async () => {
    await start({ choice: { where: 'here' } });
    shell.services[0]?.isReadyAt(4000);
    let isDone = false;
    const end = shell.askToQuit().then(() => {
      isDone = true;
    });
    await settle();
    expect([isDone, shell.services[0]?.sent]).toEqual([false, [{ type: 'stop' }]]);
    shell.services[0]?.ends(0);
    await end;
    expect(logged()).toContain('Yiping ended');
  });

  test('is the end: an answer that comes later speaks to no window that is gone, and a page starts nothing more', async () => {
    const answers: ((answer: PageAnswer) => void)[] = [];
    shell.network = () => new Promise((resolve) => answers.push(resolve));
    await start({ choice: { where: 'server', address: 'city' } });
    await shell.call(1, 'choose', { where: 'server', address: 'city' });
    await settle();
    await shell.askToQuit();
    await shell.call(1, 'choose', { where: 'here' });
    window().close();
    for (const answer of answers) answer(HEALTHY);
    await settle();
    expect(shell.services).toEqual([]);
  });

  test('of the last window lets a second start and the menu ask nothing of it', async () => {
    await start({ choice: { where: 'here' } });
    window().close();
    shell.services[0]?.isReadyAt(4000);
    shell.startAgain();
    for (const label of ['重新载入', '全屏', '关闭窗口', '搜索', '选择服务器…']) menu(label);
    shell.plug(displayAt(0, 0), displayAt(1920, 0));
    clock.advance(60_000);
    expect(window().isDestroyed).toBe(true);
  });
});

describe('updates', () => {
  test('are looked for only where a feed is set', async () => {
    await start({ updateFeed: 'http://updates.city/feed' });
    expect(shell.feeds).toEqual(['http://updates.city/feed']);
  });

  test('that cannot be looked for do not end the application', async () => {
    shell.checkForUpdates = () => {
      throw new Error('no signature');
    };
    expect(await start({ updateFeed: 'http://updates.city/feed' })).toBe(true);
    expect(logged()).toContain('no signature');
  });
});

test('a foreign frame is refused whatever it asks for', async () => {
  await start();
  const call = { window: 1, frameUrl: 'https://evil.example/', isMainFrame: true, name: 'startState', args: [] };
  await expect((async () => shell.answerCall(call))()).rejects.toThrow('does not answer');
});
