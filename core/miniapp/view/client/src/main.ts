import { setRegionsDigest } from "./components/regionload";
import { connectCameras } from "./cameras";
import { connectComponents } from "./components/component";
import { pickerCSS } from "./components/pickerview";
import { registerComponents } from "./components/register";
import { Connection } from "./connection";
import type { Tracked } from "./listens";
import { Stage } from "./stage";
import { connectScheme } from "./scheme";
import { connectStatusBar } from "./statusbar";
import { rescheme, sheetFor } from "./styles";
import { pageOf } from "./locate";
import { pullDownCSS } from "./pulldown";
import { connectWebViews } from "./webviews";
import { takeModules } from "./scripts/modules";
import looksCSS from "./looks.css";
import stageCSS from "./stage.css";
import { setNavLook } from "./navbar";

/** Starts the client: the script element carries the one-use key of the first connection. */
function start(key: string, digest: string): void {
  document.adoptedStyleSheets = [sheetFor(stageCSS), sheetFor(looksCSS), sheetFor(pullDownCSS), sheetFor(pickerCSS)];
  registerComponents();
  let connection: Connection | undefined;
  const stage = new Stage(
    { send: (m) => connection?.send(m), resync: () => connection?.resync() },
    { digest, modules: takeModules() },
  );
  connectComponents({
    emit: (el, type, detail, bubbles = false) => {
      pageOf(stage, el)?.reporter.event(el, type, detail, bubbles);
    },
    navigate: (el, openType, url, delta) => stage.navigator(pageOf(stage, el)?.path ?? "", openType, url, delta),
    pageEvent: (el, type, detail) => pageOf(stage, el)?.reporter.pageEvent(type, { ...(detail as object), node: (el as Tracked).dgId }),
    pageEvents: (el) => {
      const reporter = pageOf(stage, el)?.reporter;
      return (type, detail) => reporter?.pageEvent(type, { ...(detail as object), node: (el as Tracked).dgId });
    },
    overlay: () => stage.overlay,
    page: (el) => pageOf(stage, el),
  });
  connectCameras();
  connectWebViews((el) => stage.shows(el));
  connectScheme(rescheme);
  connectStatusBar((height) => stage.statusBar(height));
  document.body.append(stage.element);
  connection = new Connection(key, {
    hello: (hello) => stage.hello(hello),
    message: (m) => stage.message(m),
    lost: (_reason, final) => stage.element.classList.add(final ? "closed" : "lost"),
  });
}

setNavLook(document.currentScript?.dataset["nav"]);
setRegionsDigest(document.currentScript?.dataset["regions"]);
start(document.currentScript?.dataset["key"] ?? "", document.currentScript?.dataset["scripts"] ?? "");
