/** Styles of the reference page: one column of operations beside a list of them, light and dark. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1d2127;--soft:#5d6673;--line:#e3e5e8;--code:#f2f3f5;--accent:#0b63c4;
--get:#0a7a4b;--post:#0b63c4;--put:#8a5a00;--patch:#8a5a00;--delete:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#14171b;--card:#1b1f25;--ink:#e7eaee;--soft:#9aa4b2;--line:#2c323b;--code:#232830;--accent:#6db1ff;
--get:#4fd097;--post:#6db1ff;--put:#e4b04a;--patch:#e4b04a;--delete:#ff8a80}}
*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,sans-serif;display:grid;grid-template-columns:19rem minmax(0,1fr)}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:2}
nav{position:sticky;top:0;height:100vh;overflow:auto;border-right:1px solid var(--line);padding:1.25rem 1rem;font-size:.86rem}
nav h1{font-size:1.05rem;margin:0 0 .75rem}nav h2{font-size:.72rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.2rem 0 .25rem}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:flex;gap:.5rem;padding:.14rem .3rem;border-radius:4px;color:var(--ink)}
nav li a:hover{background:var(--code);text-decoration:none}
input[type=search]{width:100%;padding:.4rem .6rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px}
main{max-width:58rem;padding:1.5rem 2rem 6rem}main h2{margin:2.6rem 0 .6rem;font-size:1.3rem;text-transform:capitalize}
details.op{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:.5rem 0}
details.op>summary{cursor:pointer;padding:.6rem .9rem;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap;list-style:none}
details.op>summary::-webkit-details-marker{display:none}details.op[open]>summary{border-bottom:1px solid var(--line)}
summary .path{font-family:ui-monospace,monospace;font-size:.88rem;font-weight:600;overflow-wrap:anywhere}summary .says{color:var(--soft);font-size:.88rem}
.m{font:600 .72rem ui-monospace,monospace;min-width:3.6em;text-transform:uppercase}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
.in{padding:.4rem .9rem 1rem}.in h3{font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;color:var(--soft);margin:1.1rem 0 .35rem}
.facts{display:flex;gap:.5rem;flex-wrap:wrap;margin:.5rem 0}.facts span{background:var(--code);border-radius:99px;padding:.05rem .6rem;font-size:.78rem}
table{border-collapse:collapse;width:100%;font-size:.86rem}th{text-align:left;color:var(--soft);font-weight:500}
td,th{padding:.28rem .6rem .28rem 0;border-bottom:1px solid var(--line);vertical-align:top}
code,pre{font-family:ui-monospace,monospace;font-size:.84rem}code{background:var(--code);border-radius:4px;padding:.05em .3em}
pre{background:var(--code);border-radius:6px;padding:.7rem .9rem;overflow:auto;margin:.3rem 0;position:relative}pre code{background:none;padding:0}
ul.schema{list-style:none;margin:0;padding-left:.9rem;border-left:1px solid var(--line);font-size:.86rem}ul.schema li{padding:.12rem 0}
.type{color:var(--soft)}.req{color:var(--delete);font-size:.75rem}.note{color:var(--soft)}
button.copy{position:absolute;right:.4rem;top:.4rem;font:inherit;font-size:.75rem;border:1px solid var(--line);border-radius:4px;background:var(--card);color:inherit;cursor:pointer}
[hidden]{display:none!important}
@media(max-width:860px){body{display:block}nav{position:static;height:auto;max-height:45vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
`.trim();

/** Behaviour of the reference page: filtering, copying, opening what the address points at. It works without. */
export const SCRIPT = `
const box=document.querySelector('input[type=search]');
const rows=[...document.querySelectorAll('[data-find]')];
box.addEventListener('input',()=>{const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);
for(const row of rows)row.hidden=!words.every(word=>row.dataset.find.includes(word));
for(const group of document.querySelectorAll('[data-group]'))group.hidden=![...group.querySelectorAll('[data-find]')].some(row=>!row.hidden)});
addEventListener('keydown',event=>{if(event.key==='/'&&document.activeElement!==box){event.preventDefault();box.focus()}
if(event.key==='Escape'&&document.activeElement===box){box.value='';box.dispatchEvent(new Event('input'));box.blur()}});
const reveal=()=>{const target=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(target?.matches('details')){target.open=true;target.scrollIntoView()}};
addEventListener('hashchange',reveal);reveal();
for(const pre of document.querySelectorAll('pre[data-copy]')){const button=document.createElement('button');button.className='copy';button.textContent='Copy';
button.addEventListener('click',async()=>{await navigator.clipboard.writeText(pre.querySelector('code').textContent);button.textContent='Copied';setTimeout(()=>{button.textContent='Copy'},1500)});pre.append(button)}
`.trim();
