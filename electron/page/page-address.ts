/** The scheme of the application's own pages. */
export const PAGE_SCHEME = 'yiping';

const ORIGIN = `${PAGE_SCHEME}://app`;

export const START_PAGE = `${ORIGIN}/start.html`;
export const CITY_PAGE = `${ORIGIN}/index.html`;

/** Whether `url` is a page of the application. */
export function isPageUrl(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`);
}

/** Whether `url` is the city, and not the start page. */
export function isCityUrl(url: string): boolean {
  return isPageUrl(url) && !url.startsWith(START_PAGE);
}

/** What stands after `#`: camera, selection and moment of a city page; empty for any other. */
export function fragmentOf(url: string): string {
  const at = url.indexOf('#');
  return isCityUrl(url) && at >= 0 ? url.slice(at + 1) : '';
}

export function cityPage(fragment: string): string {
  return fragment === '' ? CITY_PAGE : `${CITY_PAGE}#${fragment}`;
}
