import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { mayReach, staffRoleSchema } from '../../core/staff.ts';
import { reachOf } from '../../content/reach.ts';
import { toStaff, type StaffChange, type StaffDoc } from '../../stores/mongo/staff.ts';
import { changeAccount } from '../auth/admins.ts';
import { withReach } from '../auth/sessions.ts';
import type { ConsoleParts } from '../parts.ts';
import { ok, route, withStatus, type ConsoleRoute } from './route.ts';
import type { AccountView } from './types-staff.ts';

const name = z.string().trim().min(1).max(100);
const unit = z.string().min(1).max(60).nullable();
const params = z.strictObject({ id: z.string().min(1).max(60) });

type Parts = Pick<ConsoleParts, 'stores' | 'accounts' | 'world' | 'publicUrl'>;

/** Accounts of staff, for admins; and colleagues, for whoever hands a conversation on. */
export function accountRoutes({ stores, accounts, world, publicUrl }: Parts): ConsoleRoute[] {
  const { staff } = stores;
  const linkTo = (token: string): string => `${publicUrl}/console/link/${token}`;

  function unitName(code: string | null): string {
    for (const { campaign } of code === null ? [] : world.flows.values()) {
      const found = campaign.units.byCode(code ?? '');
      if (found) return found.name;
    }
    return '';
  }

  /** Accounts are managed by the central team: an admin of one province could give access to all others. */
  function checkReach({ role, unit: code }: Pick<StaffDoc, 'role' | 'unit'>): void {
    const why =
      role === 'admin' && code !== null ? 'adminUnit' : code !== null && unitName(code) === '' ? 'unit' : null;
    if (why) throw new AppError('console.badInput', 'not this unit', { facts: { at: 'body.unit', why } });
  }

  async function known(id: string): Promise<StaffDoc> {
    const account = await staff.read(id);
    if (!account) throw new AppError('console.notFound', 'no such account', { facts: { why: 'account' } });
    return account;
  }

  const view = (account: StaffDoc): AccountView => ({
    id: account._id,
    email: account.email,
    name: account.name,
    role: account.role,
    unit: account.unit,
    unitName: unitName(account.unit),
    state: account.state,
    linkUntil: account.link?.expiresAt.getTime() ?? null,
    createdAt: account.createdAt.getTime(),
    signedInAt: account.signedInAt?.getTime() ?? null,
  });

  return [
    route({
      method: 'GET',
      path: '/staff',
      access: ['admin'],
      scope: 'none',
      handle: async () => ok({ staff: (await staff.list()).map(view) }),
    }),
    route({
      method: 'POST',
      path: '/staff',
      access: ['admin'],
      scope: 'none',
      body: z.strictObject({ email: z.string().trim().max(254).pipe(z.email()), name, role: staffRoleSchema, unit }),
      async handle({ body, audit }) {
        checkReach(body);
        const { account, token } = await accounts.invite(body, () =>
          audit({ action: 'staff.invite', target: body.email, after: body }),
        );
        return withStatus(201, { account: view(account), link: linkTo(token) });
      },
    }),
    route({
      method: 'PATCH',
      path: '/staff/:id',
      access: ['admin'],
      scope: 'none',
      params,
      body: z.strictObject({
        name: name.optional(),
        role: staffRoleSchema.optional(),
        unit: unit.optional(),
        /** `active` gives access back to who was disabled. */
        state: z.enum(['active', 'disabled']).optional(),
      }),
      async handle({ params: { id }, body, audit }) {
        const account = await known(id);
        const change = toChange(account, body);
        checkReach({ ...account, ...change });
        const changed = await changeAccount(staff, account, change, () =>
          audit({ action: 'staff.change', target: id, ...differences(account, change) }),
        );
        return ok({ account: view(changed) });
      },
    }),
    route({
      method: 'POST',
      path: '/staff/:id/reset',
      access: ['admin'],
      scope: 'none',
      params,
      async handle({ params: { id }, audit }) {
        const account = await known(id);
        await audit({ action: 'staff.reset', target: id });
        return ok({ link: linkTo(await accounts.reset(account)) });
      },
    }),
    route({
      method: 'GET',
      path: '/conversations/:contact/colleagues',
      access: 'signedIn',
      scope: 'contact',
      async handle({ contact }) {
        const colleagues = (await staff.list()).filter(
          (account) =>
            account.state === 'active' &&
            mayReach(
              withReach(toStaff(account), (unit) => reachOf(world, unit)),
              contact.units,
            ),
        );
        return ok({ staff: colleagues.map(({ _id, name: known }) => ({ id: _id, name: known })) });
      },
    }),
  ];
}

type Wanted = {
  name?: string | undefined;
  role?: StaffDoc['role'] | undefined;
  unit?: string | null | undefined;
  state?: 'active' | 'disabled' | undefined;
};

function toChange(account: StaffDoc, { name: next, role, unit: code, state }: Wanted): StaffChange {
  return {
    ...(next !== undefined && { name: next }),
    ...(role !== undefined && { role }),
    ...(code !== undefined && { unit: code }),
    // a link that lies in somebody's mail opens nothing any more
    ...(state === 'disabled' && { state, link: null }),
    ...(state === 'active' &&
      account.state === 'disabled' && { state: account.password === null ? 'invited' : 'active' }),
  };
}

/** What changes, before and after; a link is no business of the audit log. */
function differences(account: StaffDoc, change: StaffChange): { before: unknown; after: unknown } {
  const names = (['name', 'role', 'unit', 'state'] as const).filter(
    (field) => field in change && account[field] !== change[field],
  );
  const pick = (from: StaffChange): object => Object.fromEntries(names.map((field) => [field, from[field]]));
  return { before: pick(account), after: pick(change) };
}
