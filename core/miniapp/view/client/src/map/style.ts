/** The look of <map>. */
export const mapCSS = `
  :host { background: #eef1ec; touch-action: none; user-select: none; }
  .tiles, .shapes, .markers, .above { position: absolute; inset: 0; overflow: hidden; }
  .tile { position: absolute; left: 0; top: 0; display: block; max-width: none; pointer-events: none; }
  .tile.plain { box-shadow: inset 0 0 0 .5px #d7ddd3; background: linear-gradient(135deg, #f1f4ee, #e9eee6); }
  .shapes { width: 100%; height: 100%; pointer-events: none; }
  .shapes polyline { pointer-events: stroke; }
  .markers { pointer-events: none; }
  .marker { position: absolute; left: 0; top: 0; pointer-events: auto; }
  .pin { position: absolute; left: 0; top: 0; display: block; max-width: none; cursor: pointer; -webkit-user-drag: none; }
  .label, .callout { position: absolute; left: 0; top: 0; width: max-content; max-width: 240px; white-space: pre; line-height: 1.4; cursor: pointer; }
  .callout { box-shadow: 0 1px 6px rgb(0 0 0 / .2); }
  .me { position: absolute; left: 0; top: 0; width: 14px; height: 14px; margin: -9px 0 0 -9px; border: 2px solid #fff; border-radius: 50%; background: #2e7cf6; box-shadow: 0 0 6px rgb(0 0 0 / .3); }
  .control { position: absolute; display: block; cursor: pointer; pointer-events: auto; }
  .above { pointer-events: none; }
  .measure { position: absolute; left: 10px; bottom: 8px; padding: 0 4px; border: solid #555; border-width: 0 1px 1px; font-size: 10px; color: #333; text-align: center; box-sizing: border-box; }
  .compass { position: absolute; right: 10px; top: 10px; width: 28px; height: 28px; border-radius: 50%; background: #fffc; font: 12px/28px sans-serif; text-align: center; color: #d33; }
  .callouts ::slotted(*) { position: absolute; left: 0; top: 0; }
  .pin:focus-visible, .control:focus-visible { outline: 2px solid #0b6bcb; outline-offset: 1px; }
  [hidden] { display: none; }
`;
