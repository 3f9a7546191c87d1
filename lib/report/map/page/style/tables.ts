/** Tables, the details of a hop, small screens and paper. */
export const TABLE_STYLE = `
table{border-collapse:collapse;width:100%}
th,td{padding:5px 14px 5px 0;text-align:left;vertical-align:baseline;font-weight:400;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{color:var(--muted);font-size:12px;font-weight:600;white-space:nowrap}
tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td small,th small{color:var(--muted);font-size:12px;font-weight:400}
.endings{max-width:1100px;margin-top:10px}
.state{white-space:nowrap}
.why{display:block;white-space:normal}
.every{table-layout:fixed}
.every thead th:nth-child(1){width:19%}
.every thead th:nth-child(2){width:27%}
.every thead th:nth-child(3){width:28%}
.every thead th:nth-child(4){width:15%}
.trusts{table-layout:fixed}
.trusts thead th:nth-child(1){width:20%}
.trusts thead th:nth-child(2){width:11%}
.trusts thead th:nth-child(5){width:6%}
.branch th{padding-top:24px;font-weight:600;border-bottom:1px solid var(--wire)}
.gone{text-decoration:line-through;color:var(--muted)}
.every tr:target,.every tr.open-now{background:var(--block)}
.every tbody tr[id]{cursor:pointer}
tr.off,tbody.off{display:none}
#detail{position:fixed;right:16px;bottom:16px;z-index:4;width:min(480px,calc(100vw - 32px));max-height:min(70vh,640px);overflow:auto;padding:14px 18px 16px;border:1px solid var(--wire);border-radius:8px;background:var(--field);box-shadow:0 8px 28px rgba(0,0,0,.22)}
#detail[hidden]{display:none}
#detail h3{margin:0 28px 2px 0;font-size:15px;line-height:1.35;overflow-wrap:anywhere}
#detail p{margin:4px 0;overflow-wrap:anywhere}
#detail dl{display:grid;grid-template-columns:112px minmax(0,1fr);gap:4px 12px;margin:10px 0 0}
#detail dt{color:var(--muted)}
#detail dd{margin:0;overflow-wrap:anywhere}
#close{position:absolute;right:10px;top:8px;width:30px;height:30px;border:0;border-radius:4px;background:none;font-size:18px;line-height:1}
footer{margin-top:48px;padding-top:10px;border-top:1px solid var(--line);color:var(--muted);font-size:12px}
@media (max-width:900px){
.rows>li{grid-template-columns:minmax(0,1fr)}
}
@media (max-width:700px){
body{padding:18px 16px 96px}
header{display:block}
h1{font-size:23px}
.tools{position:static}
.wide{display:none}
.narrow{display:block}
.legend .how{margin-left:0}
.every,.every tbody,.endings,.endings tbody,.trusts,.trusts tbody{display:block}
.every thead,.endings thead,.trusts thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.every tr,.endings tr,.trusts tr{display:flex;flex-wrap:wrap;gap:0 12px;padding:7px 0;border-bottom:1px solid var(--line)}
.every th,.every td,.endings th,.endings td,.trusts th,.trusts td{border:0;padding:1px 0}
.every th[scope=row],.every .calls,.trusts th[scope=row],.endings th[scope=row]{flex:1 1 100%}
.every .calls::before{content:"→ "}
.every td[data-name]:not(:empty)::before,.endings td[data-name]::before,.trusts td[data-name]:not(:empty)::before{content:attr(data-name) " ";color:var(--muted)}
.every td:empty,.trusts td:empty{display:none}
.branch{border:0!important}
.number{text-align:left}
}
@media print{
@page{size:A3 landscape;margin:12mm}
:root{--page:#fff}
body{max-width:none;padding:0}
.tools,#theme,#detail,#tip,.how,.narrow{display:none}
.wide{display:block}
.legend.wide{display:flex}
.scroll{overflow:visible}
.drawing,.skyline{break-inside:avoid}
h2,.legend,.branch{break-after:avoid}
.wires{width:auto;min-width:0;max-width:100%;max-height:920px}
.matrix-head,.matrix-names{position:static}
tr,li{break-inside:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;block-size:auto}
summary{display:none}
a{text-decoration:none}
footer{margin-top:16px;break-before:avoid}
*{print-color-adjust:exact}
}
`;
