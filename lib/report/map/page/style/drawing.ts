/** The drawings, on the page and alone: presentation attributes say the same where no style is followed. */
export const PICTURE_STYLE = `
.picture text{font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
.matrix text,.skyline text{font-size:11px}
.picture .title{fill:var(--muted);font-weight:600;font-size:11px;letter-spacing:.02em}
.picture .muted,.picture .date{fill:var(--muted)}
.picture .strong{font-weight:600}
.picture text.fails,.picture tspan.fails{fill:var(--fails);font-weight:600}
.picture text.soon,.picture tspan.soon{fill:var(--soon);font-weight:600}
.block{fill:var(--block)}
.authority.soon .block{stroke:var(--soonLine)}
.authority.fails .block{stroke:var(--fails)}
.authority.group .block{fill:none;stroke:var(--wire);stroke-dasharray:3 3}
.bar,.axis{stroke:var(--wire)}
.grid,.leader{stroke:var(--line)}
.wire{stroke:var(--wire);stroke-opacity:.8}
.soon .wire{stroke:var(--soonLine);stroke-opacity:1}
.added .wire{stroke:var(--added);stroke-opacity:1}
.changed .wire{stroke:var(--changed);stroke-opacity:1}
.fails .wire{stroke:var(--fails);stroke-opacity:1}
.disc{fill:var(--fails)}
.arms{stroke:var(--onFails);stroke-linecap:round}
.dot{fill:var(--muted)}
.open .dot{fill:none;stroke:var(--wire)}
.ring,.minus{stroke:var(--muted)}
.added .dot{fill:var(--added)}
.added .ring{stroke:var(--added)}
.warning{fill:var(--soonFill);stroke:var(--soonLine)}
.halo{stroke:var(--muted)}
.added .halo{stroke:var(--added)}
.changed .halo{stroke:var(--changed)}
.tower{fill:var(--wire)}
.tower.authority{fill:var(--ink)}
.tower.soon{fill:var(--soonLine)}
.tower.fails{fill:var(--fails)}
.compared .mark:not(.added,.changed,.removed,.fails){opacity:.4}
`;

/** What a drawing needs on the page alone. */
export const DRAWING_STYLE = `
.legend{display:flex;gap:4px 18px;flex-wrap:wrap;margin:0 0 8px;font-size:13px}

.legend .how{margin-left:auto;color:var(--muted)}
.scroll{overflow-x:auto}
.picture{display:block}
.over{stroke:var(--page)}
.legend svg{display:inline-block;vertical-align:-1px;margin-right:4px}
.wires{width:100%;min-width:1080px;height:auto}
.skyline{width:100%;min-width:860px;height:auto}
.matrix-frame{width:max-content}
.matrix-head,.matrix-body{display:flex}
.matrix-head{background:var(--page);z-index:2;position:relative}
.matrix-names{position:sticky;left:0;z-index:1;flex:none;background:var(--page)}
.pick,.mark,.tower,[data-c]{cursor:pointer}
.across,.down{fill:none;stroke:var(--block);stroke-width:14;pointer-events:none}
.pick:hover text{text-decoration:underline}
.mark:focus-visible,.pick:focus-visible{outline-offset:1px}
.mark:focus-visible .wire,.mark:hover .wire,.mark.open-now .wire{stroke-width:3.4;stroke-opacity:1}
.mark:hover .dot,.mark:hover .ring{stroke:var(--ink);stroke-width:2.4}
.pick[aria-pressed=true] text{font-weight:700}
.pick[aria-pressed=true] .block{stroke:var(--ink);stroke-width:2}
.picture .off{opacity:.1}
.narrow{display:none}
#tip{position:fixed;left:0;top:0;z-index:5;max-width:420px;padding:4px 8px;border:1px solid var(--wire);border-radius:4px;background:var(--field);font-size:12px;pointer-events:none;overflow-wrap:anywhere}
#tip[hidden]{display:none}
`;
