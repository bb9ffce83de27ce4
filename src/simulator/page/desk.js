// The platform's own inbox: what staff see and write there, past our console.
import { el, icon, showHour } from './dom.js';
import { content } from './message.js';
import { t } from './texts.js';

const MAX_LINES = 300;

/**
 * Builds the inbox inside `root`. `world`: { act(channel, what), sendFiles(channel, files, via), sendSamples(channel, names, via) },
 * which tell by promise whether the platform took it.
 */
export function makeDesk(root, world) {
  let channel = 'zalo';
  const states = { zalo: newState(), messenger: newState() };
  const title = el('h2', { id: 'deskTitle' });
  const hint = el('p', { className: 'hint' });
  const holder = el('p', { className: 'holder', role: 'status' });
  const log = el('div', { className: 'desk-log', role: 'log', tabIndex: 0 });
  const via = el('select', { id: 'deskVia', on: { change: paintHints } });
  const viaHint = el('span', { className: 'hint' });
  const routing = el('input', { type: 'checkbox', id: 'deskRouting', on: { change: setRouting } });
  const auto = el('input', { type: 'checkbox', id: 'deskAuto', on: { change: setAutoReply } });
  const take = toolButton('take');
  const passBack = toolButton('passBack');
  const tools = el('div', { className: 'desk-tools' });
  const input = el('textarea', { rows: 2, maxLength: 2000, autocomplete: 'off' });
  const picture = roundButton('image', () => world.sendSamples(channel, ['image'], via.value));
  const file = roundButton('file', pickFiles);
  const send = el('button', { type: 'submit', className: 'round send' }, icon('send'));
  const composer = el('form', { className: 'composer', on: { submit: onSubmit } }, file, picture, input, send);
  root.replaceChildren(el('header', {}, title, hint, holder), log, tools, composer);

  log.addEventListener('load', toBottom, true);
  input.addEventListener('input', paintSend);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  function newState() {
    return { lines: [], standing: { routing: false, holder: 'app', autoReply: '' } };
  }
  function toolButton(type) {
    return el('button', { type: 'button', className: 'ghost', on: { click: () => world.act(channel, { type }) } });
  }
  function roundButton(sign, run) {
    return el('button', { type: 'button', className: 'round', on: { click: () => void run() } }, icon(sign));
  }

  async function onSubmit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    paintSend();
    if (!(await world.act(channel, { type: 'say', text, via: via.value })) && input.value === '') input.value = text;
    paintSend();
  }

  function pickFiles() {
    const picker = el('input', { type: 'file', multiple: true });
    picker.addEventListener('change', () => {
      if (picker.files.length > 0) void world.sendFiles(channel, [...picker.files].slice(0, 5), via.value);
    });
    picker.click();
  }

  function setRouting() {
    void world.act(channel, { type: 'routing', on: routing.checked });
  }
  function setAutoReply() {
    void world.act(channel, { type: 'autoReply', text: auto.checked ? t('deskAutoText') : '' });
  }
  function paintSend() {
    send.disabled = input.value.trim() === '';
  }
  function toBottom() {
    log.scrollTop = log.scrollHeight;
  }
  function paintHints() {
    viaHint.textContent = t(channel === 'zalo' ? 'viaHintZalo' : 'viaHintMessenger');
  }

  /** Everything that changes with the channel or the language. */
  function paintFrame() {
    const isZalo = channel === 'zalo';
    root.dataset.channel = channel;
    title.textContent = t(isZalo ? 'deskTitleZalo' : 'deskTitleMessenger');
    hint.textContent = t('deskHint');
    const chosen = via.value;
    via.replaceChildren(...['web', 'mobile'].map((value) => el('option', { value }, t(`via-${value}`))));
    via.value = chosen === 'mobile' ? 'mobile' : 'web';
    take.textContent = t('deskTake');
    passBack.textContent = t('deskPassBack');
    const row = (...children) => el('div', { className: 'desk-row' }, ...children);
    const check = (box, label) => el('label', { className: 'switch' }, box, el('span', {}, t(label)));
    tools.replaceChildren(
      row(el('label', { for: 'deskVia' }, t('deskVia')), via, viaHint),
      check(auto, 'deskAuto'),
      ...(isZalo ? [] : [row(check(routing, 'deskRouting'), take, passBack)]),
    );
    log.setAttribute('aria-label', title.textContent);
    input.placeholder = t('deskWrite');
    input.setAttribute('aria-label', t('deskWrite'));
    picture.setAttribute('aria-label', t('deskPicture'));
    picture.title = t('deskPicture');
    file.setAttribute('aria-label', t('pickFile'));
    file.title = t('pickFile');
    send.setAttribute('aria-label', t('send'));
    paintHints();
    paintSend();
    paintStanding();
  }

  function paintStanding() {
    const { standing } = states[channel];
    const isInbox = standing.holder === 'inbox';
    auto.checked = standing.autoReply !== '';
    routing.checked = standing.routing;
    take.disabled = !standing.routing || isInbox;
    passBack.disabled = !isInbox;
    holder.hidden = !standing.routing;
    holder.textContent = t(isInbox ? 'deskHeldInbox' : 'deskHeldApp');
    holder.classList.toggle('ours', isInbox);
  }

  function paintLines() {
    const { lines } = states[channel];
    const empty = el('p', { className: 'hint' }, t('deskEmpty'));
    log.replaceChildren(...(lines.length === 0 ? [empty] : lines.map(lineRow)));
    toBottom();
  }

  paintFrame();
  paintLines();

  return {
    /** Takes one entry of the feed of a phone. */
    take({ phone, at, item }) {
      const state = states[phone];
      if (item.type === 'standing') {
        state.standing = item;
        if (phone === channel) paintStanding();
        return;
      }
      if (item.type !== 'said' && item.type !== 'heard') return;
      state.lines.push({ at, item });
      if (state.lines.length > MAX_LINES) state.lines.shift();
      if (phone !== channel) return;
      if (state.lines.length === 1) log.replaceChildren();
      else if (log.children.length >= MAX_LINES) log.firstElementChild.remove();
      log.append(lineRow({ at, item }));
      toBottom();
    },
    show(next) {
      channel = next;
      paintFrame();
      paintLines();
    },
    clear() {
      for (const name of Object.keys(states)) states[name] = newState();
      paintFrame();
      paintLines();
    },
    repaint() {
      paintFrame();
      paintLines();
    },
  };
}

/** One message with who wrote it: `person`, `app`, `staff` or `auto`. */
function lineRow({ at, item }) {
  const by = item.type === 'said' ? 'person' : (item.by ?? 'app');
  const titles = (item.type === 'heard' ? [...item.buttons, ...item.quickReplies] : []).map((button) => button.title);
  const offered = titles.length > 0 ? el('small', { className: 'offered' }, titles.join(' · ')) : '';
  const shown = item.tapped === undefined ? item : { text: item.text, files: [] };
  return el(
    'div',
    { className: `line ${by}` },
    el('small', {}, `${t(`by-${by}`)} · ${showHour(at)}`),
    el('div', { className: 'bubble' }, ...content(shown), offered),
  );
}
