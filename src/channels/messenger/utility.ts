import type { TemplateUse } from '../../core/broadcast.ts';

/** `{ name, language: { code }, components: [{ type: 'body', parameters }, { type: 'buttons', parameters }] }`. */
type UtilityTemplate = { name: string; language: { code: string }; components: readonly object[] };

/**
 * An approved template with what fills it. Places that are numbers are filled in their order, others by name.
 * Source: Messenger Platform, Utility messages (messenger.md §4.4, 5): `message.template`, lower-case types.
 */
export function toUtility({ key, lang, values, buttons }: TemplateUse): UtilityTemplate {
  const names = Object.keys(values);
  const isInOrder = names.every((name) => /^\d+$/.test(name));
  const sorted = isInOrder ? names.toSorted((one, other) => Number(one) - Number(other)) : names;
  const parameters = sorted.map((name) => ({
    type: 'text',
    ...(isInOrder ? {} : { parameter_name: name }),
    text: values[name] ?? '',
  }));
  const taps = buttons.map((button) =>
    button.type === 'postback' ? { type: 'POSTBACK', payload: button.payload } : { type: 'URL', url: button.suffix },
  );
  return {
    name: key,
    language: { code: lang },
    components: [
      ...(parameters.length > 0 ? [{ type: 'body', parameters }] : []),
      ...(taps.length > 0 ? [{ type: 'buttons', parameters: taps }] : []),
    ],
  };
}
