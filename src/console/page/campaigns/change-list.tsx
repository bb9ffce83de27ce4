import type { ChangeView, CompareView } from '../../api/types-campaigns.ts';
import { useTexts, type Lang, type Translate } from '../lib/texts.tsx';
import { sayInstant } from './instant-field.tsx';
import { namePath } from './path-name.ts';
import type { Draft } from './use-editor.ts';

type Names = { drafts: readonly Draft[]; unitNames: Readonly<Record<string, string>> };

/** Every value that differs, before and after. */
export function ChangeList({ compare, drafts }: { compare: CompareView; drafts: readonly Draft[] }) {
  const { t } = useTexts();
  const { changes, more, unitNames } = compare;
  if (changes.length === 0) return <p className="quiet ed-plain">{t('campaigns.change.none')}</p>;
  return (
    <>
      <ul className="ed-changes" aria-label={t('campaigns.change.title')}>
        {changes.map((change) => (
          <li key={change.path}>
            <b>
              <PathName path={change.path} drafts={drafts} unitNames={unitNames} />
            </b>
            <Sides change={change} />
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">{t('campaigns.change.more', { n: more })}</p>}
    </>
  );
}

/** Where a value stands, in words: `Đợt 1 · Nhận hồ sơ đến`. */
export function PathName({ path, ...names }: Names & { path: string }) {
  const texts = useTexts();
  return namePath(path, names, texts);
}

function Sides({ change: { path, before, after } }: { change: ChangeView }) {
  const { t, lang } = useTexts();
  const nothing = <span className="quiet">{t('campaigns.change.nothing')}</span>;
  return (
    <p className="ed-sides">
      {before === undefined ? nothing : <del>{showValue(t, lang, path, before)}</del>}
      <span aria-hidden="true"> → </span>
      <span className="sr">{t('campaigns.change.becomes')}</span>
      {after === undefined ? nothing : <ins>{showValue(t, lang, path, after)}</ins>}
    </p>
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

function showValue(t: Translate, lang: Lang, path: string, value: unknown): string {
  if (value === null) return t('campaigns.change.nothing');
  if (typeof value === 'boolean') return t(`campaigns.change.${value ? 'true' : 'false'}`);
  if (typeof value === 'string') {
    if (!INSTANT.test(value)) return value;
    return sayInstant(t, Date.parse(value), path.endsWith('opensAt') ? 'opens' : 'closes');
  }
  if (typeof value === 'number') return new Intl.NumberFormat(lang).format(value);
  if (Array.isArray(value)) return value.map((item) => showValue(t, lang, path, item)).join('; ');
  if (typeof value !== 'object') return '';
  const fields = Object.entries(value as Readonly<Record<string, unknown>>);
  const own = fields.find(([name]) => name === lang);
  if (own && fields.length === 2) return showValue(t, lang, path, own[1]);
  return fields
    .filter(([name]) => !/^(?:id|code|field|part|text|type)$/.test(name))
    .map(([name, item]) => showValue(t, lang, `${path}.${name}`, item))
    .join(' · ');
}
