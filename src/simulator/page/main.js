// Puts the page together: two phones, the platforms' own inboxes, the poster, the switches, the event log.
import { makeDesk } from './desk.js';
import { byId, el, fromField, showClock, toField } from './dom.js';
import { makeInspector } from './inspector.js';
import { makePhone } from './phone.js';
import * as server from './server.js';
import { getLang, setLang, t } from './texts.js';

const MAX_UPLOAD_BYTES = 40 * 1024 * 1024;

let who = await server.readPeople();
let account = await server.readAccount();
let clockOffset = account.now - Date.now();
const now = () => Date.now() + clockOffset;

const inspector = makeInspector();
const phones = {
  zalo: makePhone(byId('zalo'), 'zalo', worldOf('zalo')),
  messenger: makePhone(byId('messenger'), 'messenger', worldOf('messenger')),
};
const desk = makeDesk(byId('desk'), deskWorld());
let stopWatching = watch();

function worldOf(channel) {
  const act = async (what) => attempt(() => server.act(who, channel, what, switches()));
  const sendAll = (files) => act({ type: 'files', files: files.map(({ id }) => ({ id })) });
  return {
    act,
    async sendFiles(files) {
      if (files.some((file) => file.size > MAX_UPLOAD_BYTES)) return say(t('tooLarge'));
      await attempt(async () => sendAll(await Promise.all(files.map(server.sendFile))));
    },
    async sendSamples(names) {
      await attempt(async () => sendAll(await Promise.all(names.map(server.sendSample))));
    },
    async menu() {
      account = await server.readAccount();
      return account.profile.persistent_menu?.[0]?.call_to_actions ?? [];
    },
  };
}

function deskWorld() {
  const act = (channel, what) => attempt(() => server.actInInbox(who, channel, what));
  const sendAll = (channel, files, via) => act(channel, { type: 'files', files: files.map(({ id }) => ({ id })), via });
  return {
    act,
    async sendFiles(channel, files, via) {
      if (files.some((file) => file.size > MAX_UPLOAD_BYTES)) return say(t('tooLarge'));
      await attempt(async () => sendAll(channel, await Promise.all(files.map(server.sendFile)), via));
    },
    async sendSamples(channel, names, via) {
      await attempt(async () => sendAll(channel, await Promise.all(names.map(server.sendSample)), via));
    },
  };
}

/** `phones`: both of them; else the inbox of that platform beside its phone. */
function showView(view) {
  for (const button of byId('views').children)
    button.setAttribute('aria-pressed', String(button.dataset.view === view));
  const isDesk = view !== 'phones';
  byId('desk').hidden = !isDesk;
  byId('zalo').hidden = view === 'messenger';
  byId('messenger').hidden = view === 'zalo';
  if (isDesk) desk.show(view);
}

/** False, and said on the page, when it did not work. */
async function attempt(run) {
  try {
    await run();
    return true;
  } catch {
    say(t('failed'));
    return false;
  }
}

function switches() {
  return {
    twice: byId('twice').checked,
    shuffle: byId('shuffle').checked,
    dropEcho: byId('dropEcho').checked,
    lateMinutes: byId('late').checked ? Math.max(0, Number(byId('lateMinutes').value) || 0) : 0,
  };
}

function watch() {
  return server.watch(who, {
    entry(entry, isOld) {
      if (entry.item.type === 'wire') inspector.take(entry);
      else {
        phones[entry.phone].take(entry, isOld);
        desk.take(entry);
      }
    },
    clock(at) {
      clockOffset = at - Date.now();
    },
    online(isOnline) {
      byId('offline').hidden = isOnline;
    },
  });
}

let sayTimer = 0;
/** A short word to the person in front of the page. */
function say(text) {
  const live = byId('live');
  live.textContent = text;
  live.classList.add('shown');
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => live.classList.remove('shown'), 6000);
}

/** As if the poster had been scanned with that app. */
async function scan(channel, code) {
  if (code === '') {
    say(t('scanNoCode', { code: account.examples[0]?.code ?? '1TR-84' }));
    byId('code').focus();
    return;
  }
  if (byId(channel).hidden) showView('phones');
  if (channel === 'messenger') {
    phones.messenger.focus();
    await worldOf('messenger').act({ type: 'link', ref: code });
    return;
  }
  // No code travels with Zalo's links: the landing page has copied it, the person pastes and sends it.
  phones.zalo.draft(code);
  say(t('pasted', { code }));
}

function paintCode() {
  const code = byId('code').value.trim();
  const shown = code || account.examples[0]?.code || '1TR-84';
  byId('qr').src = `/simulator/qr.svg?code=${encodeURIComponent(shown)}`;
  byId('qr').alt = t('qrAlt', { code: shown });
  byId('codeLabel').textContent = account.examples.find((example) => example.code === shown)?.label ?? '';
  byId('landing').href = `/q/${encodeURIComponent(shown)}`;
}

function paintTexts() {
  document.documentElement.lang = getLang();
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  byId('tips').replaceChildren(...t('tips').map((tip) => el('li', {}, tip)));
  byId('code').placeholder = account.examples[0]?.code ?? '1TR-84';
  byId('examples').replaceChildren(
    ...account.examples.map(({ code, label }) => {
      const use = () => {
        byId('code').value = code;
        paintCode();
      };
      return el('button', { type: 'button', className: 'chip', title: label, on: { click: use } }, code);
    }),
  );
  byId('clockSteps').replaceChildren(
    ...t('clockSteps').map((label, index) => {
      const move = () => setClock(now() + STEPS_MS[index]);
      return el('button', { type: 'button', className: 'chip', on: { click: move } }, label);
    }),
    ...account.moments.map(({ at, label }) => {
      const visit = () => setClock(at);
      return el('button', { type: 'button', className: 'chip', on: { click: visit } }, label);
    }),
  );
  byId('clockForm').hidden = !account.clockCanBeSet;
  byId('views').setAttribute('aria-label', t('views'));
  paintCode();
}

/** By the order of `clockSteps`. */
const STEPS_MS = [3_600_000, 86_400_000, 3 * 86_400_000, 8 * 86_400_000];

async function setClock(at) {
  byId('clockBox').open = false;
  await attempt(() => server.setClock(at));
}

function tick() {
  byId('clock').textContent = showClock(now());
  for (const phone of Object.values(phones)) phone.tick(now());
}

byId('code').addEventListener('input', paintCode);
byId('clockBox').addEventListener('toggle', () => {
  byId('clockAt').value = toField(now());
});
byId('clockForm').addEventListener('submit', (event) => {
  event.preventDefault();
  const at = fromField(byId('clockAt').value);
  if (Number.isFinite(at)) void setClock(at);
});
byId('scanZalo').addEventListener('click', () => scan('zalo', byId('code').value.trim()));
byId('scanMessenger').addEventListener('click', () => scan('messenger', byId('code').value.trim()));
byId('lang').addEventListener('click', () => {
  setLang(getLang() === 'vi' ? 'en' : 'vi');
  paintTexts();
  inspector.repaint();
  desk.repaint();
  for (const phone of Object.values(phones)) phone.repaint();
});
byId('newPerson').addEventListener('click', async () => {
  if (!window.confirm(t('newPersonAsk'))) return;
  await attempt(async () => {
    const next = await server.newPeople();
    stopWatching();
    who = next;
    for (const phone of Object.values(phones)) phone.clear();
    inspector.clear();
    desk.clear();
    stopWatching = watch();
  });
});

const CROWD = 20;
const CROWD_LOOK_MS = 1500;
byId('crowd').addEventListener('click', async () => {
  byId('crowd').disabled = true;
  await attempt(async () => {
    for (let left = await server.addCrowd(CROWD); left > 0; left = await server.crowdLeft()) {
      byId('crowdLeft').textContent = t('crowdLeft', { left: String(left) });
      await new Promise((later) => setTimeout(later, CROWD_LOOK_MS));
    }
    byId('crowdLeft').textContent = t('crowdDone');
  });
  byId('crowd').disabled = false;
});

for (const button of byId('views').children) button.addEventListener('click', () => showView(button.dataset.view));

byId('code').value = account.examples[0]?.code ?? '';
paintTexts();
showView('phones');
tick();
setInterval(tick, 1000);

// Links of the landing page end here: /simulator?channel=zalo&code=1TR-84
const query = new URLSearchParams(location.search);
const channel = query.get('channel');
if (channel === 'zalo' || channel === 'messenger') {
  const code = (query.get('code') ?? '').slice(0, 60);
  history.replaceState(null, '', location.pathname);
  if (code !== '') byId('code').value = code;
  paintCode();
  if (code !== '') await scan(channel, code);
  else phones[channel].focus();
}
document.body.dataset.ready = 'true';
