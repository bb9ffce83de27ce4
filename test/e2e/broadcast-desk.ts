import express, { type Response, type Router } from 'express';
import type {
  AudienceOptions,
  DeliveryView,
  PreviewView,
  Run,
  RunActBody,
  RunDraft,
  RunProgress,
  UpcomingView,
} from '../../src/console/api/types-broadcasts.ts';
import type { TemplateBody, TemplateView } from '../../src/console/api/types-templates.ts';
import { DRAFT, fillDesk, SAYS, LAN, noStates, sampleRun, type DeskState } from './broadcast-samples.ts';
import { CAMPAIGN, NOW } from './console-samples.ts';

export type BroadcastDesk = DeskState & { routes(api: Router): void };

const HOUR_MS = 3_600_000;
const UNIT = 'LĐLĐ huyện Càng Long';

/** Broadcasts out of memory: a run that goes on gets further each time it is looked at. */
export function broadcastDesk(): BroadcastDesk {
  const desk: BroadcastDesk = {
    runs: new Map(),
    states: new Map(),
    templates: [],
    calls: [],
    people: 412,
    stride: 40,
    acts: [],
    asked: [],
    tests: [],
    routes: (api) => broadcastRoutes(api, desk),
  };
  return desk;
}

/** A desk with something of everything on it. */
export function busyDesk(): BroadcastDesk {
  const desk = broadcastDesk();
  fillDesk(desk);
  return desk;
}

function progressOf(desk: BroadcastDesk, run: Run): RunProgress {
  const states = desk.states.get(run.id) ?? noStates();
  if (run.state === 'running') {
    const step = Math.min(desk.stride, states.planned);
    states.planned -= step;
    states.sent += step;
    if (states.planned === 0) {
      states.sent += states.handed + states.said;
      states.handed = states.said = 0;
      run = { ...run, state: 'done', endedAt: NOW, rev: run.rev + 1 };
      desk.runs.set(run.id, run);
    }
  }
  desk.states.set(run.id, states);
  return {
    run,
    states,
    why: [
      { state: 'unreachable' as const, why: 'noTemplate', channel: 'messenger' as const, count: states.unreachable },
      { state: 'skipped' as const, why: 'notNeeded', channel: 'zalo' as const, count: states.skipped },
      { state: 'failed' as const, why: 'send.unreachable', channel: 'zalo' as const, count: states.failed },
    ].filter(({ count }) => count > 0),
    perSecond: run.state === 'running' ? 18.5 : 0,
    leftMs: run.state === 'running' ? Math.round((states.planned / 18.5) * 1000) : null,
    charged: 0,
    templates: 12,
    costVnd: 3600,
    waitsFor: null,
  };
}

/** Half of them on each channel; most of them reached for nothing. */
function previewOf(desk: BroadcastDesk, draft: RunDraft): PreviewView {
  desk.asked.push(draft);
  const { channels, standings } = draft.audience;
  const people = standings.includes('rejected') ? 0 : channels.length === 1 ? desk.people / 2 : desk.people;
  const share = (part: number): number => Math.round(people * part);
  const reach: PreviewView['preview']['reach'] = [
    { channel: 'zalo', how: 'free', why: null, people: share(0.55) },
    { channel: 'zalo', how: 'charged', why: null, people: share(0.1) },
    { channel: 'messenger', how: 'free', why: null, people: share(0.2) },
    { channel: 'messenger', how: 'unreachable', why: 'noTemplate', people: share(0.1) },
    { channel: 'zalo', how: 'unreachable', why: 'optedOut', people: share(0.05) },
  ];
  return {
    preview: {
      people,
      needsApproval: people > 1000,
      reach: reach.filter((one) => one.people > 0),
      charged: Math.min(draft.maxCharged, share(0.1)),
      templates: 0,
      templatesVnd: null,
      sample:
        people === 0
          ? []
          : [
              {
                contact: 'zalo:oa1:1001',
                channel: 'zalo',
                name: 'Trần Văn Cường',
                units: ['84', '844'],
                unitName: UNIT,
                standings: ['draft'],
                step: 'description',
                stepLabel: 'Mô tả',
                reach: { type: 'free' },
                lastSeenAt: NOW - HOUR_MS,
              },
            ],
    },
    faults: (['zalo', 'messenger'] as const).flatMap((channel) =>
      (['vi', 'en'] as const)
        .filter((lang) => draft.texts[channel][lang].trim() === '')
        .map((lang) => ({ path: `texts.${channel}.${lang}`, why: 'empty' as const, name: '' })),
    ),
    names: ['name', 'campaign', 'deadline', 'left', 'step', 'unit'],
  };
}

function broadcastRoutes(api: Router, desk: BroadcastDesk): void {
  const json = express.json();
  const missing = (res: Response): void => void res.status(404).json({ error: 'console.notFound', why: 'broadcast' });
  api.get('/broadcast-options', (_req, res) => {
    const options: AudienceOptions = {
      groups: [
        { code: 'cong-nhan', label: 'Công nhân lao động trong các doanh nghiệp' },
        { code: 'vien-chuc', label: 'Cán bộ, công chức, viên chức' },
      ],
      steps: [
        { id: 'title', label: 'Tên sáng kiến' },
        { id: 'description', label: 'Mô tả' },
      ],
      phases: [{ id: 'dot-1', name: 'Đợt 1', closesAt: Date.parse('2022-06-01T00:00:00+07:00') }],
      unit: null,
    };
    res.json(options);
  });
  api.post('/broadcast-preview', json, (req, res) => void res.json(previewOf(desk, req.body as RunDraft)));
  api.post('/broadcast-test', json, (req, res) => {
    desk.tests.push(req.body as { contact: string });
    res.json({ run: sampleRun('r-test', { kind: 'test' }) });
  });
  api.get('/broadcast-upcoming', (_req, res) => {
    const closesAt = Date.parse('2022-06-01T00:00:00+07:00');
    const reminders = [72, 24, 3].map((hours): UpcomingView => ({
      run: `reminder/${CAMPAIGN}/dot-1/${closesAt}/${hours * HOUR_MS}/*`,
      campaign: CAMPAIGN,
      phase: 'dot-1',
      unit: hours === 24 ? '84' : null,
      closesAt,
      beforeMs: hours * HOUR_MS,
      dueAt: closesAt - hours * HOUR_MS,
      texts: DRAFT.texts,
      says: SAYS,
      phaseName: 'Đợt 1',
      unitName: hours === 24 ? 'LĐLĐ tỉnh Trà Vinh' : '',
    }));
    res.json({ reminders });
  });
  api.get('/broadcasts', (_req, res) => void res.json({ runs: [...desk.runs.values()], next: null }));
  api.post('/broadcasts', json, (req, res) => {
    const run = sampleRun(`new-${desk.runs.size}`, { ...(req.body as RunDraft), state: 'draft', planned: 0 });
    desk.runs.set(run.id, run);
    res.json({ run });
  });
  api.get('/broadcasts/:id', (req, res) => {
    const run = desk.runs.get(req.params.id);
    if (run) res.json({ run, says: run.kind === 'reminder' ? SAYS : [], unitName: '' });
    else missing(res);
  });
  api.patch('/broadcasts/:id', json, (req, res) => {
    const { rev, draft } = req.body as { rev: number; draft: RunDraft };
    const run = desk.runs.get(req.params['id'] ?? '');
    if (!run) return missing(res);
    if (run.rev !== rev) return void res.status(409).json({ why: 'stale' });
    const next = { ...run, ...draft, rev: rev + 1 };
    desk.runs.set(next.id, next);
    res.json({ run: next });
  });
  api.post('/broadcasts/:id/acts', json, (req, res) => {
    const run = desk.runs.get(req.params['id'] ?? '');
    const { act } = req.body as RunActBody;
    if (!run) return missing(res);
    desk.acts.push(`${act} ${run.id}`);
    const state = {
      submit: 'running',
      approve: 'running',
      sendBack: 'draft',
      pause: 'paused',
      resume: 'running',
      cancel: 'cancelled',
    }[act];
    const next = {
      ...run,
      state: state as Run['state'],
      rev: run.rev + 1,
      ...(act === 'approve' && { approvedBy: LAN }),
    };
    if (act === 'submit') {
      next.planned = desk.people;
      desk.states.set(run.id, { ...noStates(), planned: desk.people });
    }
    desk.runs.set(next.id, next);
    res.json({ run: next });
  });
  api.get('/broadcasts/:id/progress', (req, res) => {
    const run = desk.runs.get(req.params.id);
    if (run) res.json(progressOf(desk, run));
    else missing(res);
  });
  api.get('/broadcasts/:id/deliveries', (req, res) => {
    const wanted = (req.query as { state?: string }).state;
    const lines = (['sent', 'unreachable', 'skipped'] as const)
      .filter((state) => !wanted || state === wanted)
      .map((state, n): DeliveryView => ({
        id: `d${n}`,
        contact: `zalo:oa1:${3000 + n}`,
        channel: 'zalo',
        name: ['Lê Thị Bình', 'Phạm Văn Cường', 'Võ Thu Hà'][n] ?? '',
        phone: `+8491234500${n}`,
        units: ['84', '844'],
        unitName: UNIT,
        how: 'free',
        state,
        why: { sent: '', unreachable: 'windowClosed', skipped: 'notNeeded' }[state],
        at: NOW,
      }));
    res.json({ lines, next: null });
  });
  api.get('/broadcasts/:id/sheet', (_req, res) => void res.attachment('ket-qua-gui-tin.xlsx').send('xlsx'));
  api.get('/call-list/sheet', (_req, res) => void res.attachment('danh-sach-can-goi.xlsx').send('xlsx'));
  api.get('/call-list', (_req, res) => void res.json({ lines: desk.calls, hasMore: false }));
  api.get('/templates', (_req, res) => {
    const channels = (['zalo', 'messenger'] as const).map((channel) => ({
      channel,
      canCreate: channel === 'messenger',
    }));
    res.json({ templates: desk.templates, channels });
  });
  api.post('/templates', json, (req, res) => {
    const body = req.body as TemplateBody;
    const key = body.channel === 'zalo' ? body.key : body.name;
    desk.templates.push({
      id: `${body.channel}/${key}`,
      channel: body.channel,
      key,
      name: key,
      lang: body.channel === 'zalo' ? '' : body.lang,
      status: 'pending',
      reason: '',
      body: body.body,
      parameters: body.channel === 'zalo' ? [] : Object.keys(body.examples),
      buttons: [],
      userVnd: null,
      phoneVnd: null,
      kinds: [],
      isOwn: true,
      updatedAt: NOW,
    });
    res.status(201).json({ template: desk.templates.at(-1) });
  });
  api.patch('/templates/:id', json, (req, res) => {
    const template = desk.templates.find(({ id }) => id === req.params['id']);
    if (template) template.kinds = (req.body as { kinds: TemplateView['kinds'] }).kinds;
    res.json({ template });
  });
  api.delete('/templates/:id', (req, res) => {
    desk.templates = desk.templates.filter(({ id }) => id !== req.params.id);
    res.status(204).end();
  });
}
