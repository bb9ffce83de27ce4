import type { ChangeView, CompareView } from '../../api/types-campaigns.ts';
import { useTexts } from '../lib/texts.tsx';
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

/** Where a value stands, in words: `Đợt 1 · Nhận đến trước`. */
export function PathName({ path, ...names }: Names & { path: string }) {
  const texts = useTexts();
  return namePath(path, names, texts);
}

function Sides({ change: { path, before, after } }: { change: ChangeView }) {
  const texts = useTexts();
  const { t } = texts;
  const nothing = <span className="quiet">{t('campaigns.change.nothing')}</span>;
  return (
    <p className="ed-sides">
      {before === undefined ? nothing : <del>{showValue(texts, path, before)}</del>}
      <span aria-hidden="true"> → </span>
      <span className="sr">{t('campaigns.change.becomes')}</span>
      {after === undefined ? nothing : <ins>{showValue(texts, path, after)}</ins>}
    </p>
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Fields of an item that its name has told already, or that mean nothing to people. */
const UNTOLD = /^(?:id|code|field|part|type|unit|phase)$/;
type Words = Pick<ReturnType<typeof useTexts>, 't' | 'has' | 'lang'>;

function showValue(words: Words, path: string, value: unknown): string {
  const { t, has, lang } = words;
  if (value === null) return t('campaigns.change.nothing');
  if (typeof value === 'boolean') return t(`campaigns.change.${value ? 'true' : 'false'}`);
  if (typeof value === 'string') {
    if (path.endsWith('.otherwise')) return t(`campaigns.question.${value === 'block' ? 'toBlock' : 'toWarn'}`);
    if (!INSTANT.test(value)) return value;
    return sayInstant(t, Date.parse(value), path.endsWith('opensAt') ? 'opens' : 'closes');
  }
  if (typeof value === 'number') return new Intl.NumberFormat(lang).format(value);
  if (Array.isArray(value)) return value.map((item) => showValue(words, path, item)).join('; ');
  if (typeof value !== 'object') return '';
  const fields = Object.entries(value as Readonly<Record<string, unknown>>);
  const own = fields.find(([name]) => name === lang);
  if (own && fields.length === 2) return showValue(words, path, own[1]);
  const section = path.startsWith('units.') ? 'units.meaning' : 'campaigns.path';
  return fields
    .filter(([name, item]) => !UNTOLD.test(name) && item !== '' && item !== null)
    .filter(([name, item]) => name !== 'text' || typeof item !== 'string') // of a step: the name of its sentences
    .map(([name, item]) => [
      has(`${section}.${name}`) && t(`${section}.${name}`),
      showValue(words, `${path}.${name}`, item),
    ])
    .filter(([, shown]) => shown !== '')
    .map((parts) => parts.filter(Boolean).join(': '))
    .join(' · ');
}
