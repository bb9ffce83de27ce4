import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tame } from '../../src/channels/tame.ts';
import { clean } from '../../src/engine/readers/fold.ts';
import { makeMessenger, makeZalo, subjects, webhookOf } from './subjects.ts';

describe('a text from outside', () => {
  it('stays as it is when it was written by people', () => {
    for (const text of [
      'Đã nhận bài của bạn: “máy cắt” 5×7\n\n\n- một\r\n\t- hai',
      'Nguyễn Thị Hồng Ánh'.normalize('NFD'),
      '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 🇻🇳',
      '\n'.repeat(100),
    ])
      expect(tame(text)).toBe(text);
  });

  it('has at most thirty marks on a letter, also after what cannot be seen was taken off', () => {
    const unit = fc.constantFrom('a', 'ê', '\u0302', '\u0323', '\u200B', '\u0000', '\u00AD', '\u200D', '\uFEFF', ' ');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 300 }), (text) => {
        expect(clean(tame(text)).normalize('NFD')).not.toMatch(/\p{M}{33}/u);
        expect(tame(tame(text))).toBe(tame(text));
      }),
    );
  });
});

const channels = { messenger: makeMessenger('http://127.0.0.1:9'), zalo: makeZalo('http://127.0.0.1:9') };
it.each(subjects)('on $name the words of a person come without heaps of marks', ({ name, says, bytes }) => {
  const { events } = channels[name].parse(webhookOf(bytes(says(`a${'\u0302\u0323'.repeat(1000)}b`))), 1);
  expect(events).toMatchObject([{ type: 'text', text: `a${'\u0302\u0323'.repeat(15)}b` }]);
});
