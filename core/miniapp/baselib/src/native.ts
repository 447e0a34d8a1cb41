/** What the actor (Go) binds for the base library, as `__dougong`. Nothing here is visible to a mini-program's modules. */

/** An injected capability method: message.API. */
export interface API {
  name: string;
  capability: string;
  method: string;
  /** "on" and "off" subscribe to the capability's event named by method. */
  mode: "sync" | "async" | "task" | "on" | "off";
  /** Parameter names in the order in which a positional call gives them. */
  args?: string[];
  /** The result's field that a sync call returns; absent: the whole result. */
  returns?: string;
  /** What a sync call returns when there is nothing of that name, instead of throwing. */
  missing?: unknown;
  taskMethods?: string[];
  /** Event name → the handle's method that subscribes to it. */
  taskEvents?: Record<string, string>;
  /** The call that starts the task, and its methods, are answered before the mini-program goes on. */
  taskSync?: boolean;
  /** What methods of such a task take by position and return. */
  taskForms?: Record<string, { args?: string[]; returns?: string }>;
  /** The name is of a vendor's own contract. */
  vendor?: boolean;
}

/** An entry of the mini-program's extApi list (FinClipConf.js). */
export interface ExtAPI {
  name: string;
  sync?: boolean;
}

/** A failure as it crosses the bridge: pdk.Error. */
export interface Failure {
  code?: number;
  name?: string;
  message: string;
  /** WeChat's own code of a failure, where its documents have one. */
  errCode?: number;
  /** Detail beside the message: of a wrong argument what is wrong with it. */
  data?: unknown;
  /** "network" if the network is to blame and not the mini-program. */
  origin?: string;
}

export type Settle = (failure: Failure | null, result?: unknown) => void;

export interface CapabilityCall {
  capability: string;
  method: string;
  params: unknown;
  /** Timeout in milliseconds, 0 for the default. */
  timeout?: number;
  /** The running task that a task method belongs to. */
  task?: number;
}

export interface Setup {
  /** Whose mini-program it is: "" is WeChat's, "alipay". */
  dialect?: string;
  apis: API[];
  extApis: ExtAPI[];
  system: Record<string, unknown>;
  launch: LaunchOptions;
  /** What ext.json holds for scripts. */
  ext: Record<string, unknown>;
  /** Name and root of each subpackage; whether there is a folder of workers. */
  packages: { names: string[][]; workers: boolean };
  /** The providers of the mini-program plugins that app.json names. */
  plugins: string[];
  /** All pages of app.json, subpackages' too. */
  pages?: string[];
  account: { appId: string; version: string; envVersion: string };
  /** Built-in component → attribute → values, for canIUse. */
  components: Record<string, Record<string, string[]>>;
}

export interface LaunchOptions {
  path: string;
  query: Record<string, string>;
  scene: number;
  referrerInfo: unknown;
}

export interface QueryRequest {
  /** The component to search in; undefined is the page. */
  scope: unknown;
  selector: string;
  single: boolean;
  viewport: boolean;
  fields: Record<string, unknown>;
}

export interface Native {
  /** Listens to what the actor emits. */
  on(event: string, listener: (...args: any[]) => void): void;
  /** Starts a capability call; settle runs in a later turn, once. Returns the call's id, which is also its task's. */
  call(call: CapabilityCall, settle: Settle, emit?: (event: string, payload: unknown, final: boolean) => void): number;
  /** Makes a capability call and waits; with emit it starts a task, of this id. */
  callSync(call: CapabilityCall, emit?: (event: string, payload: unknown, final: boolean) => void): { failure?: Failure; result?: unknown; id?: number };
  /** Asks the shell or client. Without settle no answer is wanted. bytes: as for invoke. */
  ask(kind: string, args: unknown, settle?: Settle, bytes?: string[]): void;
  /** Navigates once the present turn is over. */
  route(kind: string, args: unknown, settle: Settle): void;
  /** Changes navigation or tab bar; returns "" or why it cannot. */
  bar(kind: string, args: unknown): string;
  /** Runs fn in a turn of its own, after this one. */
  defer(fn: () => void): void;
  /** Runs fn after the next flush. */
  nextTick(fn: () => void): void;
  query(requests: QueryRequest[], settle: Settle): void;
  /** The number of the page on top. */
  page(): number;
  /** Sends drawing operations for a canvas of a page; typed arrays among them travel as bytes. */
  draw(page: number, target: number, ops: unknown[]): void;
  /** Asks about a canvas: message.CanvasAsk. */
  canvas(page: number, ask: object, settle: Settle): void;
  /** The same, and waits for the answer. */
  canvasSync(page: number, ask: object): { failure?: Failure; result?: unknown };
  /** Finds a <canvas> by its canvas-id or id in a component, or in the page on top. */
  canvasFind(scope: unknown, id: string): { page: number; target: number } | null;
  /** Finds a built-in component by its tag and id; an empty id finds the first. */
  componentFind(scope: unknown, tag: string, id: string): { page: number; target: number } | null;
  /** Calls a method of a built-in component. The fields bytes of what it answers, base64, come as <field>Bytes as well. */
  invoke(page: number, target: number, method: string, args: unknown, settle: Settle, bytes?: string[]): void;
  /** Asks what is answered again and again; returns the ask's number. */
  watch(kind: string, args: unknown, report: Settle): number;
  unwatch(id: number): void;
  /** Starts an intersection observer; returns its id. */
  observe(options: unknown, report: Settle): number;
  unobserve(id: number): void;
  /** Moves the nodes of a selector through key frames. */
  animate(scope: unknown, selector: string, frames: unknown[], duration: number, timeline: unknown, settle?: Settle): void;
  /** Undoes what animate did: the properties named, or all. */
  clearAnimation(scope: unknown, selector: string, properties: string[], settle?: Settle): void;
  /** Has a part of the device report until unwatch: null once it has begun, then whatever there is to tell. */
  sense(source: string, interval: string, report: Settle): number;
  unsense(number: number): void;
  /** Tells what came of a button's open-type, which "openType" (number, event) asked for. */
  opened(number: number, detail: unknown, types?: string[]): void;
  /** Tells which names wx and ft have, so that a call of any other can be explained. */
  provided(names: string[]): void;
  /** Tells whether the contract of an API ("wx.acmeFace") has a detail such as "object.image" or "success.score". */
  uses(api: string, detail: string): boolean;
  /** Starts a worker and gives its number; throws if it cannot. */
  worker(script: string, report: (kind: "message" | "error" | "killed", detail?: unknown) => void): number;
  workerPost(id: number, data: unknown): void;
  /** Lets a worker see a picture of the camera, or null; false if there is no such worker any more. */
  workerFrame(id: number, frame: object | null): boolean;
  workerEnd(id: number): void;
  /** Random bytes for keys, at most a megabyte. */
  random(length: number): ArrayBuffer;
  /** Has the user asked before the page on top is left; "" asks no more. */
  alertBeforeUnload(message: string): void;
  /** Fetches a subpackage, by its name or root. */
  fetch(name: string, progress: (done: number, total: number) => void, settle: Settle): void;
  /** Has the mini-program started anew on a page, or the entry page; returns "" or why that cannot be. */
  restart(url: string): string;
  /** Writes a line to the mini-program's log. */
  log(level: string, message: string): void;
}

declare const __dougong: Native;

export const native: Native = __dougong;
