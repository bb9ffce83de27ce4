import type { CallView, Run, RunDraft } from '../../src/console/api/types-broadcasts.ts';
import type { TemplateView } from '../../src/console/api/types-templates.ts';
import { DELIVERY_STATES, everyone, type DeliveryState } from '../../src/core/run.ts';
import { CAMPAIGN, ME, NOW } from './console-samples.ts';

/** What a test may look at and turn of the broadcasts that the page shows. */
export type DeskState = {
  runs: Map<string, Run>;
  states: Map<string, Record<DeliveryState, number>>;
  templates: TemplateView[];
  calls: CallView[];
  /** People found by every rule, before its channel halves them. */
  people: number;
  /** Settled at every look at a run that goes on. */
  stride: number;
  /** Acts of staff as `pause <id>`. */
  acts: string[];
  /** Drafts that were looked at, newest last. */
  asked: RunDraft[];
  tests: { contact: string }[];
};

const HOUR_MS = 3_600_000;
export const LAN = { staff: ME.id, name: ME.name };
const DUC = { staff: 's2', name: 'Minh Đức' };
const UNIT = 'LĐLĐ huyện Càng Long';

export const DRAFT: RunDraft = {
  title: 'Nhắc người đang điền dở ở Trà Vinh',
  audience: { ...everyone(CAMPAIGN), standings: ['draft'] },
  texts: {
    zalo: {
      vi: 'Chào anh/chị {name}, hồ sơ {campaign} đang ở bước {step}. ⏰ Hạn nộp: {deadline}, còn {left}.',
      en: 'Hello {name}, your entry waits at step {step}. The deadline is {deadline}.',
    },
    messenger: {
      vi: 'Chào anh/chị {name}, hồ sơ {campaign} đang ở bước {step}. ⏰ Hạn nộp: {deadline}, còn {left}.',
      en: 'Hello {name}, your entry waits at step {step}. The deadline is {deadline}.',
    },
  },
  templates: { zalo: null, messenger: null },
  maxCharged: 0,
};

export const SAYS = [{ of: 'draft', text: DRAFT.texts.zalo }];

export function sampleRun(id: string, fields: Partial<Run> = {}): Run {
  return {
    ...DRAFT,
    id,
    kind: 'broadcast',
    state: 'running',
    rev: 1,
    by: LAN,
    approvedBy: null,
    editedBy: ME.id,
    version: 1,
    scope: null,
    deadline: null,
    notAfter: NOW + 72 * HOUR_MS,
    createdAt: NOW - HOUR_MS,
    startedAt: NOW - HOUR_MS / 2,
    endedAt: null,
    planned: 400,
    isPlanned: true,
    ...fields,
  };
}

export const noStates = (): Record<DeliveryState, number> =>
  Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>;

/** Something of everything. */
export function fillDesk(desk: DeskState): void {
  const put = (run: Run, states: Partial<Record<DeliveryState, number>>) => {
    desk.runs.set(run.id, run);
    desk.states.set(run.id, { ...noStates(), ...states });
  };
  put(sampleRun('r-run'), { planned: 268, handed: 6, said: 2, sent: 96, skipped: 6, unreachable: 20, failed: 2 });
  put(
    sampleRun('r-wait', {
      state: 'awaitingApproval',
      title: 'Báo đợt 2 mở từ 01/6',
      by: DUC,
      editedBy: DUC.staff,
      planned: 2310,
    }),
    {},
  );
  put(
    sampleRun(`reminder/${CAMPAIGN}/dot-1/1654016400000/604800000/*`, {
      kind: 'reminder',
      state: 'done',
      title: 'Nhắc hạn Đợt 1, trước 7 ngày',
      by: null,
      deadline: { phase: 'dot-1', closesAt: Date.parse('2022-06-01T00:00:00+07:00'), most: 2 },
      createdAt: NOW - 90 * HOUR_MS,
    }),
    { sent: 361, skipped: 12, unreachable: 27 },
  );
  put(sampleRun('r-draft', { state: 'draft', title: '', startedAt: null, planned: 0, isPlanned: false }), {});
  desk.calls.push(
    ...Array.from({ length: 7 }, (_, n): CallView => ({
      contact: `zalo:oa1:${2000 + n}`,
      channel: n % 2 ? 'messenger' : 'zalo',
      name:
        ['Nguyễn Thị Bình', 'Lê Văn Cường', 'Phạm Thu Hà', '', 'Võ Quốc Khánh', 'Trần Ngọc Mai', 'Đặng Hữu Tài'][n] ??
        '',
      phone: n === 3 ? '' : `+8491200${String(1000 + n)}`,
      units: ['84', '844'],
      standings: ['draft'],
      step: 'description',
      state: n === 4 ? 'failed' : 'unreachable',
      why: n === 4 ? 'send.unreachable' : n % 2 ? 'noTemplate' : 'windowClosed',
      run: 'r-run',
      at: NOW - HOUR_MS,
      closesAt: Date.parse('2022-06-01T00:00:00+07:00'),
      unitName: UNIT,
      stepLabel: 'Mô tả',
    })),
  );
  const template: TemplateView = {
    id: 'messenger/nhac_han_ho_so/vi',
    channel: 'messenger',
    key: 'nhac_han_ho_so',
    name: '',
    lang: 'vi',
    status: 'approved',
    reason: '',
    body: 'Hồ sơ của anh/chị {{name}} đang chờ ở bước {{step}}, hạn nộp là {{deadline}} nhé.',
    parameters: ['name', 'step', 'deadline'],
    buttons: [{ type: 'postback', title: 'Điền tiếp' }],
    userVnd: null,
    phoneVnd: null,
    kinds: ['reminder'],
    isOwn: true,
    updatedAt: NOW - 50 * HOUR_MS,
  };
  desk.templates.push(
    template,
    {
      ...template,
      channel: 'zalo',
      key: '330011',
      name: 'Nhắc hạn hồ sơ',
      lang: '',
      id: 'zalo/330011/',
      userVnd: 300,
      phoneVnd: 400,
      kinds: [],
    },
    {
      ...template,
      id: 'messenger/moi_tham_gia/vi',
      key: 'moi_tham_gia',
      status: 'rejected',
      reason: 'TAG_SHOULD_BE_MARKETING',
      body: 'Mời anh/chị tham gia chương trình, nhiều phần thưởng đang chờ.',
      parameters: [],
      buttons: [],
    },
  );
}
