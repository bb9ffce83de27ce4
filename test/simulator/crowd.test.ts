import { afterEach, beforeEach, expect, it } from 'vitest';
import { item, makeStage, MESSENGER, textOf, type Got, type Json, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage({ examples: () => [{ code: '1TR-84', label: '' }] });
});
afterEach(() => stage.close());

const come = async (people: number): Promise<Json> =>
  (
    await fetch(`${stage.url}/simulator/api/crowd`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ people }),
    })
  ).json();
const says = (text: string) => (got: Got) => textOf(got) === text;
const isOpening = (got: Got) => item(got).postback !== undefined;

it('made-up people come by the poster of a unit, answer what they are asked and stop where they are to', async () => {
  expect(await come(2)).toEqual({ left: 2 });
  const [onZalo] = await stage.wait(says('1TR-84'));
  const [onMessenger] = await stage.wait(isOpening);
  expect(item(onMessenger!).postback.referral.ref).toBe('1TR-75');

  const zalo: string = onZalo!.json.sender.id;
  const messenger: string = item(onMessenger!).sender.id;
  const ask = (text: string) =>
    Promise.all([
      stage.zalo('/v3.0/oa/message/cs', { recipient: { user_id: zalo }, message: { text } }),
      stage.graph(`/${MESSENGER.pageId}/messages`, { recipient: { id: messenger }, message: { text } }),
    ]);
  await ask('Anh/chị đồng ý chứ?');
  const [consent] = await stage.wait(says('đồng ý'));
  expect(item(consent!).sender.id).toBe(messenger); // the other falls silent at the very first question
  await ask('Anh/chị cho biết họ và tên đầy đủ.');
  const [name] = await stage.wait(
    (got) => item(got).sender?.id === messenger && /^\p{Lu}\S+ \S+ \S+$/u.test(textOf(got)),
  );
  expect(textOf(name!)).toBe('Vũ Thị Dung');
  await ask('Số điện thoại để chương trình liên hệ là số nào?');
  await expect
    .poll(async () => ((await (await fetch(`${stage.url}/simulator/api/crowd`)).json()) as Json).left)
    .toBe(0);
  expect(stage.got.filter(says('đồng ý'))).toHaveLength(1);
});

it('a number of people that is none is refused', async () => {
  expect(await come(0)).toEqual({ error: 'not a number of people' });
});
