import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { never } from '../../base/never.ts';
import { answerSchema, type ProofFile } from '../../core/answers.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import { fileFault } from '../../core/file-limits.ts';
import type { StaffAct } from '../../core/handover.ts';
import { mayReach } from '../../core/staff.ts';
import { reachOf } from '../../content/reach.ts';
import type { World } from '../../engine/flow.ts';
import type { Acts } from '../../handover/acts.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import { toStaff } from '../../stores/mongo/staff.ts';
import type { MongoStores } from '../../stores/mongo/stores.ts';
import { withReach } from '../auth/sessions.ts';
import { windowOf, type SessionReader } from './conversation.ts';
import { idInput, nameInput, textInput } from './inputs.ts';
import { ok, route, withStatus, type ConsoleRoute } from './route.ts';
import type { ActBody, ActDone, ActPending, ActRefused, RefusedWhy } from './types.ts';

/** Longer ones go out in parts; past this it is no message any more. */
const MAX_SAID = 4000;
const MAX_PARTING = 1000;

const actInput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('takeOver') }),
  z.object({ type: z.literal('assign'), to: nameInput }),
  z.object({ type: z.literal('handBack'), parting: z.string().trim().max(MAX_PARTING) }),
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('say'), text: textInput(MAX_SAID) }),
  z.object({ type: z.literal('sendFile'), fileId: nameInput }),
  z.object({ type: z.literal('startDraft'), campaign: nameInput }),
  z.object({ type: z.literal('answer'), step: nameInput, value: answerSchema }),
  z.object({ type: z.literal('submit') }),
]) satisfies z.ZodType<ActBody['act']>;

type Parts = {
  world: World;
  stores: Pick<MongoStores, 'staff' | 'files'>;
  readSession: SessionReader;
  acts: Pick<Acts, 'doAct'>;
  clock: Clock;
};
type Checked = { type: 'act'; act: StaffAct } | { type: 'refused'; why: RefusedWhy };

/** What staff do in a conversation. */
export function actRoutes(parts: Parts): ConsoleRoute[] {
  const act = route({
    method: 'POST',
    path: '/conversations/:contact/acts',
    access: 'signedIn',
    scope: 'contact',
    audit: 'act',
    body: z.object({ id: idInput, act: actInput }),
    async handle({ contact, staff, body }) {
      const id = contact._id as ContactId; // the archive has them from events
      const checked = await check(parts, contact, body.act);
      if (checked.type === 'refused') return withStatus(409, { why: checked.why, text: '' } satisfies ActRefused);
      const wanted = { contact: id, staff: staff.id, name: staff.name, id: body.id, act: checked.act };
      const result = await parts.acts.doAct(wanted);
      if (result === 'pending') return withStatus(202, { pending: true } satisfies ActPending);
      if (result.type === 'done') return ok({ result } satisfies ActDone);
      const { why, text } = result;
      return withStatus(409, { why, text } satisfies ActRefused);
    },
  });
  return [act];
}

const refused = (why: RefusedWhy): Checked => ({ type: 'refused', why });

/** What the engine cannot know: what the platform takes, which files and colleagues there are. */
async function check(parts: Parts, contact: ContactDoc, act: ActBody['act']): Promise<Checked> {
  switch (act.type) {
    case 'takeOver':
    case 'close':
    case 'submit':
      return { type: 'act', act };
    case 'answer': {
      const { value } = act;
      if (value.type !== 'attachments') return { type: 'act', act };
      // names, sizes and sums as they were stored, and nobody else's files
      const files: ProofFile[] = [];
      for (const { fileId } of value.files) {
        const found = await parts.stores.files.info(fileId);
        if (found?.contact !== contact._id) return refused('noFile');
        const { contact: _owner, ...file } = found;
        files.push(file);
      }
      return { type: 'act', act: { ...act, value: { ...value, files } } };
    }
    case 'assign': {
      const account = await parts.stores.staff.read(act.to);
      if (
        account?.state !== 'active' ||
        !mayReach(
          withReach(toStaff(account), (unit) => reachOf(parts.world, unit)),
          contact.units,
        )
      )
        return refused('noStaff');
      return { type: 'act', act: { type: 'assign', to: account._id, toName: account.name } };
    }
    case 'startDraft':
      return parts.world.flows.has(act.campaign) ? { type: 'act', act } : refused('noCampaign');
    case 'say':
      return (await windowNow(parts, contact)) === 'closed' ? refused('windowClosed') : { type: 'act', act };
    case 'handBack': {
      const isClosed = act.parting !== '' && (await windowNow(parts, contact)) === 'closed';
      return isClosed ? refused('windowClosed') : { type: 'act', act };
    }
    case 'sendFile': {
      const window = await windowNow(parts, contact);
      if (window === 'closed') return refused('windowClosed');
      if (window === 'humanAgent') return refused('filesClosed');
      const found = await parts.stores.files.info(act.fileId);
      if (found?.contact !== contact._id) return refused('noFile');
      const fault = fileFault(parseContactId(contact._id as ContactId).channel, found);
      if (fault) return refused(fault === 'type' ? 'fileType' : 'fileSize');
      const { contact: _owner, ...file } = found;
      return { type: 'act', act: { type: 'sendFile', file } };
    }
    default:
      return never(act, 'check');
  }
}

async function windowNow({ readSession, clock }: Parts, contact: ContactDoc) {
  return windowOf(contact, await readSession(contact._id as ContactId), clock.now()).now;
}
