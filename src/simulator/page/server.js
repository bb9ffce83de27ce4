// The page's side of the simulator's own interface: who we are, what we do, what we are shown.

const WHO_KEY = 'simulator.who';
const historyKey = (session) => `simulator.history.${session}`;
/** Entries kept in the browser, so that a chat outlives a restart of the server. */
const MAX_HISTORY = 300;

async function post(path, options) {
  const answer = await fetch(`/simulator/api/${path}`, { method: 'POST', ...options });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const asJson = (value) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

/** `{ session, zalo, messenger }`: the ids of this visitor, the same until `newPeople`. */
export async function readPeople() {
  try {
    const who = JSON.parse(localStorage.getItem(WHO_KEY) ?? 'null');
    if (who?.session && who.zalo && who.messenger) return who;
  } catch {
    // an old or broken note: begin anew
  }
  return newPeople();
}

export async function newPeople() {
  const who = await post('people', asJson({}));
  for (const key of Object.keys(localStorage)) if (key.startsWith('simulator.history.')) localStorage.removeItem(key);
  localStorage.setItem(WHO_KEY, JSON.stringify(who));
  return who;
}

export const readAccount = async () => (await fetch('/simulator/api/account')).json();

export const act = (who, phone, what, switches) =>
  post('act', asJson({ session: who.session, phone, person: who[phone], act: what, switches }));

/** What staff do in the platform's own inbox, in the conversation with this visitor. */
export const actInInbox = (who, phone, what) =>
  post('inbox', asJson({ session: who.session, phone, person: who[phone], act: what }));

export const setClock = (at) => post('clock', asJson({ at }));

/** Both give `{ id }`. */
export const sendFile = (file) =>
  post(`files?name=${encodeURIComponent(file.name)}`, {
    body: file,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  });
export const sendSample = (name) => post(`samples?name=${name}`, {});

/**
 * Watches what the phones show: first what this browser remembers, then what the server adds. The stream is taken up again
 * by itself. `on`: { entry(entry, isOld), clock(at), online(isOnline), strangers() }.
 */
export function watch(who, on) {
  const history = readHistory(who.session);
  for (const entry of history) on.entry(entry, true);
  let saving = 0;
  const remember = (entry) => {
    history.push(entry);
    if (history.length > MAX_HISTORY) history.splice(0, history.length - MAX_HISTORY);
    saving ||= setTimeout(() => {
      saving = 0;
      saveHistory(who.session, history);
    }, 300);
  };
  let source = null;
  let timer = 0;
  const seen = new Set(history.map((entry) => entry.id));
  const open = () => {
    const query = new URLSearchParams({ ...who, after: history.at(-1)?.id ?? '' });
    source = new EventSource(`/simulator/api/feed?${query}`);
    source.onopen = () => on.online(true);
    source.onmessage = ({ data }) => {
      const entry = JSON.parse(data);
      if (entry.id !== '') {
        if (seen.has(entry.id)) return;
        seen.add(entry.id);
        remember(entry);
      }
      on.entry(entry, false);
    };
    source.addEventListener('clock', ({ data }) => on.clock(Number(data)));
    source.onerror = () => {
      on.online(false);
      // The browser gives up on an answer that is no stream, as from a server still starting.
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, 1500);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    clearTimeout(saving);
    source.close();
  };
}

function readHistory(session) {
  try {
    const history = JSON.parse(localStorage.getItem(historyKey(session)) ?? '[]');
    return Array.isArray(history) ? history : [];
  } catch {
    return [];
  }
}

function saveHistory(session, history) {
  try {
    localStorage.setItem(historyKey(session), JSON.stringify(history));
  } catch {
    // full or forbidden: the server still has it
  }
}

/** Lets made-up people come; gives how many still talk. */
export async function addCrowd(people) {
  return (await post('crowd', asJson({ people }))).left;
}

export async function crowdLeft() {
  const answer = await fetch('/simulator/api/crowd');
  if (!answer.ok) throw new Error(`crowd: ${answer.status}`);
  return (await answer.json()).left;
}
