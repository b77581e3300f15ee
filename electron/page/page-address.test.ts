import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cityPage, fragmentOf, isCityUrl, isDocumentUrl, isPageUrl } from './page-address.ts';

test.each([
  ['yiping://app/index.html', true, true, true],
  ['yiping://app/index.html?x=1#c=2', true, true, true],
  ['yiping://app/', true, true, true],
  ['yiping://app/start.html', true, true, false],
  ['yiping://app/start.html#x', true, true, false],
  ['yiping://app/api/v1/things', true, false, false],
  ['yiping://app/tiles/index.html', true, false, false],
  ['yiping://app/index.html/x', true, false, false],
  ['yiping://app/api/?/index.html', true, false, false],
  ['yiping://application/index.html', false, false, false],
  ['yiping://app.evil/index.html', false, false, false],
  ['yiping://app@evil/index.html', false, false, false],
  ['https://evil/#yiping://app/index.html', false, false, false],
  ['about:blank', false, false, false],
  ['', false, false, false],
])('%j: of the application %s, a document of it %s, the city %s', (url, isPage, isDocument, isCity) => {
  expect([isPageUrl(url), isDocumentUrl(url), isCityUrl(url)]).toEqual([isPage, isDocument, isCity]);
});

test('whatever stood after # is there again', () => {
  fc.assert(
    fc.property(fc.string(), (fragment) => {
      expect(fragmentOf(cityPage(fragment))).toBe(fragment);
      expect(isCityUrl(cityPage(fragment))).toBe(true);
    }),
  );
});

test('what the start page has after # is nothing of the city', () => {
  expect(fragmentOf('yiping://app/start.html#c=1')).toBe('');
});
