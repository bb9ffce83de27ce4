import { createHash } from 'node:crypto';
import type { Lang } from '../core/campaign.ts';
import { fill, type LandingTexts } from './texts.ts';

/** What a code stands for. `closesText`: when the open phase ends, in words; null when none is open. */
export type CodeFound = { campaignName: string; unitName: string | null; code: string; closesText: string | null };

export type LandingView = {
  lang: Lang;
  /** Address of the same page in the other language. */
  otherLangUrl: string;
  found: CodeFound | null;
  /** A code was given, and it is none. */
  isUnknown: boolean;
  /** Null where the channel is off. */
  messengerUrl: string | null;
  zaloUrl: string | null;
};

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#eef3f8;color:#14202e;font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:28rem;margin:0 auto;padding:0 1rem 2rem}
header{background:#0a4fa3;color:#fff;padding:.8rem 1rem 4.2rem}
header div{max-width:28rem;margin:0 auto;overflow:hidden}
header a{float:right;color:#fff;padding:.3rem 0 .3rem 1rem}
header b{display:block;padding:.3rem 0}
.card{background:#fff;border-radius:14px;padding:1.2rem 1.1rem;margin-top:-3.2rem;box-shadow:0 2px 14px rgba(16,42,77,.12)}
h1{font-size:1.45rem;line-height:1.25;margin:0 0 .5rem}
p{margin:.4rem 0}
.unit{font-weight:600}
.closes{display:inline-block;background:#fff4d6;border-radius:8px;padding:.15rem .6rem}
.note{background:#fdecea;border-radius:8px;padding:.5rem .7rem}
h2{font-size:1.05rem;margin:1.4rem 0 .2rem}
.go{display:block;text-align:center;text-decoration:none;font-weight:700;color:#fff;padding:.85rem 1rem;border-radius:12px;margin-top:.9rem}
.go:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #ffb300;outline-offset:2px}
.z{background:#0068ff}.m{background:#6d28d9}
.hint{color:#445468;font-size:.93rem}
.code{border:2px dashed #0068ff;border-radius:12px;padding:.7rem;margin-top:.9rem;text-align:center}
.code strong{display:block;font-size:2rem;letter-spacing:.06em;-webkit-user-select:all;user-select:all}
button{font:inherit;font-weight:600;color:#0a4fa3;background:#e7f0ff;border:0;border-radius:10px;padding:.5rem 1rem;min-height:44px}
`;

/**
 * Copies the code on the button, and on the way to Zalo. In-app browsers often lack the clipboard interface, and the oldest
 * phones modern syntax, hence this old way; without it the code stands on the page to be typed.
 */
const SCRIPT = `(function(){
var c=document.getElementById('code'),b=document.getElementById('copy'),z=document.getElementById('zalo');
if(!c)return;
function old(){var t=document.createElement('textarea'),ok=false;t.value=c.textContent;t.setAttribute('readonly','');
t.style.position='fixed';t.style.opacity='0';document.body.appendChild(t);t.select();t.setSelectionRange(0,99);
try{ok=document.execCommand('copy')}catch(e){}document.body.removeChild(t);return ok}
function done(){if(b)b.textContent=b.getAttribute('data-done')}
function copy(){if(navigator.clipboard&&window.isSecureContext){navigator.clipboard.writeText(c.textContent).then(done,function(){if(old())done()})}
else if(old())done()}
if(b){b.hidden=false;b.onclick=copy}
if(z)z.addEventListener('click',copy);
})();`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but the page's own style and script may run in it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page as HTML, whole in itself and below 15 kB; complete without a script. */
export function landingPage(view: LandingView, texts: LandingTexts): string {
  const { found } = view;
  const intro = found ? fill(texts.introCampaign, { campaign: found.campaignName }) : texts.intro;
  const lines = [
    `<h1>${escape(found?.campaignName ?? texts.title)}</h1>`,
    `<p>${escape(intro)}</p>`,
    view.isUnknown ? `<p class="note" role="status">${escape(texts.unknownCode)}</p>` : '',
    found?.unitName ? `<p>${escape(texts.unit)}: <span class="unit">${escape(found.unitName)}</span></p>` : '',
    found?.closesText ? `<p class="closes">${escape(fill(texts.closes, { closes: found.closesText }))}</p>` : '',
    view.messengerUrl || view.zaloUrl ? `<h2>${escape(texts.choose)}</h2>` : `<p>${escape(texts.noChannel)}</p>`,
    view.zaloUrl ? zalo(view.zaloUrl, found, texts) : '',
    view.messengerUrl ? messenger(view.messengerUrl, texts) : '',
  ];
  return `<!doctype html>
<html lang="${view.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${escape(found?.campaignName ?? texts.title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><div><a href="${escape(view.otherLangUrl)}">${escape(texts.otherLang)}</a><b>${found ? escape(texts.title) : '&nbsp;'}</b></div></header>
<main><div class="card">
${lines.filter((line) => line !== '').join('\n')}
</div></main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function zalo(url: string, found: CodeFound | null, texts: LandingTexts): string {
  const go = `<a class="go z" id="zalo" href="${escape(url)}">${escape(texts.zalo)}</a>`;
  if (!found) return `${go}\n<p class="hint">${escape(texts.zaloHintNoCode)}</p>`;
  return `<div class="code"><span>${escape(texts.code)}</span><strong id="code">${escape(found.code)}</strong>
<button type="button" id="copy" hidden data-done="${escape(texts.copied)}">${escape(texts.copy)}</button></div>
${go}
<p class="hint">${escape(texts.zaloHint)}</p>`;
}

const messenger = (url: string, texts: LandingTexts): string =>
  `<a class="go m" href="${escape(url)}">${escape(texts.messenger)}</a>\n<p class="hint">${escape(texts.messengerHint)}</p>`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
