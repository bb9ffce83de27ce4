import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const zaloSays = async (user: string, text: string, pattern: RegExp) => {
  expect(await product.zalo(user, { text })).toBe(200);
  return product.expectLast(user, pattern);
};
let mid = 0;
const messengerSays = async (user: string, message: Record<string, unknown>, pattern: RegExp) => {
  expect(await product.messenger(user, { message: { mid: `m_${++mid}`, ...message } })).toBe(200);
  return product.expectLast(user, pattern);
};

/** Answers everything up to the summary on Zalo. */
async function fillIn(user: string): Promise<void> {
  await zaloSays(user, 'xin chao', /đồng ý chứ/);
  await zaloSays(user, 'dong y', /họ và tên/);
  await zaloSays(user, 'Tran Thi Binh', /Số điện thoại/);
  await zaloSays(user, '0912345678', /Nơi công tác/);
  await zaloSays(user, 'tra vinh', /Càng Long/);
  await zaloSays(user, 'cang long', /Đối tượng/);
  await zaloSays(user, '2', /Tên sáng kiến/);
  await zaloSays(user, 'Giá đỡ xoay', /mô tả/);
  await zaloSays(user, 'Đổi rập nhanh hơn.', /18\/2000/);
  await zaloSays(user, 'xong', /áp dụng thử/);
  await zaloSays(user, 'roi', /Hội đồng/);
  await zaloSays(user, 'roi', /bảo hộ/);
  await zaloSays(user, 'khong', /minh chứng/);
  await zaloSays(user, 'bo qua', /xem lại/);
}

it('a worker submits on Zalo, asks the status, corrects, and is known after kill -9', async () => {
  const user = '8123456789012345001';
  await fillIn(user);
  const receipt = await zaloSays(user, 'nop', /Mã hồ sơ: SK-/);
  const code = /SK-\w{4}-\w{4}/.exec(receipt.text)?.[0] ?? '';
  await product.settled();
  await product.kill('SIGKILL');
  await product.start();
  await zaloSays(user, 'trang thai', new RegExp(`${code}: đã nhận`));
  await zaloSays(user, 'sua ho so', /Bản sửa/);
  await zaloSays(user, 'sua 5', /Tên sáng kiến/);
  await zaloSays(user, 'Giá đỡ xoay hai tầng', /Bản sửa/);
  await zaloSays(user, 'nop', new RegExp(`bản sửa của hồ sơ ${code}`));
  await zaloSays(user, code, /hai tầng/);
  await zaloSays('8123456789012345009', code, /đồng ý chứ/); // a stranger is greeted first
  const stranger = await zaloSays('8123456789012345009', code, new RegExp(code));
  expect(stranger.text).not.toMatch(/hai tầng/);
});

it('a worker comes by a link on Messenger, leaves in the middle, and goes on at the same question after a restart', async () => {
  const user = '24681357908642001';
  const postback = {
    mid: 'm_start',
    title: 'Bắt đầu',
    payload: '#start',
    referral: { ref: '1TR-84', source: 'SHORTLINK', type: 'OPEN_THREAD' },
  };
  expect(await product.messenger(user, { postback })).toBe(200);
  const consent = await product.expectLast(user, /LĐLĐ tỉnh Trà Vinh[^]*đồng ý chứ/);
  const agree = consent.buttons[0];
  await messengerSays(user, { text: agree?.title, quick_reply: { payload: agree?.payload } }, /họ và tên/);
  await messengerSays(user, { text: 'Lê Văn Cường' }, /Số điện thoại/);
  await product.kill('SIGTERM');
  await product.start();
  await messengerSays(user, { text: '0987654321' }, /công tác tại: LĐLĐ tỉnh Trà Vinh/);
});

it('the same webhook delivered again says nothing twice', async () => {
  const user = '8123456789012345002';
  await zaloSays(user, 'xin chao', /đồng ý chứ/);
  expect(await product.zalo(user, { text: 'dong y' }, { id: 'again-1' })).toBe(200);
  await product.expectLast(user, /họ và tên/);
  for (let i = 0; i < 3; i++) expect(await product.zalo(user, { text: 'dong y' }, { id: 'again-1' })).toBe(200);
  await zaloSays(user, 'Tran Thi Binh', /Số điện thoại/);
  expect(product.heard(user).filter(({ text }) => /họ và tên/.test(text))).toHaveLength(1);
});

it('the token pair is saved, renewed at most once, and used by the processes that come after', async () => {
  const user = '8123456789012345003';
  await zaloSays(user, 'xin chao', /đồng ý chứ/);
  expect(product.platform.zalo.refreshes).toBeLessThanOrEqual(1); // the age of a pasted pair is unknown
  const refused = product.platform.calls.filter(
    ({ path, headers }) =>
      path.startsWith('/v3.0/oa/message') && !/^access-[12]$/.test(String(headers['access_token'])),
  );
  expect(refused).toEqual([]);
});

it('a busy platform delays a message and loses none', async () => {
  const user = '24681357908642002';
  const busy = {
    status: 400,
    body: { error: { message: 'busy', type: 'OAuthException', code: 2, is_transient: true } },
  };
  product.platform.answerNext(busy, busy);
  await messengerSays(user, { text: 'xin chào' }, /đồng ý chứ/);
  expect(product.heard(user).filter(({ text }) => /đồng ý chứ/.test(text)).length).toBeGreaterThanOrEqual(1);
});

it('a wrong signature is refused, and nothing personal is in the log', async () => {
  const refused = await fetch(`${product.url}/webhooks/zalo`, { method: 'POST', body: '{}' });
  expect(refused.status).toBe(401);
  const handshake = '/webhooks/messenger?hub.mode=subscribe&hub.verify_token=invented-verify-token&hub.challenge=42';
  expect(await (await fetch(product.url + handshake)).text()).toBe('42');
  for (const secret of ['0912345678', '912345678', 'Binh', 'Giá đỡ', 'access-', 'refresh-', 'invented-page-token']) {
    expect(product.output()).not.toContain(secret);
  }
});

it('health and metrics answer', async () => {
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  expect(metrics).toMatch(/skb_turns_total \d+/);
  expect(metrics).toMatch(/skb_store_up\{store="redis"\} 1/);
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
});
