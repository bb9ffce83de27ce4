import { never } from '../../src/base/never.ts';
import { describeMessenger, renderMessenger } from '../../src/channels/messenger/render.ts';
import { describeZalo, renderZalo } from '../../src/channels/zalo/render.ts';
import { contactId, type ChannelName } from '../../src/core/contact.ts';
import { eventId, type Attachment, type FileOutcome, type InboundEvent } from '../../src/core/event.ts';
import type { Option, Reply } from '../../src/core/reply.ts';
import type { Request } from '../../src/core/request.ts';
import { sessionSchema, type Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { World } from '../../src/engine/flow.ts';
import { nudgeEvent, readNudgeLine } from './play-nudge.ts';
import { fileNamed, readStaffLine, showAnswer, showResult, staffEvent } from './play-staff.ts';
import { makeShell } from './shell.ts';

/**
 * Plays a chat written as text and fills in what the bot says.
 *
 * Lines a person writes:
 * `channel: zalo` · `at: 2022-05-28T08:00:00+07:00` · `# note` kept as it is ·
 * `> words` typed (`\n` for a line break) · `> (label)` a tap on the newest button that bears the label, `> (label, old)` on an older one ·
 * `> [open]`, `> [open 1TR-84]` first contact or link · `> [image]`, `> [file a.pdf]`, `> [file a.exe refused]`, `> [file b.pdf lost]`,
 * `> [sticker]`, `> [audio]` … · `> [again]` the last event redelivered by hand ·
 * `~ until <step>` plays the usual answers up to a step without showing them ·
 * `+ 3d`, `+ 5h`, `+ 10m` time passes · `* review <code> <state> <reason>` a reviewer decides · `! flow <version>` another world plays on.
 * Lines of staff, see play-staff.ts: `@ takeOver`, `@ say words`, `@ answer phone 0912…`, `@ handBack words`, `@2 …` a colleague;
 * `@ inbox words`, `@ unsure words` in the platform's own inbox, `@ control takenFromUs`, `@ unanswered` by our clock.
 * Lines of broadcasts, see play-nudge.ts: `% reminder`, `% result SK-… accepted`.
 * Lines the run fills in: `<` the bot, `<@` staff, `<!` a notice, `<*` said unasked, `*` what it asked of the outside, `=` where the conversation stands.
 */
export function playChat(worlds: Readonly<Record<string, World>>, source: string): string {
  const out: string[] = [];
  let channel: ChannelName = 'zalo';
  let at = Date.parse('2022-05-28T08:00:00+07:00');
  let engine = makeEngine(worlds['default'] as World);
  let session: Session | null = null;
  let count = 0;
  let buttons: Option[] = [];
  let last: InboundEvent | null = null;
  let asked = '';
  let world = worlds['default'] as World;
  const shell = makeShell();

  const show = (replies: readonly Reply[]): void => {
    for (const reply of replies) {
      const mark = reply.from ? { staff: '<@', notice: '<!', broadcast: '<*' }[reply.from.type] : '<';
      const described =
        channel === 'zalo' ? renderZalo(reply, 'on').map(describeZalo) : renderMessenger(reply).map(describeMessenger);
      for (const message of described) {
        const [first, ...rest] = message.split('\n');
        out.push(
          `${mark}${reply.isLate ? ' (late)' : ''} ${first ?? ''}`.trimEnd(),
          ...rest.map((line) => `  ${line}`.trimEnd()),
        );
      }
      buttons = [...buttons, ...reply.options];
    }
  };
  const play = (event: InboundEvent): void => {
    last = event;
    let result = engine.turn(session, event, at);
    show(result.replies);
    const tasks = [...result.tasks];
    while (result.request) {
      const { request } = result;
      out.push(`* ${showRequest(request)}`);
      result = engine.resume(thaw(result.session), event, at, request, shell.answer(request));
      show(result.replies);
      tasks.push(...result.tasks);
    }
    session = thaw(result.session);
    if (result.nudge?.type === 'skipped') out.push(`* not said: ${result.nudge.why}`);
    if (result.act) out.push(`* ${showResult(result.act)}`);
    for (const task of tasks) {
      out.push(`* ${task.type}${task.type === 'callHuman' ? ` ${task.reason}` : ''}`);
      if (task.type === 'callHuman') asked = task.request;
      if (task.type === 'fetchFiles') {
        play({ ...base(), type: 'filesFetched', request: task.request, outcomes: task.items.map(fetched) });
      }
    }
  };
  const base = () => {
    count += 1;
    at += 20_000;
    return {
      id: eventId(channel, `m${count}`),
      contact: contactId(
        channel,
        channel === 'zalo' ? '3700111222333444555' : '108845271234567',
        '8123456789012345678',
      ),
      sentAt: at,
    };
  };

  for (const line of source.split('\n')) {
    if (line === '' || /^(<|=| {2}|\* (?!review))/.test(line)) continue; // filled in by the run
    out.push(line);
    const setting = /^(channel|at): (.+)$/.exec(line);
    if (setting) {
      if (setting[1] === 'channel') channel = setting[2] as ChannelName;
      else at = Date.parse(setting[2] ?? '');
      continue;
    }
    const passed = /^\+ (\d+)([dhm])$/.exec(line);
    if (passed) {
      at += Number(passed[1]) * { d: 86_400_000, h: 3_600_000, m: 60_000 }[passed[2] as 'd' | 'h' | 'm'];
      continue;
    }
    const flow = /^! flow (\w+)$/.exec(line);
    if (flow) {
      world = worlds[flow[1] ?? ''] as World;
      engine = makeEngine(world);
      continue;
    }
    const review = /^\* review (\S+) (\S+) ?(.*)$/.exec(line);
    if (review) {
      shell.review(review[1] ?? '', review[2] as 'accepted', review[3] ?? '');
      continue;
    }
    const until = /^~ until (\w+)$/.exec(line);
    if (until) {
      const shown = out.length;
      play({ ...base(), type: 'text', text: 'xin chào' });
      for (let guard = 0; stepIn(session) !== until[1]; guard++) {
        if (guard > 20) throw new Error(`no way to ${until[1] ?? ''}, stuck at ${stepIn(session)}`);
        for (const text of USUAL[stepIn(session)] ?? ['bỏ qua']) play({ ...base(), type: 'text', text });
      }
      const question = out.findLastIndex((l) => l.startsWith('< '));
      out.splice(shown, question - shown);
      continue;
    }
    const staff = readStaffLine(line);
    if (staff) {
      const campaign = (session as Session | null)?.campaign ?? '';
      play(staffEvent(staff, base(), world.flows.get(campaign) ?? world.defaultFlow(at), asked));
      continue;
    }
    const nudge = readNudgeLine(line);
    if (nudge) {
      const person = session ? engine.person(session) : { name: '', phone: '', units: [] };
      play(nudgeEvent(nudge, base(), world, person));
      continue;
    }
    if (!line.startsWith('> ')) continue;
    const said = line.slice(2);
    const bracket = /^\[(\w+) ?(.*)\]$/.exec(said);
    const tap = /^\((.+?)(, old)?\)$/.exec(said);
    if (bracket) {
      const event = bracketEvent(bracket[1] ?? '', bracket[2] ?? '', base(), channel, last);
      play(event);
    } else if (tap) {
      const label = tap[1];
      const button = tap[2]
        ? buttons.find((b) => b.label === label)
        : buttons.findLast((b) => b.label === label || b.short === label);
      if (!button) throw new Error(`no button "${label}" before line ${out.length}:\n${out.slice(-12).join('\n')}`);
      play(
        channel === 'zalo'
          ? { ...base(), type: 'text', text: button.payload }
          : { ...base(), type: 'quickReply', payload: button.payload, title: button.short },
      );
    } else play({ ...base(), type: 'text', text: said.replaceAll('\\n', '\n') });
  }
  const end = session as Session | null;
  const draft = end?.campaign == null ? null : end.drafts[end.campaign];
  const held = end?.owner.type === 'staff' ? `, held by ${end.owner.name || end.owner.how}` : '';
  out.push(
    `= ${draft ? `at ${draft.step}` : 'no draft'}${end?.ask ? `, asked ${end.ask.type}` : ''}, ${shell.entries().length} entries${held}`,
  );
  return `${out.join('\n').trimEnd()}\n`;
}

/** What a worker usually says, by step. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  consent: ['đồng ý'],
  name: ['Trần Thị Bình'],
  phone: ['0912 345 678'],
  unit: ['tra vinh', 'cang long'],
  group: ['2'],
  title: ['Giá đỡ xoay cho máy may'],
  description: ['Làm giá đỡ xoay giúp đổi rập nhanh hơn, mỗi ca tiết kiệm 20 phút.', 'xong'],
  applied: ['rồi'],
  recognised: ['rồi'],
  protected: ['không'],
  proof: ['bỏ qua'],
};

const stepIn = (session: Session | null): string => session?.drafts[session.campaign ?? '']?.step ?? '';

/** Between turns a session goes through JSON and its schema, as it does in production. */
const thaw = (session: Session): Session => sessionSchema.parse(JSON.parse(JSON.stringify(session)));

function bracketEvent(
  what: string,
  rest: string,
  base: Pick<InboundEvent, 'id' | 'contact' | 'sentAt'>,
  channel: ChannelName,
  last: InboundEvent | null,
): InboundEvent {
  const ref = rest ? { ref: rest } : {};
  switch (what) {
    case 'open':
      return channel === 'zalo'
        ? { ...base, type: 'opened', how: 'follow' }
        : { ...base, type: 'postback', payload: 'GET_STARTED', title: 'Bắt đầu', ...ref };
    case 'link':
      return { ...base, type: 'opened', how: 'referral', ...ref };
    case 'menu':
      return { ...base, type: 'postback', payload: `#menu:${rest}`, title: rest };
    case 'erase':
      return { ...base, type: 'erase' };
    case 'again':
      if (!last) throw new Error('nothing to repeat');
      return last;
    case 'image':
    case 'file':
    case 'sticker':
    case 'audio':
    case 'video':
    case 'location':
    case 'contact':
    case 'unknown': {
      const items = (rest || 'anh.jpg').split(', ').map((name): Attachment => {
        const url = `https://cdn.example.test/${encodeURIComponent(name)}`;
        return what === 'image' || what === 'file' ? { kind: what, url, name } : { kind: what };
      });
      return { ...base, type: 'attachments', items, text: '' };
    }
    default:
      return never(what as never, 'chat line');
  }
}

function fetched(item: Attachment): FileOutcome {
  const [name = '', fate] = (item.name ?? '').split(' ');
  if (fate === 'lost') return { type: 'unreachable', name };
  if (fate === 'refused') return { type: 'refused', name, reason: 'type' };
  if (fate === 'big') return { type: 'refused', name, reason: 'size' };
  return { type: 'stored', ...fileNamed(name) };
}

function showRequest(request: Request): string {
  switch (request.type) {
    case 'submitEntry':
    case 'reviseEntry': {
      const { phase, outsideCount, answers } = request.entry;
      const { enteredBy } = request.entry;
      const shown = Object.entries(answers).map(([field, a]) => `${field}=${showAnswer(a)}`);
      const marks = `${outsideCount ? ' outside the count' : ''}${enteredBy ? ` by ${enteredBy.name}` : ''}`;
      return `${request.type} ${phase}${marks}: ${shown.join('; ')}`;
    }
    case 'withdrawEntry':
    case 'loadEntry':
      return `${request.type} ${request.code}`;
    case 'findEntries':
      return `findEntries ${request.code ?? 'own'}`;
    case 'deleteData':
      return 'deleteData';
  }
}
