import type { MenuItemConstructorOptions } from 'electron';
import type { MenuEntry } from './shell.ts';

/** The menu as Electron wants it. */
export function menuTemplate(menu: readonly MenuEntry[]): MenuItemConstructorOptions[] {
  return menu.map(itemOf);
}

function itemOf(entry: MenuEntry): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'menu':
      return { label: entry.label, submenu: menuTemplate(entry.entries) };
    case 'role':
      return { role: entry.role, label: entry.label };
    case 'action':
      return {
        label: entry.label,
        click: entry.run,
        ...(entry.key !== undefined && { accelerator: entry.key, registerAccelerator: entry.isKeyOfPage !== true }),
      };
  }
}
