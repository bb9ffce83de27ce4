import { useEffect, useRef } from 'react';

const SEQUENCE_MS = 1200;

/**
 * Keys of the page: `j`, `?`, `g i` (one after the other), `Escape`. Nothing happens while somebody types or a dialog is open,
 * but for `Escape` in a field, which leaves the field.
 */
export function useHotkeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('[role=dialog]')) return;
      const target = event.target as HTMLElement | null;
      if (target?.closest('input, textarea, select, [contenteditable=true], [role=menu], [role=listbox]')) {
        if (event.key === 'Escape') target.blur();
        return;
      }
      const sequence = first && event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${event.key}` : '';
      const act = (sequence && current.current[sequence]) || current.current[event.key];
      first = event.key;
      firstAt = event.timeStamp;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
