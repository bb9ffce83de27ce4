import type { GraphFault, GraphMessage, GraphUtility } from './graph-send.ts';
import {
  placeholdersOf,
  type GraphTemplate,
  type GraphTemplateButton,
  type GraphTemplates,
} from './graph-templates.ts';
import type { ShownButton } from './shown.ts';

type Parameter = GraphUtility['components'][number]['parameters'][number];

/** A sent template as the phone shows it, or why it is refused. Source: messenger.md §4.4, 5. */
export function readUtility(
  { name, language, components }: GraphUtility,
  templates: GraphTemplates,
): (GraphMessage & { template: string }) | GraphFault {
  const template = templates.find(name, language.code);
  if (template?.status !== 'APPROVED') return bad(`No approved template ${name.slice(0, 60)} in ${language.code}`);
  const given = (type: string): Parameter[] => components.find((each) => each.type === type)?.parameters ?? [];
  const header = template.header === null ? '' : fill(template.header, given('header'), template);
  const body = fill(template.body, given('body'), template);
  if (header === null || body === null) return bad('Number of parameters does not match the template');
  const buttons = fillButtons(template.buttons, given('buttons'));
  if (!buttons) return bad('Parameters of buttons do not match the template');
  return { text: [header, body].filter(Boolean).join('\n'), buttons, quickReplies: [], files: [], template: name };
}

/** Null when the values are not those the text asks for. */
function fill(text: string, values: readonly Parameter[], { named }: GraphTemplate): string | null {
  const names = placeholdersOf(text);
  const byName = new Map(values.map((value, index) => [named ? value.parameter_name : String(index + 1), value.text]));
  if (values.length !== names.length || names.some((name) => !byName.get(name))) return null;
  return text.replaceAll(/\{\{([^{}]*)\}\}/g, (_, name: string) => byName.get(name.trim()) ?? '');
}

/**
 * Each button that can be filled takes the next parameter, of its own type. Assumed: a payload without a placeholder is
 * replaced by the parameter; the guide shows only ones with a placeholder.
 */
function fillButtons(buttons: readonly GraphTemplateButton[], values: readonly Parameter[]): ShownButton[] | null {
  const shown: ShownButton[] = [];
  let next = 0;
  for (const { type, text: title, value } of buttons) {
    if (type === 'PHONE_NUMBER') {
      shown.push({ kind: 'phone', title, payload: value });
      continue;
    }
    const isOpen = placeholdersOf(value).length > 0;
    const parameter = values[next];
    if (parameter?.type !== type) {
      if (isOpen) return null;
      shown.push({ kind: type === 'URL' ? 'url' : 'postback', title, payload: value });
      continue;
    }
    next++;
    const given = (type === 'URL' ? parameter.url : parameter.payload) ?? '';
    const payload = isOpen ? value.replace(/\{\{[^{}]*\}\}/, given) : given;
    shown.push({ kind: type === 'URL' ? 'url' : 'postback', title, payload });
  }
  return next === values.length ? shown : null;
}

const bad = (what: string): GraphFault => ({ code: 100, message: `(#100) ${what}` });
