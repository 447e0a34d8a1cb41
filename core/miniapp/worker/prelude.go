package worker

// preludeName is the prelude's name in stack traces.
const preludeName = "dougong:worker.js"

// prelude makes the global object of a worker what WeChat's is: worker, timers and console, but neither wx nor pages.
const prelude = `
for (const name of ["App", "Page", "Component", "Behavior", "getApp", "getCurrentPages", "requirePlugin", "requireMiniProgram"]) {
  delete globalThis[name];
}
const listeners = [];
const call = (list, arg) => { for (const fn of [...list]) fn(arg); };
__dougong.on("message", (data) => call(listeners, data));
globalThis.worker = {
  env: { USER_DATA_PATH: "wxfile://usr" },
  onMessage(fn) { if (typeof fn === "function") listeners.push(fn); },
  offMessage(fn) {
    if (fn === undefined) listeners.length = 0;
    else if (listeners.includes(fn)) listeners.splice(listeners.indexOf(fn), 1);
  },
  postMessage(data) {
    if (typeof data !== "object" || data === null) throw new TypeError("worker.postMessage: parameter should be Object instead of " + (data === null ? "Null" : typeof data));
    __dougong.post(data);
  },
  testOnProcessKilled() {},
  getCameraFrameData: () => __dougong.cameraFrame(),
};
`
