import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { START_PROBLEMS, type StartChoice, type StartState } from '../twin-viewer/desktop/desktop-bridge.ts';
import { seriousFaults } from './axe.ts';
import { noBrowser, openBrowser } from './browser.ts';
import { installFakeDesktop } from './fake-desktop.ts';
import { servePages } from './pages.ts';

const SERVER: StartChoice = { where: 'server', address: 'http://10.0.0.5:8080' };
const CHOOSE: StartState = { kind: 'choose', address: '', dataFolder: '/home/user/.config/yiping/data' };
const STARTING: StartState = { kind: 'starting', choice: SERVER };
const DOWN: StartState = { kind: 'problem', choice: SERVER, problem: { kind: 'server-down', detail: 'ECONNREFUSED' } };

describe.skipIf(noBrowser !== undefined)(`the start page${noBrowser === undefined ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;
  let pages: Awaited<ReturnType<typeof servePages>>;
  let page: Page;

  beforeAll(async () => {
    pages = await servePages();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1024, height: 640 }, locale: 'zh-CN' });
  });
  afterEach(() => page.close());

  const open = async (state: StartState) => {
    await installFakeDesktop(page, { state });
    await page.goto(`${pages.url}/start.html`);
    await page.locator('h1').waitFor();
  };
  const tell = (state: StartState) => page.evaluate((told) => window.tell(told), state);
  const asked = () => page.evaluate(() => window.asked.filter(([name]) => name !== 'setLanguage'));
  const title = () => page.locator('h1').innerText();

  test('a blind Enter chooses nothing; the address as it is typed is explained, and Enter sends it', async () => {
    await open(CHOOSE);
    await page.keyboard.press('Enter');
    expect(await asked()).toEqual([]);
    const says = page.locator('[aria-live=polite]');
    await says.getByText('请填写地址').waitFor();
    await page.keyboard.type('ftp://city');
    await says.getByText('只支持 http 和 https').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('10.0.0.5');
    await says.getByText('将连接 http://10.0.0.5:8080').waitFor();
    await page.keyboard.press('Enter');
    expect(await asked()).toEqual([['choose', SERVER]]);
  });

  test('running on this machine says where the data is kept, and is one key away', async () => {
    await open(CHOOSE);
    await page.getByText(CHOOSE.dataFolder).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await asked()).toEqual([['choose', { where: 'here' }]]);
  });

  test('from a choice to a problem and back to another choice, and nothing moves', async () => {
    await open(CHOOSE);
    const places = [await page.locator('.start-panel').boundingBox()];
    await tell(STARTING);
    await page.getByText('正在连接 10.0.0.5:8080').waitFor();
    places.push(await page.locator('.start-panel').boundingBox());
    // A second Enter does not take back what the first one chose.
    await page.keyboard.press('Enter');
    await tell(DOWN);
    await page.getByText('10.0.0.5:8080 没有应答').waitFor();
    places.push(await page.locator('.start-panel').boundingBox());
    expect(places).toEqual([places[0], places[0], places[0]]);
    await page.getByRole('button', { name: '打开日志文件夹' }).click();
    await page.getByRole('button', { name: '换一个来源' }).click();
    expect(await page.getByLabel('服务器地址').inputValue()).toBe('http://10.0.0.5:8080');
    await tell(DOWN);
    expect(await page.getByLabel('服务器地址').count()).toBe(1);
    expect(await asked()).toEqual([['showLogs'], ['chooseAgain']]);
  });

  test('Enter on a problem tries again', async () => {
    await open(DOWN);
    await page.keyboard.press('Enter');
    expect(await asked()).toEqual([['retry']]);
  });

  test('the language is the chosen one in every state and is told to the application', async () => {
    await open(DOWN);
    await page.getByRole('button', { name: '切换为英文' }).click();
    expect(await title()).toBe('10.0.0.5:8080 does not answer');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await page.evaluate(() => window.asked)).toEqual([
      ['setLanguage', 'zh'],
      ['setLanguage', 'en'],
    ]);
  });

  test('axe finds nothing serious in any state, in either language', async () => {
    await open(CHOOSE);
    const problems = START_PROBLEMS.map((kind): StartState => {
      const choice: StartChoice = kind.startsWith('data') || kind === 'service-failed' ? { where: 'here' } : SERVER;
      return { kind: 'problem', choice, problem: { kind, detail: '/home/user/.config/yiping/data' } };
    });
    for (const state of [CHOOSE, STARTING, { ...STARTING, choice: { where: 'here' } } as const, ...problems]) {
      await tell(state);
      for (const _language of ['en', 'zh']) {
        await page.locator('.start-language').click();
        expect([state, await seriousFaults(page)]).toEqual([state, []]);
      }
    }
  });

  test('brings no Cesium and asks for nothing that is not there', async () => {
    pages.asked.length = 0;
    const missing: string[] = [];
    page.on('response', (answer) => {
      if (!answer.ok()) missing.push(answer.url());
    });
    await open(CHOOSE);
    expect(missing).toEqual([]);
    expect(pages.asked.filter((path) => /cesium/i.test(path))).toEqual([]);
    expect(pages.asked).toContain('/start.html');
  });

  test('in a browser, where there is no application, it says so and leads to the city', async () => {
    await page.goto(`${pages.url}/start.html`);
    await page.getByText('这一页属于一屏桌面程序').waitFor();
    expect(await page.getByRole('link', { name: '打开城市' }).getAttribute('href')).toBe('/');
  });
});
