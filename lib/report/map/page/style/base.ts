/** The page around drawing and tables. */
export const BASE_STYLE = `
*{box-sizing:border-box}
html{scroll-padding-top:72px;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:26px 32px 96px;max-width:1440px;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header{display:flex;justify-content:space-between;gap:16px;align-items:baseline}
.kicker{margin:0;color:var(--muted);font-size:12px;letter-spacing:.04em;overflow-wrap:anywhere}
h1{font-size:28px;line-height:1.2;font-weight:600;margin:4px 0;letter-spacing:-.01em;text-wrap:balance}
h1 b{font-weight:700}
.under{margin:0 0 14px;color:var(--muted);overflow-wrap:anywhere}
.under b{color:var(--ink);font-weight:600}
h2{font-size:17px;line-height:1.3;font-weight:600;margin:38px 0 8px}
h2 small{font-weight:400;color:var(--muted);font-size:13px;margin-left:8px}
a{color:inherit;text-underline-offset:2px;text-decoration-color:var(--wire)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--added);outline-offset:2px;border-radius:2px}
.fails{color:var(--fails)}
.soon{color:var(--soon)}
.muted{color:var(--muted)}
.date{font-variant-numeric:tabular-nums;white-space:nowrap}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12px;overflow-wrap:anywhere}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
button,input{font:inherit;color:var(--ink)}
button{cursor:pointer}
#theme{flex:none;border:0;background:none;padding:2px 4px;color:var(--muted);font-size:12px;text-decoration:underline;text-decoration-color:var(--wire);text-underline-offset:2px}
.tools{position:sticky;top:0;z-index:3;display:flex;gap:8px;flex-wrap:wrap;align-items:center;background:var(--page);padding:8px 0;border-bottom:1px solid var(--line)}
.tools[hidden]{display:none}
#words{flex:1 1 240px;max-width:440px;min-width:0;height:36px;padding:0 12px;border:1px solid var(--wire);border-radius:6px;background:var(--field)}
#words::placeholder{color:var(--muted);opacity:1}
.chips{display:flex;gap:6px;flex-wrap:wrap}
.chips button{height:36px;padding:0 12px;border:1px solid var(--line);border-radius:18px;background:var(--field)}
.chips span{color:var(--muted);margin-left:4px;font-variant-numeric:tabular-nums}
.chips [aria-pressed=true]{background:var(--ink);color:var(--page);border-color:var(--ink)}
.chips [aria-pressed=true] span{color:inherit}
#count{color:var(--muted);font-size:13px}
.rows{margin:0;padding:0;list-style:none}
.rows>li{display:grid;grid-template-columns:226px minmax(0,1.15fr) minmax(0,1fr);gap:2px 22px;padding:8px 0;border-bottom:1px solid var(--line);align-items:baseline}
.rows p{margin:0;overflow-wrap:anywhere}
.rows .rule{font-weight:600}
.rows .hops{color:var(--muted)}
.changes{margin:0;padding:0;list-style:none}
.changes li{display:grid;grid-template-columns:20px minmax(0,1fr);gap:8px;padding:6px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.sign{font-weight:700}
.sign.added{color:var(--added)}
.sign.changed{color:var(--changed)}
details{margin-top:6px}
summary{cursor:pointer;color:var(--muted);padding:6px 0}
`;
