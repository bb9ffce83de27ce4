/** Makes an element; `props` are set on it, `dataset` and `on` apart; strings among `children` become text, never markup. */
export function el(tag, props = {}, ...children) {
  const { dataset = {}, on = {}, ...rest } = props;
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('aria-') || name === 'role' || name === 'for') node.setAttribute(name, value);
    else node[name] = value;
  }
  Object.assign(node.dataset, dataset);
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  node.append(...children.filter((child) => child !== null && child !== ''));
  return node;
}

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  menu: 'M4 7h16M4 12h16M4 17h16',
  send: 'M4 12l16-8-6 16-3-6z',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14c1 1.500 2 2 3.500 2s2.500-.5 3.500-2M9 9.500h.01M15 9.500h.01',
  place: 'M12 21s-6-6-6-11a6 6 0 0 1 12 0c0 5-6 11-6 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  voice: 'M12 4v9M9 7v3M15 7v3M6 11a6 6 0 0 0 12 0M12 17v3',
  link: 'M10 14l8-8M13 5h6v6M18 14v5H5V6h5',
  phone: 'M6 3h4l2 5-2 2a12 12 0 0 0 4 4l2-2 5 2v4c0 1-1 2-2 2C11 20 4 13 4 5c0-1 1-2 2-2z',
};

/** A line drawing, decorative. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** Times as in Vietnam, whatever the machine's zone. */
const zone = { timeZone: 'Asia/Ho_Chi_Minh' };
const clockFormat = new Intl.DateTimeFormat('vi-VN', { ...zone, timeStyle: 'medium' });
const hourFormat = new Intl.DateTimeFormat('vi-VN', { ...zone, hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('vi-VN', { ...zone, day: '2-digit', month: '2-digit', year: 'numeric' });
export const showClock = (at) => `${clockFormat.format(at)} · ${dayFormat.format(at)}`;
export const showHour = (at) => hourFormat.format(at);
export const showDay = (at) => dayFormat.format(at);

/** For a `datetime-local` field, and back. Vietnam knows no summer time. */
const VIETNAM_MS = 7 * 3_600_000;
export const toField = (at) => new Date(at + VIETNAM_MS).toISOString().slice(0, 16);
export const fromField = (text) => Date.parse(`${text}:00Z`) - VIETNAM_MS;

export function showSize(bytes) {
  if (bytes >= 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} kB`;
}
