import type { Connection } from 'mongoose';
import type { Staff, StaffRole } from '../../core/staff.ts';
import { Mixed, modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';

export const STAFF_VERSION = 1;

/** `invited`: no password yet. `disabled`: may not sign in, and everything they did stays. Accounts are never removed. */
export type StaffState = 'invited' | 'active' | 'disabled';

/** An account of the console, in the collection `staff`. */
export type StaffDoc = {
  _id: string;
  v: number;
  /** Folded; one account each. */
  email: string;
  name: string;
  role: StaffRole;
  unit: string | null;
  state: StaffState;
  /** As `Passwords` writes it; null = none yet. */
  password: string | null;
  /** Sessions of an earlier one are over. */
  generation: number;
  /** The one-time link that is open, null = none. Only a digest: who reads the database cannot use it. */
  link: { digest: string; type: 'invite' | 'reset'; expiresAt: Date } | null;
  createdAt: Date;
  signedInAt: Date | null;
};

export type StaffChange = Partial<Pick<StaffDoc, 'name' | 'role' | 'unit' | 'state' | 'password' | 'link'>>;

export const toStaff = ({ _id, email, name, role, unit }: StaffDoc): Staff => ({ id: _id, email, name, role, unit });

export type StaffStore = ReturnType<typeof staffStore>;

export function staffStore(connection: Connection) {
  const model = modelOf<StaffDoc>(
    connection,
    'staff',
    {
      _id: String,
      v: Number,
      email: String,
      name: String,
      role: String,
      unit: String,
      state: String,
      password: String,
      generation: Number,
      link: Mixed,
      createdAt: Date,
      signedInAt: Date,
    },
    [[{ email: 1 }, { unique: true }], [{ 'link.digest': 1 }]],
  );

  const open = (digest: string, now: Date) => ({
    'link.digest': digest,
    'link.expiresAt': { $gt: now },
    state: { $ne: 'disabled' as const },
  });

  const changeWhere = (filter: object, change: StaffChange, endsSessions: boolean): Promise<StaffDoc | null> =>
    storing(async () =>
      model
        .findOneAndUpdate(
          filter,
          { $set: change, ...(endsSessions && { $inc: { generation: 1 } }) },
          { returnDocument: 'after' },
        )
        .lean<StaffDoc>(),
    );

  return {
    read: (id: string): Promise<StaffDoc | null> => storing(async () => model.findById(id).lean<StaffDoc>()),

    /** `email` folded. */
    byEmail: (email: string): Promise<StaffDoc | null> =>
      storing(async () => model.findOne({ email }).lean<StaffDoc>()),

    /** By name. */
    list: (): Promise<StaffDoc[]> => storing(async () => model.find({}).sort({ name: 1, _id: 1 }).lean<StaffDoc[]>()),

    /** Who may sign in and manage accounts, but for `except`. */
    countAdmins: (except: string): Promise<number> =>
      storing(async () => model.countDocuments({ role: 'admin', state: 'active', _id: { $ne: except } })),

    /** False when the address has an account already. */
    add: (account: Omit<StaffDoc, 'v'>): Promise<boolean> =>
      storing(async () => {
        try {
          await model.collection.insertOne({ ...account, v: STAFF_VERSION } as never);
          return true;
        } catch (error) {
          if (isDuplicateKey(error)) return false;
          throw error;
        }
      }),

    /** The account as it is now, null when there is none. */
    change: (id: string, change: StaffChange, { endsSessions }: { endsSessions: boolean }): Promise<StaffDoc | null> =>
      changeWhere({ _id: id }, change, endsSessions),

    /** As `change`, only while it still is as it was read: null when somebody changed it in between. */
    changeAsRead: (read: StaffDoc, change: StaffChange, { endsSessions }: { endsSessions: boolean }) =>
      changeWhere(
        { _id: read._id, generation: read.generation, state: read.state, password: read.password },
        change,
        endsSessions,
      ),

    /** Whose link it is, null when it is none, used, or out of date. */
    byLink: (digest: string, now: Date): Promise<StaffDoc | null> =>
      storing(async () => model.findOne(open(digest, now)).lean<StaffDoc>()),

    /** Uses a link up: of several at once only one finds it. Every session of the account is over. */
    useLink: (digest: string, now: Date, change: { password: string; name?: string }): Promise<StaffDoc | null> =>
      changeWhere(open(digest, now), { ...change, state: 'active', link: null }, true),

    signedIn: (id: string, at: Date): Promise<void> =>
      storing(async () => {
        await model.updateOne({ _id: id }, { $set: { signedInAt: at } });
      }),
  };
}
