import { useEffect, useRef } from 'react';
import type { Row } from '../../api/types.ts';
import { serverNow } from './clock.ts';

/** A request older than this is no news, though its row may change. */
const NEWS_MS = 120_000;

/** Rows that were just heard of over the stream. */
const listeners = new Set<(rows: readonly Row[]) => void>();

export function tellRows(rows: readonly Row[]): void {
  for (const listener of listeners) listener(rows);
}

/** Calls `act` once for each new request for a person. */
export function useRequests(act: (row: Row) => void): void {
  const current = useRef(act);
  current.current = act;
  useEffect(() => {
    const told = new Map<string, number>();
    const listener = (rows: readonly Row[]) => {
      for (const row of rows) {
        if (row.humanAskedAt === null || told.get(row.contact) === row.humanAskedAt) continue;
        if (serverNow() - row.humanAskedAt > NEWS_MS) continue;
        told.set(row.contact, row.humanAskedAt);
        current.current(row);
      }
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}

const WANTED = 'console.notify';

export type NotifyState = 'unsupported' | 'denied' | 'off' | 'on';

export function notifyState(): NotifyState {
  if (typeof Notification === 'undefined') return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(WANTED) === 'yes' ? 'on' : 'off';
}

/** Asks the browser only when somebody pressed the button for it. */
export async function setNotify(on: boolean): Promise<NotifyState> {
  if (typeof Notification === 'undefined') return 'unsupported';
  const permission = on ? await Notification.requestPermission() : Notification.permission;
  localStorage.setItem(WANTED, on && permission === 'granted' ? 'yes' : 'no');
  return notifyState();
}

/** Shown only where wanted, and only while the page is not looked at. */
export function announce(title: string, body: string, onClick: () => void): void {
  if (notifyState() !== 'on' || document.hasFocus()) return;
  const notification = new Notification(title, { body, tag: body, icon: '/console/icon.svg' });
  notification.addEventListener('click', () => {
    window.focus();
    onClick();
    notification.close();
  });
}
