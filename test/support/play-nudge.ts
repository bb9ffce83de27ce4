import type { Nudge } from '../../src/core/broadcast.ts';
import type { Standing } from '../../src/core/standing.ts';
import { phasesFor, phaseAt } from '../../src/core/campaign.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { Person } from '../../src/core/person.ts';
import type { World } from '../../src/engine/flow.ts';

type Base = Pick<InboundEvent, 'id' | 'contact' | 'sentAt'>;
const FAR_MS = 14 * 86_400_000;

/**
 * `% reminder`, `% silentDraft`, `% broadcast Chào {name}`, `% test …`, `% result SK-… needsSupplement the reason | the title`.
 * Words before it: `run=r7`, `id=d7` of the delivery, `how=charged`, `how=template` (Zalo by user), `how=phone`, `closesAt=<instant>` of another deadline,
 * `most=1`, `to=draft,notStarted`, `campaign=<id>`, `late` (its time is over). Null for another line.
 */
export function readNudgeLine(line: string): { kind: Nudge['kind']; set: Map<string, string>; rest: string } | null {
  const match = /^% (reminder|silentDraft|broadcast|test|result)((?: (?:\w+=\S+|late))*) ?(.*)$/.exec(line);
  if (!match) return null;
  const pairs = (match[2] ?? '').trim().split(' ').filter(Boolean);
  return {
    kind: match[1] as Nudge['kind'],
    set: new Map(pairs.map((pair) => pair.split('=') as [string, string])),
    rest: (match[3] ?? '').replaceAll('\\n', '\n'),
  };
}

export function nudgeEvent(
  line: NonNullable<ReturnType<typeof readNudgeLine>>,
  base: Base,
  world: World,
  person: Person,
): InboundEvent {
  const { kind, set, rest } = line;
  const at = base.sentAt;
  const { campaign } = world.flows.get(set.get('campaign') ?? '') ?? world.defaultFlow(at);
  const where = phaseAt(phasesFor(campaign, person.units), at);
  const phase = where.type === 'open' ? where.phase : where.type === 'over' ? where.last : where.next;
  const closesAt = Date.parse(set.get('closesAt') ?? '') || phase.closesAt;
  const [, code = '', state = '', reason = '', title = ''] = /^(\S+) (\S+) ?([^|]*)\|?(.*)$/.exec(rest) ?? [];
  const how = set.get('how') ?? 'free';
  const isTemplate = how === 'template' || how === 'phone';
  const text = kind === 'result' ? '' : rest;
  return {
    ...base,
    type: 'nudge',
    nudge: {
      run: set.get('run') ?? `${kind}/${base.id}`,
      delivery: set.get('id') ?? `${set.get('run') ?? kind}/${base.id}`,
      kind,
      campaign: campaign.id,
      standings: (set.get('to')?.split(',') ?? []) as Standing[],
      deadline: kind === 'reminder' ? { phase: phase.id, closesAt, most: Number(set.get('most') ?? 2) } : null,
      text: { vi: text, en: text },
      how: isTemplate ? 'template' : (how as 'free' | 'charged'),
      template: isTemplate
        ? {
            key: 'nhac_han_v1',
            to: how === 'phone' ? 'phone' : 'user',
            lang: 'vi',
            values: { ten: '{name}', han_nop: '{deadline}' },
            buttons: [{ type: 'postback', payload: `#campaign:${campaign.id}` }],
          }
        : null,
      notAfter: set.has('late') ? at : at + FAR_MS,
      entry: kind === 'result' ? { code, state, reason: reason.trim(), title: title.trim() } : null,
    },
  };
}
