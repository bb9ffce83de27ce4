import { createServer, type Server } from 'node:http';
import { listen } from '../simulator/stage.ts';

/** What the stand-in bot says to a text, tap or opening: plain text and button titles. */
export type Line = { text: string; buttons?: string[] };
export type Script = (heard: string, channel: 'zalo' | 'messenger') => Line[];

/** `echoes`: what it was told of messages that left the account past it: `admin: Chào`, `inbox: …`, `unknown: <image>`, `take`, `pass`. */
export type ScriptedBot = {
  url: string;
  server: Server;
  connect(platformUrl: string): void;
  heard: string[];
  echoes: string[];
};

type Item = {
  sender?: { id: string };
  recipient?: { id: string };
  message?: {
    text?: string;
    is_echo?: boolean;
    app_id?: number;
    quick_reply?: { payload: string };
    attachments?: { type: string }[];
  };
  take_thread_control?: object;
  pass_thread_control?: object;
  postback?: { payload: string; referral?: { ref: string } };
  referral?: { ref: string };
};

/** Answers webhooks of the stand-in platforms through their APIs, by a script. It checks and keeps nothing. */
export async function scriptedBot(
  script: Script,
  tokens: { zalo: string; page: string; pageId: string },
): Promise<ScriptedBot> {
  const heard: string[] = [];
  const echoes: string[] = [];
  let platformUrl = '';
  const send = async (path: string, headers: Record<string, string>, body: unknown): Promise<void> => {
    await fetch(platformUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  };

  const toZalo = (id: string, { text, buttons = [] }: Line): Promise<void> => {
    const list = buttons.map((title) => ({ title, type: 'oa.query.hide', payload: `#${title}` }));
    const attachment = list.length > 0 ? { attachment: { type: 'template', payload: { buttons: list } } } : {};
    const body = { recipient: { user_id: id }, message: { text, ...attachment } };
    return send('/v3.0/oa/message/cs', { access_token: tokens.zalo }, body);
  };
  const toMessenger = async (id: string, { text, buttons = [] }: Line): Promise<void> => {
    const path = `/v25.0/${tokens.pageId}/messages`;
    const bearer = { authorization: `Bearer ${tokens.page}` };
    await send(path, bearer, { recipient: { id }, sender_action: 'typing_on' });
    const replies = buttons.map((title) => ({ content_type: 'text', title, payload: `#${title}` }));
    const message = { text, ...(replies.length > 0 ? { quick_replies: replies } : {}) };
    await send(path, bearer, { recipient: { id }, messaging_type: 'RESPONSE', message });
  };

  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      res.end();
      const json = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      if (req.url === '/webhooks/zalo') {
        if (json.event_name.startsWith('oa_send_')) return void echoes.push(zaloEcho(json));
        const said = zaloWords(json);
        if (said === null) return;
        heard.push(said);
        const id: string = json.sender?.id ?? json.follower?.id ?? json.user_id;
        void inTurn(script(said, 'zalo'), (line) => toZalo(id, line));
        return;
      }
      const item: Item = json.entry?.[0]?.messaging?.[0] ?? json.entry?.[0]?.standby?.[0] ?? {};
      const echo = messengerEcho(item);
      if (echo !== null) return void echoes.push(echo);
      if (json.entry?.[0]?.standby) return; // another app's turn to answer
      const said = messengerWords(item);
      if (said === null) return;
      heard.push(said);
      void inTurn(script(said, 'messenger'), (line) => toMessenger(item.sender?.id ?? '', line));
    });
  });
  return { url: await listen(server), server, heard, echoes, connect: (url) => void (platformUrl = url) };
}

async function inTurn(lines: Line[], send: (line: Line) => Promise<void>): Promise<void> {
  for (const line of lines) await send(line);
}

function zaloWords(json: {
  event_name: string;
  message?: { text?: string; attachments?: { type: string }[] };
}): string | null {
  if (json.event_name === 'follow' || json.event_name === 'user_click_chatnow') return '<open>';
  if (!json.event_name.startsWith('user_send_')) return null;
  return json.message?.attachments?.[0] ? `<${json.message.attachments[0].type}>` : (json.message?.text ?? '');
}

const shown = (message?: { text?: string; attachments?: { type: string }[] }): string =>
  message?.text || `<${message?.attachments?.[0]?.type}>`;

const zaloEcho = (json: { sender: { admin_id?: string }; message?: Item['message'] }): string =>
  `${json.sender.admin_id === undefined ? 'unknown' : 'admin'}: ${shown(json.message)}`;

function messengerEcho({ message, take_thread_control: take, pass_thread_control: pass }: Item): string | null {
  if (take) return 'take';
  if (pass) return 'pass';
  if (!message?.is_echo) return null;
  if (message.app_id === undefined) return `unknown: ${shown(message)}`;
  return `${message.app_id === 263902037430900 ? 'inbox' : 'app'}: ${shown(message)}`;
}

function messengerWords({ message, postback, referral }: Item): string | null {
  if (referral) return `<ref ${referral.ref}>`;
  if (postback) return postback.referral ? `<ref ${postback.referral.ref}>` : postback.payload;
  if (!message || message.is_echo) return null;
  if (message.attachments?.[0]) return `<${message.attachments[0].type}>`;
  return message.quick_reply?.payload ?? message.text ?? '';
}
