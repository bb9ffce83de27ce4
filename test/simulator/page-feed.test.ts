import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStage, type Json, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});
afterEach(() => stage.close());

type Who = { session: string; zalo: string; messenger: string };

/** Reads a session's stream until `enough` says so. */
async function feed(who: Who, enough: (entries: Json[]) => boolean, after = ''): Promise<Json[]> {
  const query = new URLSearchParams({ ...who, after });
  const ending = new AbortController();
  const answer = await fetch(`${stage.url}/simulator/api/feed?${query}`, { signal: ending.signal });
  if (answer.status !== 200) return [{ status: answer.status }];
  const entries: Json[] = [];
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^data: (\{.*)$/m.exec(part)?.[1];
      if (data) entries.push(JSON.parse(data));
    }
    if (enough(entries)) break;
  }
  ending.abort();
  return entries;
}
const types = (entries: Json[]): string[] => entries.map((entry) => entry.item.type);

describe('the page', () => {
  it('sees what the person said, that it arrived, and what the bot answered', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'chào' });
    const answer = { recipient: { id: who.messenger }, message: { text: 'vâng' } };
    await stage.graph('/me/messages', answer);
    const entries = await feed(who, (all) => types(all).includes('heard') && types(all).includes('saidState'));
    const shown = entries.map(({ item }) => item).filter((item) => item.type === 'said' || item.type === 'heard');
    expect(shown.map((item) => item.text)).toEqual(['chào', 'vâng']);
    expect(types(entries)).toContain('wire');
  });

  it('goes on after the last entry it saw', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'một' });
    const before = await feed(who, (all) => types(all).includes('saidState'));
    await stage.act(who, 'zalo', { type: 'text', text: 'hai' });
    const last = before.findLast((entry) => entry.id !== '');
    const after = await feed(who, (all) => types(all).includes('said'), last.id);
    expect(after.filter(({ item }) => item.type === 'said').map(({ item }) => item.text)).toEqual(['hai']);
  });

  it('is told when the bot does not answer, and when it will be tried again', async () => {
    const who = await stage.people();
    stage.bot.status = () => 503;
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    const isState = ({ item }: Json) => item.type === 'saidState';
    const entries = await feed(who, (all) => all.filter(isState).length === 3);
    expect(entries.filter(isState).map(({ item }) => item.state)).toEqual(['waiting', 'waiting', 'lost']);
  });

  it('does not see, nor write in, the chat of another visitor', async () => {
    const [who, other] = [await stage.people(), await stage.people()];
    const stolen = { ...who, zalo: other.zalo };
    expect(await feed(stolen, () => true)).toEqual([{ status: 404 }]);
    expect(await stage.act(stolen, 'zalo', { type: 'text', text: 'a' })).toBe(404);
  });

  it('keeps its people through a restart of the simulator', async () => {
    const who = await stage.people();
    await stage.close();
    stage = await makeStage();
    expect(await stage.act(who, 'zalo', { type: 'text', text: 'a' })).toBe(202);
    expect(types(await feed(who, (all) => all.length >= 1))).toContain('said');
  });

  it('is refused what is no act, and files that run as pages of ours', async () => {
    const who = await stage.people();
    expect(await stage.act(who, 'zalo', { type: 'jump' })).toBe(400);
    const headers = { 'content-type': 'text/html' };
    const upload = await fetch(`${stage.url}/simulator/api/files?name=a.html`, {
      method: 'POST',
      body: '<b>',
      headers,
    });
    const { id } = (await upload.json()) as { id: string };
    const file = await fetch(`${stage.url}/simulator/files/${id}/a.html`);
    expect(file.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('sets the clock only where it may', async () => {
    const set = (at: unknown) =>
      fetch(`${stage.url}/simulator/api/clock`, { method: 'POST', body: JSON.stringify({ at }) });
    expect((await set(1000)).status).toBe(400);
    await stage.close();
    let setTo = 0;
    stage = await makeStage({ setClock: (at) => void (setTo = at) });
    expect((await set('soon')).status).toBe(400);
    expect((await set(Date.parse('2022-05-31T23:59:00+07:00'))).status).toBe(200);
    expect(new Date(setTo).toISOString()).toBe('2022-05-31T16:59:00.000Z');
  });

  it('leaves other addresses to others', async () => {
    expect((await fetch(`${stage.url}/healthz`)).status).toBe(404);
    expect((await fetch(`${stage.url}/simulator/nothing`)).status).toBe(404);
  });
});
