// One phone: its screen, what it shows, what a person does on it.
import { el, icon, showHour } from './dom.js';
import { dayRow, heardRow, noteRow, quickReplies, saidRow, typingRow } from './message.js';
import { openSheet } from './sheet.js';
import { getLang, t } from './texts.js';

const GAP_MS = 10 * 60_000;
const TYPING_MS = 20_000;
const MAX_ROWS = 300;

/**
 * Builds the phone inside `root`. `world`: { act(what), sendFiles(files), sendSample(names), menu(), now() }, where `act`
 * tells by promise whether the platform took it.
 */
export function makePhone(root, channel, world) {
  let entries = [];
  let states = new Map();
  let standing = { following: false, blocked: false, started: false, ref: null };
  let typingUntil = 0;
  let typingTimer = 0;
  /** Rows on the screen by their key. */
  let drawn = new Map();

  const hour = el('time', {});
  const statusBar = el(
    'div',
    { className: 'status', 'aria-hidden': 'true' },
    hour,
    el('span', { className: 'notch' }),
    el('span', { className: 'signal' }),
  );
  const bar = el('header', { className: 'bar' });
  const chat = el('div', { className: 'chat', role: 'log', tabIndex: 0 });
  const sheet = el('div', { className: 'sheet', hidden: true });
  const start = el('div', { className: 'start', hidden: true });
  const input = el('textarea', { rows: 1, autocomplete: 'off' });
  const more = el(
    'button',
    { type: 'button', className: 'round', on: { click: () => toggleSheet('add') } },
    icon('plus'),
  );
  const menu = el(
    'button',
    { type: 'button', className: 'round', on: { click: () => toggleSheet('menu') } },
    icon('menu'),
  );
  const send = el('button', { type: 'submit', className: 'round send' }, icon('send'));
  const composer = el('form', { className: 'composer', on: { submit: onSubmit } }, menu, more, input, send);
  root.replaceChildren(el('div', { className: 'screen' }, statusBar, bar, chat, sheet, start, composer));

  // A picture gets its height when it is there; `load` does not bubble.
  chat.addEventListener('load', toBottom, true);
  input.addEventListener('input', grow);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !sheet.hidden) closeSheet();
  });

  function grow() {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 120)}px`;
    send.disabled = input.value.trim() === '';
  }

  async function onSubmit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    grow();
    if (!(await world.act({ type: 'text', text })) && input.value === '') {
      input.value = text; // nothing written is lost
      grow();
    }
  }

  function toggleSheet(which) {
    if (!sheet.hidden && sheet.dataset.which === which) return closeSheet();
    sheet.dataset.which = which;
    void openSheet(sheet, which, { channel, standing, world, close: closeSheet });
  }
  function closeSheet() {
    sheet.hidden = true;
    sheet.replaceChildren();
    (sheet.dataset.which === 'menu' ? menu : more).focus();
  }

  function tap({ kind, title, payload, hidden }) {
    void world.act({ type: 'tap', kind, title, payload, ...(hidden ? { hidden: true } : {}) });
  }

  function paintFrame() {
    const isZalo = channel === 'zalo';
    const name = el(
      'div',
      { className: 'name' },
      el('b', {}, el('span', {}, t('accountName')), el('span', { className: 'tick', 'aria-hidden': 'true' })),
      el('small', {}, isZalo ? t('zaloKind') : t('messengerKind')),
    );
    const follow = el(
      'button',
      {
        type: 'button',
        className: 'follow',
        on: { click: () => world.act({ type: 'follow' }) },
      },
      t('follow'),
    );
    bar.replaceChildren(
      icon('back'),
      el('span', { className: 'avatar', 'aria-hidden': 'true' }),
      name,
      isZalo && !standing.following ? follow : '',
    );
    chat.setAttribute('aria-label', `${isZalo ? 'Zalo' : 'Messenger'}: ${t('accountName')}`);
    input.placeholder = isZalo ? t('write') : 'Aa';
    input.setAttribute('aria-label', t('write'));
    send.setAttribute('aria-label', t('send'));
    more.setAttribute('aria-label', t('add'));
    menu.setAttribute('aria-label', t('menu'));
    grow();
    paintStart();
  }

  /** What a newcomer can tap. */
  function paintStart() {
    const isNew = channel === 'zalo' ? !standing.started && !standing.following : !standing.started;
    start.hidden = !isNew;
    const go = (label, what, className = 'go') =>
      el('button', { type: 'button', className, on: { click: () => world.act(what) } }, label);
    if (channel === 'zalo') {
      start.replaceChildren(go(t('follow'), { type: 'follow' }), go(t('chatNow'), { type: 'chatNow' }, 'go second'));
      return;
    }
    start.replaceChildren(
      standing.ref ? el('p', {}, t('getStartedRef', { code: standing.ref })) : '',
      go(t('getStarted'), { type: 'getStarted', title: t('getStarted') }),
    );
  }

  /** Rows already there stay as they are: what is read out, focused or loaded is not disturbed. */
  function paintChat() {
    const atBottom = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 160;
    const shown = shownRows();
    const fresh = new Map();
    const rows = shown.map(({ key, make }) => {
      const row = drawn.get(key) ?? make();
      fresh.set(key, row);
      return row;
    });
    drawn = fresh;
    const newest = rows.findLast((row) => row.classList.contains('said'));
    for (const [index, row] of rows.entries()) {
      if (chat.children[index] !== row) chat.insertBefore(row, chat.children[index] ?? null);
      const next = rows[index + 1];
      row.classList.toggle('last', !next?.classList.contains('heard'));
      row.classList.toggle('newest', row === newest);
    }
    while (chat.children.length > rows.length) chat.lastElementChild.remove();
    if (atBottom || entries.at(-1)?.item.type === 'said') toBottom();
  }

  function toBottom() {
    chat.scrollTop = chat.scrollHeight;
  }

  /** Every row by a key that changes when the row must be drawn anew. */
  function shownRows() {
    const rows = [{ key: `welcome ${getLang()}`, make: welcome }];
    const chosen = new Set(entries.map(({ item }) => item.tapped));
    const isChosen = ({ payload, hidden }) => hidden === true && chosen.has(payload);
    let last = null;
    for (const entry of entries) {
      const { id, at, item } = entry;
      if (last === null || Math.abs(at - last) > GAP_MS) rows.push({ key: `day ${id}`, make: () => dayRow(at) });
      last = at;
      const state = states.get(item.id) ?? null;
      const marks = item.type === 'heard' ? item.buttons.filter(isChosen).length : `${state?.state}${state?.againMs}`;
      const key = `${id} ${marks} ${getLang()}`;
      if (item.type === 'heard') rows.push({ key, make: () => heardRow(entry, { channel, tap, isChosen }) });
      else rows.push({ key, make: () => (item.type === 'said' ? saidRow(entry, channel, state) : noteRow(entry)) });
    }
    const latest = entries.at(-1);
    if (Date.now() < typingUntil) rows.push({ key: 'typing', make: typingRow });
    if (latest?.item.type === 'heard' && latest.item.quickReplies.length > 0) {
      rows.push({ key: `pills ${latest.id}`, make: () => quickReplies(latest.item.quickReplies, tap) });
    }
    return rows;
  }

  const welcome = () =>
    el(
      'div',
      { className: 'welcome' },
      el('span', { className: 'avatar big', 'aria-hidden': 'true' }),
      el('b', {}, t('accountName')),
      el('p', {}, channel === 'zalo' ? t('zaloWelcome') : t('messengerWelcome')),
    );

  let painting = 0;
  const paintSoon = () => {
    painting ||= requestAnimationFrame(() => {
      painting = 0;
      paintChat();
    });
  };

  paintFrame();
  paintChat();

  return {
    /** Takes one entry of the feed. `isOld`: remembered by the browser. */
    take({ id, at, item }, isOld) {
      if (item.type === 'standing') {
        standing = item;
        paintFrame();
      } else if (item.type === 'saidState') {
        states.set(item.id, item);
      } else if (item.type === 'typing') {
        typingUntil = item.on ? Date.now() + TYPING_MS : 0;
        clearTimeout(typingTimer);
        if (item.on) typingTimer = setTimeout(paintSoon, TYPING_MS);
      } else {
        if (item.type === 'heard') typingUntil = 0;
        entries.push({ id, at, item });
        if (entries.length > MAX_ROWS) entries = entries.slice(-MAX_ROWS);
        if (isOld && item.type === 'said' && !states.has(item.id)) states.set(item.id, { state: 'left' });
      }
      paintSoon();
    },
    /** Forgets everything shown. */
    clear() {
      entries = [];
      states = new Map();
      standing = { following: false, blocked: false, started: false, ref: null };
      typingUntil = 0;
      paintFrame();
      paintChat();
    },
    /** Everything again, in the language now chosen. */
    repaint() {
      closeSheetQuietly();
      paintFrame();
      paintChat();
    },
    tick: (at) => {
      hour.textContent = showHour(at);
    },
    /** Puts a text into the message box, to be sent by hand. */
    draft(text) {
      input.value = text;
      grow();
      root.scrollIntoView({ block: 'nearest' });
      input.focus();
    },
    standing: () => standing,
    focus: () => root.scrollIntoView({ block: 'nearest' }),
  };

  function closeSheetQuietly() {
    sheet.hidden = true;
    sheet.replaceChildren();
  }
}
