import type { Connection } from 'mongoose';
import { AppError } from '../../base/errors.ts';
import { modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';
import { unitTreeStore } from './unit-trees.ts';

const CAMPAIGN_VERSION = 1;

/** A version of a campaign as it was published, in the collection `campaigns`. Added and never changed. */
type CampaignDoc = {
  /** `<campaign>/<version>`: of two who publish on the same base only one finds the next free. */
  _id: string;
  v: number;
  campaign: string;
  /** From 1. */
  version: number;
  /** JSON of what `campaign.yaml` and `intake.yaml` hold; a text, for own sentences have dots in their keys. */
  file: string;
  intake: string;
  /** Of the list of workplaces in `unitTrees`. */
  units: string;
  note: string;
  /** Account and name at that time. */
  by: string;
  byName: string;
  at: Date;
};

/** What is told of a version in a list. `at` is epoch ms. */
export type CampaignLine = {
  campaign: string;
  version: number;
  note: string;
  by: { id: string; name: string };
  at: number;
};

/** A whole version. `file` and `intake` as they were handed in, to be checked by who reads them; `units` as CSV. */
export type StoredCampaign = CampaignLine & { file: unknown; intake: unknown; units: string };

export type PublishWish = Omit<StoredCampaign, 'version'> & {
  /** The version that was changed; 0 = the files. */
  base: number;
};
export type PublishAnswer = { type: 'published'; version: number } | { type: 'conflict'; latest: number };

export type CampaignStore = ReturnType<typeof campaignStore>;

export function campaignStore(connection: Connection) {
  const model = modelOf<CampaignDoc>(
    connection,
    'campaigns',
    {
      _id: String,
      v: Number,
      campaign: String,
      version: Number,
      file: String,
      intake: String,
      units: String,
      note: String,
      by: String,
      byName: String,
      at: Date,
    },
    [[{ campaign: 1, version: -1 }]],
  );
  const trees = unitTreeStore(connection);

  async function whole(doc: CampaignDoc | null): Promise<StoredCampaign | null> {
    if (!doc) return null;
    const units = await trees.read(doc.units);
    if (units === null)
      throw new AppError('store.conflict', 'a version without its units', { facts: { version: doc._id } });
    return { ...lineOf(doc), file: JSON.parse(doc.file), intake: JSON.parse(doc.intake), units };
  }
  const newest = (campaign: string): Promise<CampaignDoc | null> =>
    storing(async () => model.findOne({ campaign }).sort({ version: -1 }).lean<CampaignDoc>());

  return {
    /** The newest version, null where nothing was published. */
    latest: async (campaign: string): Promise<StoredCampaign | null> => whole(await newest(campaign)),

    /** Number of the newest version of every campaign that has one. */
    newest: (): Promise<Map<string, number>> =>
      storing(async () => {
        const found = await model.find({}, { campaign: 1, version: 1 }).sort({ version: 1 }).lean<CampaignDoc[]>();
        return new Map(found.map(({ campaign, version }) => [campaign, version]));
      }),

    version: async (campaign: string, version: number): Promise<StoredCampaign | null> =>
      whole(await storing(async () => model.findById(`${campaign}/${version}`).lean<CampaignDoc>())),

    /** Newest first. */
    list: (campaign: string): Promise<CampaignLine[]> =>
      storing(async () => {
        const found = await model
          .find({ campaign }, { file: 0, intake: 0 })
          .sort({ version: -1 })
          .limit(MAX_LISTED)
          .lean<CampaignDoc[]>();
        return found.map(lineOf);
      }),

    /** Adds the version after `base`; a conflict when somebody published on the same base before. */
    async publish({ base, campaign, file, intake, units, note, by, at }: PublishWish): Promise<PublishAnswer> {
      const latest = (await newest(campaign))?.version ?? 0;
      if (base > latest) return { type: 'conflict', latest };
      const tree = await trees.keep(units, new Date(at));
      const version = base + 1;
      const doc: CampaignDoc = {
        _id: `${campaign}/${version}`,
        v: CAMPAIGN_VERSION,
        campaign,
        version,
        file: JSON.stringify(file),
        intake: JSON.stringify(intake),
        units: tree,
        note,
        by: by.id,
        byName: by.name,
        at: new Date(at),
      };
      return storing(async () => {
        try {
          // the id is the guard: an insert of a version that is there is refused
          await model.collection.insertOne(doc as never);
          return { type: 'published', version };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          return { type: 'conflict', latest: (await newest(campaign))?.version ?? version };
        }
      });
    },
  };
}

const MAX_LISTED = 500;

const lineOf = ({ campaign, version, note, by, byName, at }: CampaignDoc): CampaignLine => ({
  campaign,
  version,
  note,
  by: { id: by, name: byName },
  at: at.getTime(),
});
