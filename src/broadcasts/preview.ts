import { AppError } from '../base/errors.ts';
import type { ChannelName } from '../core/contact.ts';
import type { Reach, Run, RunDraft } from '../core/run.ts';
import type { TemplateDoc } from '../stores/mongo/templates.ts';
import type { Chosen } from './audience.ts';
import type { Preview, SamplePerson } from './types.ts';

const SAMPLE = 10;

/** Counts an audience; holds no more than its sample. */
export async function previewOf(
  pages: AsyncIterable<{ people: readonly Chosen[] }>,
  { audience, templates }: RunDraft,
  approveAbove: number,
  known: readonly TemplateDoc[],
  goOn: () => boolean,
): Promise<Preview> {
  const reach = new Map<string, { channel: ChannelName; reach: Reach; people: number }>();
  const sample: SamplePerson[] = [];
  let people = 0;
  let vnd: number | null = 0;
  for await (const page of pages) {
    if (!goOn()) throw new AppError('console.conflict', 'nobody waits for it any more');
    for (const one of page.people) {
      people++;
      const channel = one.contact.channel as ChannelName; // of a contact id
      const key = `${channel} ${one.reach.type} ${one.reach.type === 'unreachable' ? one.reach.why : ''}`;
      const line = reach.get(key);
      if (line) line.people++;
      else reach.set(key, { channel, reach: one.reach, people: 1 });
      if (one.reach.type === 'template' && vnd !== null) {
        const price = priceOf(templates, channel, known);
        vnd = price === null ? null : vnd + price;
      }
      if (sample.length < SAMPLE) sample.push(toSample(one, audience.campaign));
    }
  }
  const lines = [...reach.values()];
  const count = (type: Reach['type']) =>
    lines.filter((line) => line.reach.type === type).reduce((sum, line) => sum + line.people, 0);
  return {
    people,
    needsApproval: people > approveAbove,
    reach: lines.map((line) => ({
      channel: line.channel,
      how: line.reach.type,
      why: line.reach.type === 'unreachable' ? line.reach.why : null,
      people: line.people,
    })),
    charged: count('charged'),
    templates: count('template'),
    templatesVnd: count('template') === 0 ? 0 : vnd,
    sample,
  };
}

/** Of one message, in VND; utility messages have no price that is documented (messenger.md §4.3). Null where it is not known. */
export function priceOf(
  templates: Run['templates'],
  channel: ChannelName,
  known: readonly TemplateDoc[],
): number | null {
  const use = templates[channel];
  if (channel === 'messenger' || !use) return 0;
  const template = known.find((one) => one.channel === channel && one.key === use.key);
  return (use.to === 'phone' ? template?.phoneVnd : template?.userVnd) ?? null;
}

function toSample({ contact, standings, reach }: Chosen, campaign: string): SamplePerson {
  return {
    contact: contact._id,
    channel: contact.channel as ChannelName, // of a contact id
    name: contact.name,
    units: contact.units,
    standings,
    step: contact.drafts.find((draft) => draft.campaign === campaign && draft.isBegun)?.step ?? null,
    reach,
    lastSeenAt: contact.lastSeenAt.getTime(),
  };
}
