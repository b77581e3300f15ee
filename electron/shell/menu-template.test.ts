import { expect, test } from 'vitest';
import { menuTemplate } from './menu-template.ts';

test('a key of the page is shown and not taken; any other is taken', () => {
  const run = () => {};
  const template = menuTemplate([
    {
      ...{ kind: 'menu', label: 'View' },
      entries: [
        { kind: 'action', label: 'Live', key: 'L', isKeyOfPage: true, run },
        { kind: 'separator' },
        { kind: 'action', label: 'Reload', key: 'CmdOrCtrl+R', run },
        { kind: 'action', label: 'Kiosk', run },
        { kind: 'role', role: 'quit', label: 'Quit' },
      ],
    },
  ]);
  expect(template).toEqual([
    {
      label: 'View',
      submenu: [
        { label: 'Live', click: run, accelerator: 'L', registerAccelerator: false },
        { type: 'separator' },
        { label: 'Reload', click: run, accelerator: 'CmdOrCtrl+R', registerAccelerator: true },
        { label: 'Kiosk', click: run },
        { role: 'quit', label: 'Quit' },
      ],
    },
  ]);
});
