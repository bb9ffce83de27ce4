import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { silentLog } from '../../src/base/log.ts';
import type { ActBody, ConversationView, Line, Row } from '../../src/console/api/types.ts';
import { consoleHandler } from '../../src/console/handler.ts';
import { pageFiles } from '../../src/console/page-files.ts';
import { readConsoleTexts } from '../../src/console/texts.ts';
import { CAMPAIGN, COLLEAGUES, ME, NOW, sampleLines, sampleRow, sampleView } from './console-samples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PASSWORD = 'một câu dài dễ nhớ';
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What a test may look at and turn. */
export type StandIn = {
  url: string;
  server: Server;
  password: string;
  rows: Row[];
  views: Map<string, ConversationView>;
  lines: Map<string, Line[]>;
  /** Acts in their order, those that were refused too. */
  acts: (ActBody & { contact: string })[];
  /** Asked before an act is done: an answer of its own makes it fail. */
  refuse: (act: ActBody['act']) => { status: number; body: object } | null;
  /** Whether what is said gets into the transcript at once. */
  isArchiving: boolean;
  open(contact: string): ConversationView;
  tell(name: string, data: unknown): void;
  /** Breaks every stream off. */
  dropStreams(): void;
  streams: Set<ServerResponse>;
  /** Requests as `GET /conversations?tab=mine`. */
  asked: string[];
};

/**
 * The API of the console out of memory, behind the real frame with its headers: for what the page does by itself. `more` adds
 * routes of another part of the console, for whoever is signed in.
 */
export async function standIn(howMany = 60, more: (api: Router) => void = () => {}): Promise<StandIn> {
  const rows = Array.from({ length: howMany }, (_, n) => sampleRow(n));
  const world: StandIn = {
    url: '',
    server: createServer(),
    password: PASSWORD,
    rows,
    views: new Map(),
    lines: new Map(),
    acts: [],
    refuse: () => null,
    isArchiving: true,
    streams: new Set(),
    asked: [],
    open(contact) {
      const row = rows.find((one) => one.contact === contact) ?? sampleRow(0);
      const view = world.views.get(contact) ?? sampleView(row);
      world.views.set(contact, view);
      if (!world.lines.has(contact)) world.lines.set(contact, sampleLines(`/console/api/files/x/f1`));
      return view;
    },
    tell(name, data) {
      for (const stream of world.streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    dropStreams() {
      for (const stream of world.streams) stream.destroy();
    },
  };
  world.server = createServer((req, res) => {
    if (!handle(req, res)) res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => world.server.listen(0, '127.0.0.1', resolve));
  world.url = `http://127.0.0.1:${(world.server.address() as AddressInfo).port}`;
  const handle = consoleHandler({
    api: routes(world, more),
    page: pageFiles(join(root, 'dist/console/page')),
    log: silentLog,
    trustProxy: 0,
    publicUrl: world.url,
  });
  return world;
}

function routes(world: StandIn, more: (api: Router) => void): Router {
  const api = Router();
  const texts = readConsoleTexts(join(root, 'locales'));
  let isSignedIn = false;
  const counts = () => ({
    waiting: world.rows.filter(({ humanAskedAt }) => humanAskedAt !== null).length,
    mine: world.rows.filter(({ owner }) => owner.type === 'staff' && owner.staff === ME.id).length,
  });
  api.use((req, res, next) => {
    world.asked.push(`${req.method} ${req.url}`);
    res.setHeader('x-clock', String(NOW));
    next();
  });
  api.get('/texts/:lang', (req, res) => void res.json(texts[req.params.lang === 'en' ? 'en' : 'vi']));
  api.get('/session/ways', (_req, res) => void res.json({ password: true, oidc: true }));
  api.post('/session', express.json(), (req, res) => {
    const { password } = req.body as { password: string };
    isSignedIn = password === PASSWORD;
    if (isSignedIn) res.json({ staff: ME, csrf: 'c' });
    else res.status(401).json({ error: 'console.wrongPassword' });
  });
  api.get('/links/:token', (_req, res) => void res.json({ type: 'invite', email: ME.email, name: ME.name }));
  api.use((req, res, next) => {
    if (!isSignedIn) res.status(401).json({ error: 'console.signedOut' });
    else if (req.method !== 'GET' && req.headers['x-csrf-token'] !== 'c') {
      res.status(403).json({ error: 'console.forgedRequest' });
    } else next();
  });
  more(api);
  api.get('/session', (_req, res) => void res.json({ staff: ME, csrf: 'c' }));
  api.delete(['/session', '/sessions'], (_req, res) => {
    isSignedIn = false;
    res.status(204).end();
  });
  api.get('/campaigns', (_req, res) => {
    res.json({ campaigns: [{ id: CAMPAIGN, name: '01 triệu sáng kiến', isOpen: true, steps: [] }] });
  });
  api.get('/units', (req, res) => {
    const all = [
      { code: '84', name: 'LĐLĐ tỉnh Trà Vinh', parent: null, hasMore: true },
      { code: '01', name: 'LĐLĐ thành phố Hà Nội', parent: null, hasMore: false },
      { code: '844', name: 'LĐLĐ huyện Càng Long', parent: '84', hasMore: false },
    ];
    const { parent = '', q = '' } = req.query as Record<string, string>;
    const units = all.filter((unit) => (unit.parent ?? '') === parent);
    res.json({ units: q ? units.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase())) : units });
  });
  api.get('/conversations', (req, res) => {
    const { tab, channel, unit, q = '', cursor = '0', limit = '50' } = req.query as Record<string, string>;
    const found = world.rows.filter(
      (row) =>
        (tab !== 'waiting' || row.humanAskedAt !== null) &&
        (tab !== 'mine' || (row.owner.type === 'staff' && row.owner.staff === ME.id)) &&
        (tab !== 'closed' || (row.owner.type === 'bot' && row.handledAt !== null && row.humanAskedAt === null)) &&
        (!channel || row.channel === channel) &&
        (!unit || row.units.includes(unit)) &&
        row.name.toLowerCase().includes(q.toLowerCase()),
    );
    const end = Number(cursor) + Number(limit);
    res.json({
      rows: found.slice(Number(cursor), end),
      next: end < found.length ? String(end) : null,
      counts: counts(),
    });
  });
  api.get('/conversations/:contact', (req, res) => void res.json(world.open(req.params.contact)));
  api.get('/conversations/:contact/lines', (req, res) => {
    world.open(req.params.contact);
    res.json({ lines: world.lines.get(req.params.contact), before: null, after: String(NOW) });
  });
  api.get('/conversations/:contact/colleagues', (_req, res) => void res.json({ staff: COLLEAGUES }));
  api.get('/conversations/:contact/canned', (_req, res) => {
    const text = 'Chào anh/chị Bình, hạn nộp là 24h00 ngày 31/5/2022. Mã: {code}';
    res.json({ replies: [{ id: 'r1', title: 'Nhắc hạn nộp', text, missing: ['code'] }] });
  });
  api.post('/conversations/:contact/notes', express.json(), (req, res) => {
    const note = { ...(req.body as { id: string; text: string }), staff: ME.id, name: ME.name, at: NOW };
    world.open(req.params['contact'] ?? '').notes.push(note);
    res.json({ note });
  });
  api.post('/conversations/:contact/files', express.raw({ type: () => true }), (req, res) => {
    const { name } = req.query as { name: string };
    res.json({ file: { fileId: `up-${name}`, name, mime: 'image/png', size: 70, sha256: '' } });
  });
  api.post('/conversations/:contact/acts', express.json(), (req, res) => {
    const body = req.body as ActBody;
    const contact = req.params['contact'] ?? '';
    world.acts.push({ ...body, contact });
    const refused = world.refuse(body.act);
    if (refused) return void res.status(refused.status).json(refused.body);
    act(world, contact, body);
    res.json({ result: { type: 'done', ...(body.act.type === 'submit' && { code: 'SK-AAAA-BBBB' }) } });
  });
  api.get('/files/:contact/:file', (_req, res) => void res.type('image/png').send(PICTURE));
  api.get('/canned', (_req, res) => {
    const base = { campaign: null, text: 'Chào {name}, hạn nộp là {deadline}.', isMine: true };
    res.json({
      replies: [
        { ...base, id: 'r1', title: 'Nhắc hạn nộp', isFixed: false },
        { ...base, id: 'r2', campaign: CAMPAIGN, title: 'Cách viết mô tả', isFixed: true, isMine: false },
      ],
    });
  });
  api.get('/staff', (_req, res) => {
    const rest = { unitName: '', linkUntil: null, createdAt: NOW, signedInAt: NOW };
    res.json({
      staff: [
        { ...ME, ...rest, state: 'active' },
        {
          ...rest,
          id: 's2',
          email: 'duc@example.org',
          name: 'Minh Đức',
          role: 'support',
          unit: '84',
          unitName: 'LĐLĐ tỉnh Trà Vinh',
          state: 'invited',
        },
        {
          ...rest,
          id: 's3',
          email: 'hoa@example.org',
          name: 'Thu Hoa',
          role: 'organizer',
          unit: null,
          state: 'disabled',
        },
      ],
    });
  });
  api.post('/staff', express.json(), (_req, res) => {
    res.status(201).json({ link: `${world.url}/console/link/abc` });
  });
  api.get('/audit', (_req, res) => {
    const line = { at: NOW, staff: 's1', name: ME.name, contact: null, target: '', before: null, after: null };
    res.json({
      lines: [
        {
          ...line,
          id: 'a1',
          action: 'conversation.answer',
          contact: 'zalo:oa1:1000',
          target: 'phone',
          before: { type: 'phone', e164: '+84912345000' },
          after: { type: 'phone', e164: '+84912345001' },
        },
        { ...line, id: 'a2', action: 'staff.invite', target: 'duc@example.org' },
      ],
      next: null,
    });
  });
  api.get('/live', (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write(`event: hello\ndata: ${JSON.stringify({ counts: counts() })}\n\n`);
    world.streams.add(res);
    res.on('close', () => world.streams.delete(res));
  });
  return api;
}

/** As the engine would, as far as the page can see. */
function act(world: StandIn, contact: string, { id, act: what }: ActBody): void {
  const view = world.open(contact);
  const mine = {
    type: 'staff',
    how: 'console',
    staff: ME.id,
    name: ME.name,
    since: NOW,
    lastAt: NOW,
    until: null,
  } as const;
  const { draft } = view;
  if (what.type === 'takeOver') Object.assign(view.row, { owner: mine, humanAskedAt: null, humanReason: null });
  else if (what.type === 'handBack' || what.type === 'close') {
    Object.assign(view.row, { owner: { type: 'bot' }, handledAt: NOW });
  } else if (what.type === 'answer' && draft) {
    draft.steps = draft.steps.map((step) =>
      step.id === what.step
        ? { ...step, answer: what.value, isDone: true, isOpen: false, shown: shownOf(what.value) || step.shown }
        : step,
    );
    draft.missing = draft.steps.filter((step) => !step.isDone).map(({ label }) => label);
  } else if (what.type === 'submit') view.draft = null;
  else if ((what.type === 'say' || what.type === 'sendFile') && world.isArchiving) {
    world.lines.get(contact)?.push({
      type: 'message',
      id: `say-${id}`,
      at: NOW + world.acts.length,
      by: { type: 'staff', staff: ME.id, name: ME.name },
      text: what.type === 'say' ? what.text : '',
      files:
        what.type === 'say'
          ? []
          : [
              {
                name: what.fileId,
                kind: 'image',
                state: 'stored',
                reason: null,
                fileId: what.fileId,
                url: '/console/api/files/x/f1',
                mime: 'image/png',
                size: 70,
                href: null,
              },
            ],
      isTap: false,
      state: 'sent',
      code: null,
      repeats: 0,
      paid: '',
    });
  }
  world.tell('conversation', { contact });
}

const shownOf = (answer: Extract<ActBody['act'], { type: 'answer' }>['value']): string =>
  answer.type === 'text'
    ? answer.text
    : answer.type === 'longText'
      ? answer.parts.join('\n')
      : answer.type === 'phone'
        ? answer.e164
        : answer.type === 'yesNo'
          ? String(answer.yes)
          : answer.type;
