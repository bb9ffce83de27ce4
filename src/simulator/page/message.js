// One entry of a chat as elements.
import { el, icon, showDay, showHour, showSize } from './dom.js';
import { t } from './texts.js';

/** `tap(button)` is called for a button that goes to the bot; `isChosen(button)` says whether it was tapped. */
export function heardRow(entry, { channel, tap, isChosen }) {
  const { item, at } = entry;
  const bubble = el('div', { className: 'bubble' }, ...content(item));
  const isCard = channel === 'zalo' || item.buttons.length > 0;
  if (channel === 'zalo') bubble.append(el('time', { className: 'hour' }, showHour(at)));
  const body = el('div', { className: isCard ? 'body card' : 'body' }, bubble);
  if (item.buttons.length > 0) {
    const list = el('div', { className: 'buttons', role: 'group' });
    for (const button of item.buttons) list.append(answerButton(button, tap, isChosen(button)));
    body.append(list);
  }
  if (item.cost) body.append(el('p', { className: 'cost' }, costText(item.cost)));
  return el(
    'div',
    { className: 'row heard', dataset: { id: item.id } },
    el('span', { className: 'avatar', 'aria-hidden': 'true' }),
    el('span', { className: 'sr' }, `${t(item.by === 'staff' ? 'by-staff' : 'botSays')}: `),
    body,
  );
}

/** What only the sender knows; no real phone shows it. `vnd`: null = nothing is charged, 0 = a package pays. */
function costText({ why, name, vnd }) {
  const about = why === 'template' ? t('costTemplate', { name }) : t('costLate');
  if (vnd === null) return about;
  return `${about} · ${vnd === 0 ? t('costPackage') : t('costVnd', { vnd: String(vnd) })}`;
}

function answerButton(button, tap, chosen) {
  const { kind, title, payload } = button;
  if (kind === 'url') {
    return el(
      'a',
      { className: 'answer', href: safeUrl(payload), target: '_blank', rel: 'noopener' },
      title,
      icon('link'),
    );
  }
  if (kind === 'phone' || kind === 'sms') {
    return el('a', { className: 'answer', href: `${kind === 'sms' ? 'sms' : 'tel'}:${payload}` }, title, icon('phone'));
  }
  return el(
    'button',
    { type: 'button', className: chosen ? 'answer chosen' : 'answer', on: { click: () => tap(button) } },
    title,
    chosen ? el('span', { className: 'sr' }, ` (${t('chosen')})`) : '',
  );
}

/** The pills above the composer of Messenger, gone with the next message. */
export function quickReplies(buttons, tap) {
  const row = el('div', { className: 'pills', role: 'group' });
  for (const button of buttons) {
    row.append(el('button', { type: 'button', className: 'pill', on: { click: () => tap(button) } }, button.title));
  }
  return row;
}

/** `state`: what became of it, or null while it is on its way. */
export function saidRow(entry, channel, state) {
  const { item, at } = entry;
  const parts = [];
  if (item.tapped === undefined) {
    const bubble = el('div', { className: bubbleClass(item) }, ...content(item));
    if (channel === 'zalo') bubble.append(el('time', { className: 'hour' }, showHour(at)));
    parts.push(el('span', { className: 'sr' }, `${t('youSay')}: `), bubble);
  }
  const text = stateText(state);
  const isTrouble = state !== null && state.state !== 'delivered';
  if (item.tapped === undefined || isTrouble)
    parts.push(el('p', { className: isTrouble ? 'state bad' : 'state' }, text));
  return el('div', { className: 'row said', dataset: { id: item.id } }, ...parts);
}

const bubbleClass = ({ files, text }) =>
  text === '' && files.every(({ kind }) => kind === 'image' || kind === 'sticker') ? 'bubble bare' : 'bubble';

function stateText(state) {
  if (state === null) return t('saidSending');
  if (state.state === 'delivered') return t('saidDelivered');
  if (state.state === 'lost') return t('saidLost');
  if (state.state === 'left') return t('saidLeft');
  return t('saidWaiting', { seconds: String(Math.max(1, Math.round(state.againMs / 1000))) });
}

const NOTES = {
  follow: 'noteFollow',
  unfollow: 'noteUnfollow',
  chatNow: 'noteChatNow',
  link: 'noteLink',
  erase: 'noteErase',
  block: 'noteBlock',
  unblock: 'noteUnblock',
};
export const noteRow = ({ item }) => el('p', { className: 'note' }, t(NOTES[item.note] ?? '', { ref: item.ref ?? '' }));

export const dayRow = (at) => el('p', { className: 'day' }, `${showHour(at)}, ${showDay(at)}`);

export const typingRow = () =>
  el(
    'div',
    { className: 'row heard typing' },
    el('span', { className: 'avatar', 'aria-hidden': 'true' }),
    el('div', { className: 'bubble', role: 'img', 'aria-label': t('typing') }, el('i', {}), el('i', {}), el('i', {})),
  );

/** What a message holds: its files, then its text. */
export function content({ text, files }) {
  const parts = files.map(fileView);
  if (text !== '') parts.push(el('p', { className: 'text' }, ...withLinks(text)));
  return parts;
}

function fileView({ kind, name, size, url }) {
  const address = localUrl(url);
  if (kind === 'image') return el('img', { className: 'picture', src: address, alt: name, loading: 'lazy' });
  if (kind === 'sticker') return el('img', { className: 'sticker', src: '/simulator/sticker.png', alt: t('sticker') });
  if (kind === 'location') return el('p', { className: 'file' }, icon('place'), t('location'));
  if (kind === 'audio') return el('p', { className: 'file' }, icon('voice'), t('voice'));
  return el(
    'a',
    { className: 'file', href: address, download: name },
    icon('file'),
    el('span', {}, el('b', {}, name), size > 0 ? el('small', {}, showSize(size)) : ''),
  );
}

function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s)”"]+)/)
    .map((part, index) => (index % 2 === 0 ? part : el('a', { href: part, target: '_blank', rel: 'noopener' }, part)));
}

/** Files of the simulator by their path: the server may know itself by another name than the browser does. */
function localUrl(url) {
  try {
    const { pathname } = new URL(url, location.href);
    return pathname.startsWith('/simulator/') ? pathname : url;
  } catch {
    return '';
  }
}

const safeUrl = (url) => (/^https?:\/\//.test(url) ? url : '#');
