import type { Language } from '#devices/model/localized-text.ts';

/** What menus say. */
const WORDS = {
  application: { zh: '一屏', en: 'Yiping' },
  newWindow: { zh: '新建窗口', en: 'New Window' },
  chooseServer: { zh: '选择服务器…', en: 'Choose Server…' },
  logs: { zh: '打开日志文件夹', en: 'Show Log Files' },
  closeWindow: { zh: '关闭窗口', en: 'Close Window' },
  quit: { zh: '退出', en: 'Quit' },
  edit: { zh: '编辑', en: 'Edit' },
  copy: { zh: '复制', en: 'Copy' },
  paste: { zh: '粘贴', en: 'Paste' },
  selectAll: { zh: '全选', en: 'Select All' },
  view: { zh: '视图', en: 'View' },
  search: { zh: '搜索', en: 'Search' },
  live: { zh: '回到实时', en: 'Go Live' },
  play: { zh: '播放/暂停', en: 'Play or Pause' },
  sources: { zh: '数据来源', en: 'Data Sources' },
  language: { zh: 'English', en: '中文' },
  reload: { zh: '重新载入', en: 'Reload' },
  fullScreen: { zh: '全屏', en: 'Full Screen' },
  kiosk: { zh: '大屏模式（占满本显示器）', en: 'Kiosk on This Display' },
  kioskOn: { zh: '大屏模式：显示器', en: 'Kiosk on Display' },
  window: { zh: '窗口', en: 'Window' },
  minimize: { zh: '最小化', en: 'Minimize' },
  help: { zh: '帮助', en: 'Help' },
  keys: { zh: '快捷键', en: 'Keyboard Shortcuts' },
} satisfies Record<string, Record<Language, string>>;

export type Word = keyof typeof WORDS;

export function word(name: Word, language: Language): string {
  return WORDS[name][language];
}

/** Before anybody chose one: Chinese where the system speaks it, else English. */
export function languageOf(locale: string): Language {
  return /^zh\b/i.test(locale) ? 'zh' : 'en';
}
