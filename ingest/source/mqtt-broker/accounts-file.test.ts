import { expect, test } from 'vitest';
import { parseAccounts } from './accounts-file.ts';

const HASH = `$scrypt$ln=14,r=8,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`;

test('accounts are read, and what is left out is empty', () => {
  const accounts = parseAccounts(
    `# pumps
- user: pump-17
  password: ${HASH}
  publish: [twin/%u/#, 'raw/%c/+']
- {user: display, subscribe: ["twin/#"]}
`,
    'accounts.yaml',
  );
  expect([...accounts.values()]).toMatchObject([
    { user: 'pump-17', password: { text: HASH }, publish: ['twin/%u/#', 'raw/%c/+'], subscribe: [] },
    { user: 'display', password: undefined, publish: [], subscribe: ['twin/#'] },
  ]);
});

test.each([
  ['no YAML', '- user: [', 'accounts.yaml line 1: '],
  ['no list', 'user: a', 'line 1: there must be a list of accounts, each "- user: NAME"'],
  ['nothing', '', 'there must be a list of accounts'],
  ['a word', '- a', 'line 1: an account is "- user: NAME"'],
  ['a wrong key', '- user: a\n  pasword: x', 'line 2: "pasword" is not known; an account has user, password'],
  ['no user', '- publish: []', 'line 1: user is 1 to 128 characters without /, + and #, not ""'],
  ['a user that would be a wildcard', '- user: "a/+"', 'line 1: user is 1 to 128'],
  ['a user twice', '- user: a\n- user: a', 'line 2: account "a" is there twice'],
  [
    'a bad filter',
    '- user: a\n  publish:\n    - ok\n    - a/#/b',
    'line 4: account "a": publish: "a/#/b" is no topic filter: # stands alone and last',
  ],
  ['no list of filters', '- user: a\n  subscribe: twin/#', 'line 2: account "a": subscribe is a list of topic filters'],
  ['a filter that is a number', '- user: a\n  publish: [7]', 'line 2: account "a": publish: "" is no topic filter'],
])('%s is told with its line and what is allowed', (_, text, message) => {
  expect(() => parseAccounts(text, 'accounts.yaml')).toThrow(message);
});

test.each([
  'hunter2',
  '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '""',
])('a password that is no bearable hash is refused and not shown: %s', (password) => {
  const parse = () => parseAccounts(`- user: a\n  password: ${password}`, 'accounts.yaml');
  expect(parse).toThrow('line 2: account "a": password is not the hash of one; make it with npm run mqtt-password');
  expect(parse).not.toThrow(/hunter2/);
});
