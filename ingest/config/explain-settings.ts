import type { Setting } from './setting.ts';
import { environmentName, SETTINGS, type SettingName } from './settings.ts';

const ENTRIES = Object.entries(SETTINGS) as [SettingName, Setting<unknown>][];

/** What `--help` prints. */
export function helpText(): string {
  const rows = ENTRIES.map(([name, setting]) => [flagForm(name, setting), describe(setting)] as const);
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return [
    'Yiping 一屏: one screen sees the whole city.',
    '',
    'Usage: npm start [-- --SETTING VALUE …]',
    '',
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
    `  ${'--help'.padEnd(width)}  Prints this`,
    '',
    `Each setting is also an environment variable (${environmentName('http-port')}) and a line of config.yaml`,
    '("http-port: 8080"). A flag goes over the environment, that over the file, that over the default.',
  ].join('\n');
}

/** The same as a Markdown table; the README of this folder holds it. */
export function settingsTable(): string {
  const rows = ENTRIES.map(([name, setting]) => {
    const inFile = setting.isSwitch === true ? ` (in the file \`${name}: ${setting.fallback !== true}\`)` : '';
    const flag = `\`${flagForm(name, setting)}\`${inFile}`;
    return `| ${flag} | \`${environmentName(name)}\` | ${setting.about} | ${defaultText(setting)} |`;
  });
  return [
    '| flag; in `config.yaml` without `--` | environment | what it does | default |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** One line per setting: its value and where it came from. Secrets are masked. */
export function effectiveText(
  values: ReadonlyMap<SettingName, { readonly value: unknown; readonly origin: string }>,
): string {
  const rows = ENTRIES.map(([name, setting]) => {
    const { value, origin } = values.get(name) ?? { value: setting.fallback, origin: 'default' };
    return [name, shown(setting, value), origin] as const;
  });
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows
    .map(([name, value, origin]) => `  ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${origin}`)
    .join('\n');
}

function flagForm(name: string, setting: Setting<unknown>): string {
  if (setting.isSwitch === true) return setting.fallback === true ? `--no-${name}` : `--${name}`;
  return `--${name} ${setting.placeholder}`;
}

function describe(setting: Setting<unknown>): string {
  const about = setting.isSwitch === true && setting.fallback === true ? `Off: ${setting.about}` : setting.about;
  return `${about} (default: ${defaultText(setting)})`;
}

function defaultText(setting: Setting<unknown>): string {
  if (setting.isSwitch === true) return setting.fallback === true ? 'on' : 'off';
  return setting.fallbackText ?? String(setting.fallback);
}

function shown(setting: Setting<unknown>, value: unknown): string {
  const isAbsent = value === undefined || (Array.isArray(value) && value.length === 0);
  if (isAbsent) return setting.fallbackText ?? '-';
  return setting.show?.(value) ?? String(value);
}
