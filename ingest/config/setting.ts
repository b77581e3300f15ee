/**
 * One setting, whatever names it: `--http-port`, `YIPING_HTTP_PORT`, or `http-port:` in the file.
 * Values come as text from all three, so one `parse` serves all.
 */
export interface Setting<T> {
  /** Stands for the value in the help: `PORT`. */
  readonly placeholder: string;
  /** One line: what it does. */
  readonly about: string;
  /** What is allowed, as it ends the sentence "…, allowed is". */
  readonly allowed: string;
  readonly fallback: T;
  /** The fallback in words, where the value does not speak for itself. */
  readonly fallbackText?: string;
  /** Undefined: not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** `--name` without a value means true, `--no-name` false. */
  readonly isSwitch?: boolean;
  /** May be given several times, or as a list in the file, or with commas; `parse` gets it joined with commas. */
  readonly isList?: boolean;
  /** The text may hold a secret: how to show it. */
  show?(value: T): string;
}

export function textSetting(
  fallback: string,
  options: { placeholder: string; about: string; allowed: string; pattern: RegExp },
): Setting<string> {
  return {
    ...options,
    fallback,
    parse: (text) => (options.pattern.test(text) ? text : undefined),
  };
}

/** A text that may be absent. */
export function optionalText(options: {
  placeholder: string;
  about: string;
  allowed: string;
  fallbackText: string;
  isAllowed: (text: string) => boolean;
}): Setting<string | undefined> {
  const { isAllowed, ...rest } = options;
  return { ...rest, fallback: undefined, parse: (text) => (isAllowed(text) ? text : undefined) };
}

export const HOST_ALLOWED = 'an IP address or a host name';
export const HOST_PATTERN = /^([a-zA-Z0-9.-]{1,253}|[0-9a-fA-F:.]{2,45})$/;

/** An address to listen on, where it is not that of everything else. */
export function optionalHost(about: string): Setting<string | undefined> {
  return {
    placeholder: 'ADDRESS',
    about,
    allowed: HOST_ALLOWED,
    fallback: undefined,
    fallbackText: 'that of host',
    parse: (text) => (HOST_PATTERN.test(text) ? text : undefined),
  };
}

/** A TCP port; 0 lets the system choose. */
export function portSetting(fallback: number, about: string): Setting<number> {
  return {
    placeholder: 'PORT',
    about,
    allowed: 'a port from 1 to 65535, or 0 for any free one',
    fallback,
    parse: (text) => wholeNumber(text, 0, 65_535),
  };
}

export function optionalNumber(
  options: { placeholder: string; about: string; fallbackText: string },
  least: number,
  most: number,
): Setting<number | undefined> {
  return {
    ...options,
    allowed: `a whole number from ${least} to ${most}`,
    fallback: undefined,
    parse: (text) => wholeNumber(text, least, most),
  };
}

const SIZE_UNITS: Readonly<Record<string, number>> = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** An amount of disk or memory, in bytes. */
export function sizeSetting(
  fallback: number,
  options: { about: string; fallbackText: string; least: number },
): Setting<number> {
  return {
    ...options,
    placeholder: 'SIZE',
    allowed: `a size of ${options.least / 2 ** 20} MiB or more, e.g. 512MiB, 4GiB, 1TiB`,
    fallback,
    parse: (text) => {
      const [, digits, unit = ''] = /^(\d{1,6})\s?(MiB|GiB|TiB)$/.exec(text) ?? [];
      const bytes = digits === undefined ? 0 : Number(digits) * (SIZE_UNITS[unit] ?? 0);
      return bytes >= options.least ? bytes : undefined;
    },
    show: (bytes) => (bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30}GiB` : `${bytes / 2 ** 20}MiB`),
  };
}

export function switchSetting(fallback: boolean, about: string): Setting<boolean> {
  return {
    placeholder: '',
    about,
    allowed: 'true or false',
    fallback,
    isSwitch: true,
    parse: (text) =>
      ({ true: true, yes: true, on: true, '1': true, false: false, no: false, off: false, '0': false })[text],
  };
}

export function pathSetting<T extends string | undefined>(
  fallback: T,
  options: { placeholder: string; about: string; fallbackText?: string },
): Setting<string | T> {
  return { ...options, allowed: 'a path', fallback, parse: (text) => (text === '' ? undefined : text) };
}

/** `parseOne` undefined: that entry is not allowed. */
export function listSetting(
  options: {
    placeholder: string;
    about: string;
    allowed: string;
    fallbackText: string;
    show?: (v: readonly string[]) => string;
  },
  parseOne: (text: string) => string | undefined,
): Setting<readonly string[]> {
  return {
    ...options,
    fallback: [],
    isList: true,
    parse: (text) => {
      const entries = text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [parseOne(entry.trim())]));
      return entries.every((entry) => entry !== undefined) ? entries : undefined;
    },
  };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
