import { describe, expect, it } from 'vitest';
import { deadlineOf, posterOf, type PosterParts } from '../../src/console/api/qr-posters.ts';
import { readConsoleTexts } from '../../src/console/texts.ts';
import type { Campaign } from '../../src/core/campaign.ts';
import { theWorld } from '../support/world.ts';

const at = (time: string): number => Date.parse(time);
const NOW = at('2022-05-28T08:00:00+07:00');
const one = theWorld().flows.get('01-trieu-sang-kien')?.campaign as Campaign;
/** One province has five days more, and a district of it ends earlier than both. */
const campaign: Campaign = {
  ...one,
  deadlines: [
    { unit: '84', phase: 'dot-1', opensAt: null, closesAt: at('2022-06-06T00:00:00+07:00') },
    { unit: '844', phase: 'dot-1', opensAt: null, closesAt: at('2022-05-30T17:00:00+07:00') },
  ],
};
const parts: PosterParts = {
  world: theWorld(),
  texts: readConsoleTexts('locales'),
  channels: { messengerPage: 'trangthu', zaloOa: '3700111222333444555' },
  publicUrl: 'https://sangkien.example.vn',
};

describe('the deadline on a poster', () => {
  it.each([
    ['01', 'Trước 24h00 ngày 31/5/2022'],
    ['84', 'Trước 24h00 ngày 05/6/2022'],
    ['842', 'Trước 24h00 ngày 05/6/2022'],
    ['844', 'Trước 17h00 ngày 30/5/2022'],
    [null, 'Trước 24h00 ngày 31/5/2022'],
  ])('of unit %s is its own: %s', (unit, until) => {
    expect(deadlineOf(parts, { campaign, unit }, 'vi', NOW)?.until).toBe(until);
  });

  it('is that of the next phase, with when it opens, while none is open', () => {
    const between = deadlineOf(parts, { campaign: one, unit: '01' }, 'vi', at('2022-06-01T03:00:00+07:00'));
    expect(between).toEqual({
      title: 'Nhận hồ sơ · Đợt 2',
      until: 'Từ 7h00 ngày 01/6/2022 đến trước 24h00 ngày 01/9/2023',
      later: [],
    });
  });

  it('is missing once nothing is open any more', () => {
    expect(deadlineOf(parts, { campaign: one, unit: '01' }, 'vi', at('2024-01-01T00:00:00+07:00'))).toBeNull();
  });
});

describe('a poster', () => {
  it('names the channels that are on, and no other', () => {
    const poster = (channels: PosterParts['channels']) =>
      posterOf({ ...parts, channels }, { campaign, unit: '84' }, 'vi', NOW);
    const both = poster(parts.channels);
    expect(both.steps[1]).toBe('Chọn Zalo hoặc Messenger');
    expect(both.typed.places.map(({ address }) => address)).toEqual([
      'zalo.me/3700111222333444555',
      'm.me/trangthu',
      'sangkien.example.vn/q/1TR-84',
    ]);
    const zalo = poster({ messengerPage: null, zaloOa: '37' });
    expect([zalo.overline, zalo.typed.places.map(({ kind }) => kind)]).toEqual([
      'GỬI SÁNG KIẾN QUA ZALO',
      ['zalo', 'web'],
    ]);
    expect(poster({ messengerPage: 'a', zaloOa: null }).steps[1]).toBe('Chọn Messenger');
  });

  it('begins with a capital, also where the name of the campaign does not', () => {
    expect(posterOf(parts, { campaign, unit: null }, 'en', NOW).campaign).toMatch(/^The “One million/);
  });

  it('of the campaign as a whole bears its code alone', () => {
    const whole = posterOf(parts, { campaign, unit: null }, 'vi', NOW);
    expect([whole.unit, whole.typed.code, whole.link]).toEqual([null, '1TR', 'https://sangkien.example.vn/q/1TR']);
  });
});
