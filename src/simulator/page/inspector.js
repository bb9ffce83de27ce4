// The list of webhooks and API calls below the phones.
import { byId, el, showHour } from './dom.js';
import { t } from './texts.js';

const MAX_WIRES = 150;

export function makeInspector() {
  const list = byId('wires');
  const count = byId('wireCount');
  let wires = [];

  const row = ({ at, phone, item }) => {
    const good = item.status === 200;
    const status = item.status === 0 ? t('wireNoAnswer') : String(item.status);
    const tries = item.attempt > 0 ? t('wireAttempt', { n: String(item.attempt + 1) }) : '';
    return el(
      'li',
      {},
      el(
        'details',
        {},
        el(
          'summary',
          {},
          el('time', {}, showHour(at)),
          el('span', { className: `tag ${phone}` }, phone === 'zalo' ? 'Zalo' : 'Messenger'),
          el('span', { className: 'way' }, item.way === 'webhook' ? `→ ${t('wireWebhook')}` : `← ${t('wireApi')}`),
          el('code', {}, item.name),
          el(
            'span',
            { className: good ? 'ok' : 'bad' },
            item.way === 'api' ? apiStatus(item) : `${status} · ${item.ms} ms`,
          ),
          el('span', {}, tries),
        ),
        el('pre', { tabIndex: 0 }, item.body),
      ),
    );
  };

  const paint = () => {
    count.textContent = String(wires.length);
    list.replaceChildren(...(wires.length === 0 ? [el('li', { className: 'empty' }, t('wireEmpty'))] : wires.map(row)));
  };
  paint();
  return {
    take(entry) {
      if (wires.length === 0) list.replaceChildren();
      wires.unshift(entry);
      list.prepend(row(entry));
      if (wires.length > MAX_WIRES) {
        wires.pop();
        list.lastElementChild?.remove();
      }
      count.textContent = String(wires.length);
    },
    clear() {
      wires = [];
      paint();
    },
    repaint: paint,
  };
}

/** Zalo answers 200 to everything and puts the error into the body. */
function apiStatus({ status, body }) {
  const error = /"answer": \{[^]*?"error": (-\d+)/.exec(body)?.[1];
  return error ? `${status} · error ${error}` : String(status);
}
