import { hashPassword } from './password-hash.ts';

/** Characters that a terminal sends in raw mode. */
const ENTER = ['\r', '\n', '\u0004'];
const BACKSPACE = ['\u007f', '\b'];
const CTRL_C = '\u0003';
const INTERRUPTED = 130;
const LEAST_CHARACTERS = 8;
/** CONNECT itself has no room for more. */
const MOST_CHARACTERS = 1_000;

/** Asks on the terminal without showing what is typed. */
function ask(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true).setEncoding('utf8').resume();
  return new Promise((resolve) => {
    let typed: string[] = [];
    const take = (text: string) => {
      for (const character of text) {
        if (character === CTRL_C) process.exit(INTERRUPTED);
        if (ENTER.includes(character)) {
          stdin.off('data', take).setRawMode(false).pause();
          stderr.write('\n');
          resolve(typed.join(''));
          return;
        }
        if (BACKSPACE.includes(character)) typed = typed.slice(0, -1);
        else typed.push(character);
      }
    };
    stdin.on('data', take);
  });
}

async function readPiped(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return readPiped();
  const password = await ask('Password: ');
  if ((await ask('Again: ')) === password) return password;
  return fail('the two are not the same; nothing was made');
}

function fail(reason: string): never {
  console.error(`mqtt-password: ${reason}`);
  process.exit(1);
}

/** `npm run mqtt-password`: the line for the accounts file that stands for a password, which itself is kept nowhere. */
const password = await readPassword();
if (password.length < LEAST_CHARACTERS || password.length > MOST_CHARACTERS) {
  fail(
    `a password has ${LEAST_CHARACTERS} to ${MOST_CHARACTERS} characters; a good one: head -c 18 /dev/urandom | base64`,
  );
}
console.log(`password: ${await hashPassword(password)}`);
