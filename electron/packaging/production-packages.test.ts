import { expect, it } from 'vitest';
import { productionPackages } from './production-packages.ts';

it('a package is there with all that it needs, each as npm finds it from where it is asked for', () => {
  const locked = {
    '': { dependencies: { a: '1' }, devDependencies: { d: '1' } },
    'node_modules/a': { dependencies: { b: '1', c: '1' }, peerDependencies: { p: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': { dependencies: { d: '1' } },
    'node_modules/c': { optionalDependencies: { 'not-on-this-platform': '1' } },
    'node_modules/d': {},
    'node_modules/p': {},
  };
  expect([...productionPackages(['a'], locked)].sort()).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/p',
  ]);
});

it('packages that need each other are there once', () => {
  const locked = { 'node_modules/a': { dependencies: { b: '1' } }, 'node_modules/b': { dependencies: { a: '1' } } };
  expect([...productionPackages(['a'], locked)].sort()).toEqual(['node_modules/a', 'node_modules/b']);
});
