/** The scheme of the application's own pages. */
export const PAGE_SCHEME = 'yiping';

const ORIGIN = `${PAGE_SCHEME}://app`;

export const START_PAGE = `${ORIGIN}/start.html`;
export const CITY_PAGE = `${ORIGIN}/index.html`;

/** Whether `url` is of the application: its documents, what belongs to them, and what the server says through it. */
export function isPageUrl(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`);
}

/** Whether `url` is a document of ours: a window shows nothing else, and nothing else speaks over the bridge. */
export function isDocumentUrl(url: string): boolean {
  return isCityUrl(url) || documentOf(url) === START_PAGE;
}

/** Whether `url` is the city, and not the start page. */
export function isCityUrl(url: string): boolean {
  return [CITY_PAGE, `${ORIGIN}/`, ORIGIN].includes(documentOf(url));
}

function documentOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** What stands after `#`: camera, selection and moment of a city page; empty for any other. */
export function fragmentOf(url: string): string {
  const at = url.indexOf('#');
  return isCityUrl(url) && at >= 0 ? url.slice(at + 1) : '';
}

export function cityPage(fragment: string): string {
  return fragment === '' ? CITY_PAGE : `${CITY_PAGE}#${fragment}`;
}
