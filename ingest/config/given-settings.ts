import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { ROOT_VARIABLE } from '../root.ts';
import { ConfigError, unknownSetting } from './config-error.ts';
import { environmentName, SETTINGS, type SettingName } from './settings.ts';

/** A value as somebody wrote it, and where: `--http-port`, `YIPING_HTTP_PORT`, `config.yaml`. */
export interface Given {
  readonly text: string;
  readonly origin: string;
}

export type GivenSettings = Map<SettingName, Given>;

const NAMES = Object.keys(SETTINGS) as SettingName[];
const FLAGS = NAMES.flatMap((name) =>
  (SETTINGS[name] as { isSwitch?: boolean }).isSwitch ? [name, `no-${name}`] : [name],
);
/** Variables that begin like settings and are not: the tests' own, and which Electron the desktop application uses. */
const FOREIGN = /^YIPING_(TEST_|ELECTRON(_|$))/;

/** `--help` was among them. @throws {ConfigError} */
export function givenByFlags(argv: readonly string[]): { readonly settings: GivenSettings; readonly help: boolean } {
  const settings: GivenSettings = new Map();
  let help = false;
  const options = Object.fromEntries(
    NAMES.map((name) => [name, { type: isSwitch(name) ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowNegative: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new ConfigError(
        `${JSON.stringify(token.value)} (command line) stands alone; write --NAME VALUE, or see --help.`,
      );
    }
    if (token.name === 'help') {
      help = true;
      continue;
    }
    if (!isSetting(token.name)) {
      throw unknownSetting(
        token.rawName,
        'command line',
        FLAGS.map((name) => `--${name}`),
      );
    }
    const text = flagText(token.name, token.rawName, token.value);
    add(settings, token.name, { text, origin: token.rawName });
  }
  return { settings, help };
}

/** @throws {ConfigError} for a `YIPING_…` variable that is no setting */
export function givenByEnvironment(environment: Readonly<Record<string, string | undefined>>): GivenSettings {
  const settings: GivenSettings = new Map();
  const byVariable = new Map(NAMES.map((name) => [environmentName(name), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('YIPING_') || text === undefined) continue;
    if (FOREIGN.test(variable) || variable === ROOT_VARIABLE) continue;
    const name = byVariable.get(variable);
    if (name === undefined) throw unknownSetting(variable, 'environment', [...byVariable.keys()]);
    settings.set(name, { text: text.trim(), origin: variable });
  }
  return settings;
}

/** @param origin The file's name, for messages. @throws {ConfigError} */
export function givenByFile(yaml: string, origin: string): GivenSettings {
  let parsed: unknown;
  try {
    parsed = parseYaml(yaml);
  } catch (error) {
    throw new ConfigError(`${origin} is not YAML: ${(error as Error).message}`);
  }
  const settings: GivenSettings = new Map();
  if (parsed === null || parsed === undefined) return settings;
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new ConfigError(`${origin} must hold lines of "setting: value", e.g. "http-port: 8081".`);
  }
  for (const [name, value] of Object.entries(parsed)) {
    if (!isSetting(name) || name === 'config') throw unknownSetting(name, origin, NAMES);
    settings.set(name, { text: fileText(name, value, origin), origin });
  }
  return settings;
}

function isSwitch(name: SettingName): boolean {
  return (SETTINGS[name] as { isSwitch?: boolean }).isSwitch === true;
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

function flagText(name: SettingName, rawName: string, value: string | undefined): string {
  if (isSwitch(name)) {
    if (value !== undefined) return value;
    return rawName.startsWith('--no-') ? 'false' : 'true';
  }
  if (value === undefined || value.startsWith('--')) {
    throw new ConfigError(`${rawName} (command line) needs a value: ${rawName} ${SETTINGS[name].placeholder}.`);
  }
  return value;
}

/** A flag given twice: a list grows, for anything else it is a mistake. */
function add(settings: GivenSettings, name: SettingName, given: Given): void {
  const before = settings.get(name);
  if (before === undefined) {
    settings.set(name, given);
    return;
  }
  if (!(SETTINGS[name] as { isList?: boolean }).isList) {
    throw new ConfigError(
      `${given.origin} (command line) is given twice: ${before.text} and ${given.text}; give it once.`,
    );
  }
  settings.set(name, { text: `${before.text},${given.text}`, origin: given.origin });
}

function fileText(name: SettingName, value: unknown, origin: string): string {
  const isList = (SETTINGS[name] as { isList?: boolean }).isList === true;
  if (Array.isArray(value) && isList) return value.map(String).join(',');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value).trim();
  const shown = JSON.stringify(value);
  throw new ConfigError(`${name}: ${shown} (${origin}) is not allowed; allowed is ${SETTINGS[name].allowed}.`);
}
