// What slides up above the message box: things to send, and the menu.
import { el, icon } from './dom.js';
import { t } from './texts.js';

export async function openSheet(sheet, which, { channel, standing, world, close }) {
  const items = which === 'add' ? addItems(world) : await menuItems(channel, standing, world);
  const list = el('div', { className: 'sheet-list', role: 'group' });
  for (const { label, sign, run } of items) {
    const onClick = () => {
      close();
      void run();
    };
    list.append(el('button', { type: 'button', on: { click: onClick } }, sign ? icon(sign) : '', label));
  }
  sheet.replaceChildren(list);
  sheet.setAttribute('aria-label', which === 'add' ? t('add') : t('menu'));
  sheet.setAttribute('role', 'dialog');
  sheet.hidden = false;
  list.querySelector('button')?.focus();
}

function addItems(world) {
  const sample = (label, sign, names) => ({ label: t(label), sign, run: () => world.sendSamples(names) });
  return [
    { label: t('pickFile'), sign: 'file', run: () => pickFiles(world) },
    sample('sampleImage', 'image', ['image']),
    sample('sampleAlbum', 'image', ['image', 'image2', 'image']),
    sample('samplePdf', 'file', ['pdf']),
    sample('sampleWord', 'file', ['word']),
    sample('sampleTooLarge', 'file', ['tooLarge']),
    { label: t('sticker'), sign: 'smile', run: () => world.act({ type: 'sticker' }) },
    { label: t('voice'), sign: 'voice', run: () => world.act({ type: 'voice' }) },
    { label: t('location'), sign: 'place', run: () => world.act({ type: 'location' }) },
  ];
}

function pickFiles(world) {
  const input = el('input', { type: 'file', multiple: true });
  input.addEventListener('change', () => {
    if (input.files.length > 0) void world.sendFiles([...input.files].slice(0, 20));
  });
  input.click();
}

/** Messenger: what the page set as its persistent menu. Zalo: what the app offers about the account. */
async function menuItems(channel, standing, world) {
  const blocking = standing.blocked ? 'unblock' : 'block';
  const block = { label: t(blocking), run: () => world.act({ type: blocking }) };
  if (channel === 'zalo') {
    const follow = standing.following ? 'unfollow' : 'follow';
    return [
      { label: t(follow), run: () => world.act({ type: follow }) },
      block,
      { label: t('erase'), run: () => world.act({ type: 'erase' }) },
    ];
  }
  const menu = await world.menu();
  const items = menu.map(({ type, title, payload, url }) => ({
    label: title,
    sign: type === 'web_url' ? 'link' : undefined,
    run: () => {
      if (type === 'web_url') window.open(url, '_blank', 'noopener');
      else return world.act({ type: 'tap', kind: 'postback', title, payload });
    },
  }));
  return [...items, block, { label: t('close'), run: () => {} }];
}
