import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChannelName } from '../../../core/contact.ts';
import { isNudgeName } from '../../../core/nudge-names.ts';
import type { RunDraft } from '../../api/types-broadcasts.ts';
import type { TemplatesView, TemplateView } from '../../api/types-templates.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { CHANNELS } from './draft.ts';

type Props = { draft: RunDraft; change: (draft: RunDraft) => void };
type Use = NonNullable<RunDraft['templates'][ChannelName]>;

const PENDING_LOOK_MS = 3000;

/** Looked at again while a platform still has to decide. */
export const useTemplates = () =>
  useQuery({
    queryKey: ['templates'],
    queryFn: () => call<TemplatesView>('GET', '/templates'),
    refetchInterval: ({ state }) =>
      state.data?.templates.some(({ status }) => status === 'pending') ? PENDING_LOOK_MS : false,
  });

/** What goes out to those whom a plain message no longer reaches: for money, or by an approved template. */
export function OutsideForm({ draft, change }: Props) {
  const { t } = useTexts();
  const { data } = useTemplates();
  const approved = (data?.templates ?? []).filter(({ status }) => status === 'approved');
  const use = (channel: ChannelName, next: Use | null) =>
    change({ ...draft, templates: { ...draft.templates, [channel]: next } });
  return (
    <section className="bc-panel" aria-labelledby="bc-outside">
      <h2 id="bc-outside">{t('broadcasts.compose.outside')}</h2>
      <p className="quiet">{t('broadcasts.compose.outsideAbout')}</p>
      <TextInput
        mb="sm"
        type="number"
        min={0}
        max={1_000_000}
        label={t('broadcasts.compose.charged')}
        description={t('broadcasts.compose.chargedAbout')}
        value={draft.maxCharged}
        onChange={(event) => {
          const number = Math.trunc(Number(event.currentTarget.value));
          change({ ...draft, maxCharged: Number.isFinite(number) ? Math.min(1_000_000, Math.max(0, number)) : 0 });
        }}
      />
      {CHANNELS.map((channel) => (
        <TemplateChoice
          key={channel}
          channel={channel}
          campaign={draft.audience.campaign}
          templates={approved.filter((one) => one.channel === channel)}
          chosen={draft.templates[channel]}
          onChange={(next) => use(channel, next)}
        />
      ))}
    </section>
  );
}

type ChoiceProps = {
  channel: ChannelName;
  campaign: string;
  templates: readonly TemplateView[];
  chosen: Use | null;
  onChange: (use: Use | null) => void;
};

function TemplateChoice({ channel, campaign, templates, chosen, onChange }: ChoiceProps) {
  const { t } = useTexts();
  const idOf = ({ key, lang }: Pick<Use, 'key' | 'lang'>): string => `${key}/${lang}`;
  const found = chosen && templates.find((one) => idOf(one) === idOf(chosen));
  return (
    <div className="bc-template">
      <Select
        label={t('broadcasts.compose.template', { channel: t(`channel.${channel}`) })}
        allowDeselect={false}
        value={chosen ? idOf(chosen) : ''}
        onChange={(value) => {
          const next = templates.find((one) => idOf(one) === value);
          onChange(next ? startUse(next, campaign) : null);
        }}
        data={[
          { value: '', label: t('broadcasts.compose.noTemplate') },
          ...templates.map((one) => ({
            value: idOf(one),
            label: [one.name || one.key, one.lang].filter(Boolean).join(' · '),
          })),
          // chosen before, and no longer approved: told among the faults
          ...(chosen && !found ? [{ value: idOf(chosen), label: idOf(chosen) }] : []),
        ]}
      />
      {found && chosen && (
        <>
          <p className="quiet wrap">{found.body}</p>
          {channel === 'zalo' && (
            <Select
              label={t('broadcasts.compose.templateTo')}
              allowDeselect={false}
              value={chosen.to}
              onChange={(to) => onChange({ ...chosen, to: to === 'phone' ? 'phone' : 'user' })}
              data={[
                { value: 'user', label: t('broadcasts.compose.toUser') },
                { value: 'phone', label: t('broadcasts.compose.toPhone') },
              ]}
            />
          )}
          {found.parameters.map((name) => (
            <TextInput
              key={name}
              label={t('broadcasts.compose.templateValue', { name })}
              value={chosen.values[name] ?? ''}
              onChange={(event) =>
                onChange({ ...chosen, values: { ...chosen.values, [name]: event.currentTarget.value } })
              }
            />
          ))}
        </>
      )}
    </div>
  );
}

/** A place of the template that is called like one of ours is filled with it at once; see `OPEN_CAMPAIGN` in core for the tap. */
const startUse = ({ key, lang, parameters, buttons }: TemplateView, campaign: string): Use => ({
  key,
  to: 'user',
  lang,
  values: Object.fromEntries(parameters.map((name) => [name, isNudgeName(name) ? `{${name}}` : ''])),
  buttons: buttons.map(({ type }) =>
    type === 'postback'
      ? { type: 'postback' as const, payload: `#campaign:${campaign}` }
      : { type: 'url' as const, suffix: '' },
  ),
});
