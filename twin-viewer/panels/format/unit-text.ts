import type { Translate } from '../i18n/i18n.ts';

/** UCUM codes (https://ucum.org) whose usual form does not follow from the code. Empty: a number without a unit. */
const SPECIAL: Readonly<Record<string, string>> = {
  '1': '',
  '[pH]': '',
  Cel: '°C',
  '[degF]': '°F',
  deg: '°',
  '%': '%',
  'kW.h': 'kWh',
  'MW.h': 'MWh',
  'W.h': 'Wh',
  'A.h': 'Ah',
  Ohm: 'Ω',
  '[ppm]': 'ppm',
  '[ppb]': 'ppb',
  'm[H2O]': 'mH₂O',
  bar: 'bar',
};

/** Annotations of the demo city's units that are words. */
const WORDS = { veh: 'unit.veh', space: 'unit.space', person: 'unit.person' } as const;

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '-': '⁻',
};

/** A UCUM code as people write it: `ug/m3` → `µg/m³`, `Cel` → `°C`, `{veh}/h` → `辆/h`. Empty where there is none. */
export function unitText(ucum: string | undefined, t: Translate): string {
  if (ucum === undefined) return '';
  const special = SPECIAL[ucum];
  if (special !== undefined) return special;
  return ucum
    .split('/')
    .map((part) => factorsText(part, t))
    .join('/');
}

/** Whether values in this unit are whole: things that are counted. */
export function isCounted(ucum: string | undefined): boolean {
  return ucum?.startsWith('{') === true && ucum !== '{NTU}';
}

function factorsText(part: string, t: Translate): string {
  return part
    .split('.')
    .map((factor) => {
      const special = SPECIAL[factor];
      if (special !== undefined && special !== '') return special;
      const annotation = /^\{(.+)\}$/.exec(factor)?.[1];
      if (annotation !== undefined)
        return annotation in WORDS ? t(WORDS[annotation as keyof typeof WORDS]) : annotation;
      const [, unit = factor, exponent = ''] = /^([A-Za-z[\]_]+)(-?\d+)?$/.exec(factor) ?? [];
      const micro = /^u[A-Za-z]/.test(unit) ? `µ${unit.slice(1)}` : unit;
      return micro + [...exponent].map((digit) => SUPERSCRIPTS[digit]).join('');
    })
    .join('·');
}
