/** Light or dark: as the system has it, until somebody says otherwise; remembered in this browser. */
import { computed, effect, signal } from '@preact/signals';
import { DARK, LIGHT } from '../chart/palette.ts';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'slowbrute.theme';

const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', () => {
  systemIsDark.value = system.matches;
});

export const theme = signal<Theme>(kept());
export const isDark = computed(() =>
  theme.value === 'system' ? systemIsDark.value : theme.value === 'dark',
);
export const palette = computed(() => (isDark.value ? DARK : LIGHT));

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});

export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // a file on disk may have no storage: then it lasts as long as the page
  }
}

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}
