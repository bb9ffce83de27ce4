import { Badge, Button, Checkbox, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TemplateKind, TemplatesView, TemplateView } from '../../api/types-templates.ts';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { describeHere } from './ask.ts';
import { useTemplates } from './outside-form.tsx';
import { Section } from './sections.tsx';
import { TemplateForm } from './template-form.tsx';

const KINDS: readonly TemplateKind[] = ['reminder', 'silentDraft', 'result'];
const COLORS: Readonly<Record<TemplateView['status'], string>> = {
  pending: 'orange',
  approved: 'green',
  rejected: 'red',
  paused: 'orange',
  disabled: 'gray',
  unknown: 'gray',
};

/** What platforms let be said after their time for messages is over: made here, approved there. */
export function TemplatesPage() {
  const { t, has } = useTexts();
  const staff = useStaff();
  const client = useQueryClient();
  const query = useTemplates();
  const [adds, setAdds] = useState(false);
  const [removes, setRemoves] = useState<TemplateView | null>(null);
  const [busy, setBusy] = useState(false);
  const isCentral = staff.unit === null;
  const done = () => client.invalidateQueries({ queryKey: ['templates'] });
  /** Does it and shows what came of it; what went wrong is told. */
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      notifications.show({ message: describeHere(error, t, has), color: 'red' });
    }
    await done();
    setBusy(false);
    setRemoves(null);
  };
  const pathOf = ({ id }: TemplateView) => `/templates/${encodeURIComponent(id)}`;
  const channels = query.data?.channels ?? [];
  return (
    <Section
      title={t('broadcasts.tab.templates')}
      actions={
        isCentral && (
          <>
            <Button
              variant="default"
              loading={busy}
              onClick={() => void run(() => call<TemplatesView>('POST', '/templates/refresh'))}
            >
              {t('broadcasts.templates.refresh')}
            </Button>
            <Button disabled={channels.length === 0} onClick={() => setAdds(true)}>
              {t('broadcasts.templates.add')}
            </Button>
          </>
        )
      }
    >
      <p className="quiet">
        {t('broadcasts.templates.about')} {!isCentral && t('broadcasts.templates.onlyCentral')}
      </p>
      {isCentral && query.data && channels.length === 0 && (
        <p className="quiet">{t('broadcasts.refused.noTemplates')}</p>
      )}
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      <ul className="cards">
        {(query.data?.templates ?? []).map((one) => (
          <TemplateCard
            key={one.id}
            template={one}
            acts={
              isCentral
                ? {
                    remove: () => setRemoves(one),
                    use: (kinds) => run(() => call('PATCH', pathOf(one), {}, { kinds })),
                  }
                : null
            }
          />
        ))}
      </ul>
      {query.data?.templates.length === 0 && <p className="quiet">{t('broadcasts.templates.none')}</p>}
      <Modal
        opened={adds}
        onClose={() => setAdds(false)}
        size="lg"
        title={t('broadcasts.templates.add')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        {adds && (
          <TemplateForm
            channels={channels.map(({ channel }) => channel)}
            onDone={() => {
              setAdds(false);
              void done();
            }}
          />
        )}
      </Modal>
      <Modal
        opened={removes !== null}
        onClose={() => setRemoves(null)}
        title={t('broadcasts.templates.removeTitle')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <p>{t('broadcasts.templates.removeAbout')}</p>
        <Group gap="xs">
          <Button color="red" loading={busy} onClick={() => removes && void run(() => call('DELETE', pathOf(removes)))}>
            {t('broadcasts.templates.remove')}
          </Button>
          <Button variant="default" data-autofocus onClick={() => setRemoves(null)}>
            {t('state.cancel')}
          </Button>
        </Group>
      </Modal>
    </Section>
  );
}

type Acts = { remove: () => void; use: (kinds: TemplateKind[]) => Promise<void> };

function TemplateCard({ template, acts }: { template: TemplateView; acts: Acts | null }) {
  const { t, lang } = useTexts();
  const { channel, key, name, lang: of, status, reason, body, parameters, buttons, updatedAt } = template;
  /** Shown while it is on its way. */
  const [chosen, setChosen] = useState<TemplateKind[] | null>(null);
  const kinds = chosen ?? template.kinds;
  const use = async (next: TemplateKind[]) => {
    setChosen(next);
    await acts?.use(next);
    setChosen(null);
  };
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  const facts = [
    parameters.length > 0
      ? t('broadcasts.templates.parameters', { names: parameters.join(', ') })
      : t('broadcasts.templates.noParameters'),
    template.userVnd !== null && t('broadcasts.templates.priceUser', { vnd: number.format(template.userVnd) }),
    template.phoneVnd !== null && t('broadcasts.templates.pricePhone', { vnd: number.format(template.phoneVnd) }),
    t('broadcasts.templates.since', { at: showMoment(lang, updatedAt) }),
  ];
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{name || key}</b>{' '}
          <Badge size="sm" color={COLORS[status]} variant="light">
            {t(`broadcasts.templates.status.${status}`)}
          </Badge>{' '}
          <Badge size="sm" color="gray" variant="light">
            {[t(`channel.${channel}`), of].filter(Boolean).join(' · ')}
          </Badge>
        </p>
        <p className="wrap">{body || <span className="quiet">{t('broadcasts.templates.noBody')}</span>}</p>
        {buttons.length > 0 && <p className="quiet">{buttons.map(({ title }) => `[${title}]`).join(' ')}</p>}
        {reason && <p className="fault">{t('broadcasts.templates.refusal', { reason })}</p>}
        <p className="quiet">{facts.filter(Boolean).join(' · ')}</p>
        {status === 'approved' && template.isOwn && (
          <fieldset className="bc-kinds" disabled={!acts}>
            <legend className="quiet">{t('broadcasts.templates.kinds')}</legend>
            {KINDS.map((kind) => (
              <Checkbox
                key={kind}
                size="xs"
                label={t(`broadcasts.kind.${kind}`)}
                checked={kinds.includes(kind)}
                onChange={() => void use(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
              />
            ))}
          </fieldset>
        )}
      </div>
      {acts && (
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          aria-label={`${t('broadcasts.templates.remove')}: ${name || key}`}
          onClick={acts.remove}
        >
          {t('broadcasts.templates.remove')}
        </Button>
      )}
    </li>
  );
}
