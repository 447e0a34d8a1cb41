module.exports = [
  {
    title: "takes pictures that the user chooses",
    proves: ["chooseImage", "chooseMedia", "getImageInfo", "compressImage", "saveImageToPhotosAlbum"],
    only: "headless",
    async run(t, api) {
      const { tempFilePaths, tempFiles } = await t.works("chooseImage", { count: 1 });
      t.ok(tempFilePaths.length === 1 && tempFiles[0].size > 0, "what was chosen");
      const media = await t.works("chooseMedia", { count: 1, mediaType: ["image"] });
      t.equal(media.tempFiles[0].fileType, "image", "fileType");
      const info = await t.works("getImageInfo", { src: tempFilePaths[0] });
      t.equal([info.width, info.height, info.type], [64, 48, "png"], "the picture");
      const small = await t.works("compressImage", { src: tempFilePaths[0], quality: 50, compressedWidth: 32 });
      t.equal((await api.getImageInfo({ src: small.tempFilePath })).width, 32, "width after compressImage");
      await t.works("saveImageToPhotosAlbum", { filePath: tempFilePaths[0] });
      await t.refuses("getImageInfo", { src: "wxfile://tmp/none.png" }, /^getImageInfo:fail /);
    },
  },
  {
    title: "takes videos that the user chooses",
    proves: ["chooseVideo", "getVideoInfo", "saveVideoToPhotosAlbum"],
    only: "headless",
    async run(t) {
      await t.host("chooses", "film.mp4");
      const video = await t.works("chooseVideo", {});
      t.ok(video.tempFilePath && video.size > 0, "what was chosen");
      const info = await t.works("getVideoInfo", { src: video.tempFilePath });
      t.ok(info.size > 0, "size");
      await t.works("saveVideoToPhotosAlbum", { filePath: video.tempFilePath });
      await t.host("chooses", null);
    },
  },
  {
    title: "takes files that the user chooses",
    proves: ["chooseMessageFile", "chooseFile"],
    only: "headless",
    async run(t) {
      const { tempFiles } = await t.works("chooseMessageFile", { count: 1, type: "all" });
      t.equal([tempFiles[0].name, tempFiles[0].size > 0], ["picture.png", true], "chooseMessageFile");
      const file = await t.works("chooseFile", { count: 1 });
      t.equal(file.tempFiles[0].name, "picture.png", "chooseFile");
    },
  },
  {
    title: "shows pictures and films",
    proves: ["previewImage", "previewMedia", "previewVideo"],
    async run(t) {
      await t.works("previewImage", { urls: ["/assets/picture.png"] });
      await t.works("previewMedia", { sources: [{ url: "/assets/picture.png", type: "image" }] });
      await t.works("previewVideo", { url: "/assets/film.mp4" });
      await t.refuses("previewImage", {}, /^previewImage:fail parameter error: parameter\.urls should be Array/);
    },
  },
  {
    title: "drives the page's video and sound",
    proves: ["createVideoContext", "createAudioContext"],
    only: "headless",
    async run(t, api) {
      const film = api.createVideoContext("film");
      for (const method of ["play", "pause", "stop"]) {
        const done = await t.within(method, (success) => film[method]({ success, fail: success }));
        t.equal(done.errMsg, `VideoContext.${method}:ok`, "errMsg");
      }
      film.seek(1);
      const tune = api.createAudioContext("tune");
      tune.play();
      tune.pause();
    },
  },
  {
    title: "records what the microphone hears",
    proves: ["getRecorderManager", "startRecord", "stopRecord"],
    only: "headless",
    async run(t, api) {
      const recorder = api.getRecorderManager();
      await t.within("onStart", (done) => {
        recorder.onStart(done);
        recorder.start({ duration: 10000 });
      });
      const { tempFilePath } = await t.within("onStop", (done) => {
        recorder.onStop(done);
        recorder.stop();
      });
      t.ok((await api.getFileInfo({ filePath: tempFilePath })).size > 0, "the file of the recorder");
      const recorded = t.call("startRecord", {});
      await t.until("the recording to begin", async () => (await t.call("stopRecord", {})).how === "success,complete");
      const { how, result } = await recorded;
      t.equal([how, result.errMsg], ["success,complete", "startRecord:ok"], "startRecord");
      t.ok((await api.getFileInfo({ filePath: result.tempFilePath })).size > 0, "the file of startRecord");
    },
  },
  {
    title: "says of a camera that is not there that it is not there",
    proves: ["createCameraContext"],
    async run(t, api) {
      const camera = api.createCameraContext();
      const error = await t.within("takePhoto to fail", (fail) => camera.takePhoto({ fail }));
      t.match(error.errMsg, /^CameraContext\.takePhoto:fail /, "errMsg");
    },
  },
  {
    title: "drives the page's map",
    proves: ["createMapContext"],
    async run(t, api) {
      const map = api.createMapContext("map");
      const at = { latitude: 22.6, longitude: 114.1 };
      const moved = await t.within("moveToLocation", (done) => map.moveToLocation({ ...at, success: done, fail: done }));
      t.equal(moved.errMsg, "MapContext.moveToLocation:ok", "errMsg");
    },
  },
  {
    title: "plays sounds",
    proves: ["createInnerAudioContext", "setInnerAudioOption", "getAvailableAudioSources"],
    async run(t, api) {
      await t.works("setInnerAudioOption", { obeyMuteSwitch: false });
      t.ok((await t.works("getAvailableAudioSources")).audioSources.includes("auto"), "audioSources");
      const sound = api.createInnerAudioContext();
      await t.within("canplay and play", (done) => {
        const heard = new Set();
        for (const event of ["Canplay", "Play"]) sound[`on${event}`](() => heard.add(event).size === 2 && done());
        sound.src = "/assets/tune.wav";
        sound.play();
      });
      t.equal(sound.paused, false, "paused");
      await t.within("pause", (done) => {
        sound.onPause(done);
        sound.pause();
      });
      t.equal(sound.paused, true, "paused");
      sound.destroy();
    },
  },
  {
    title: "plays on in the background",
    proves: ["getBackgroundAudioManager"],
    async run(t, api) {
      const music = api.getBackgroundAudioManager();
      await t.within("play", (done) => {
        music.onPlay(done);
        music.title = "tune";
        music.src = "/assets/tune.wav";
      });
      t.equal([music.paused, music.title], [false, "tune"], "the player");
      await t.within("pause", (done) => {
        music.onPause(done);
        music.pause();
      });
      music.stop();
    },
  },
  {
    title: "plays in the background by the old names",
    proves: [
      "playBackgroundAudio", "pauseBackgroundAudio", "stopBackgroundAudio", "seekBackgroundAudio", "getBackgroundAudioPlayerState",
      "onBackgroundAudioPlay", "onBackgroundAudioPause", "onBackgroundAudioStop",
    ],
    async run(t, api) {
      await t.heard("onBackgroundAudioPlay", () => t.works("playBackgroundAudio", { dataUrl: "/assets/tune.wav", title: "old" }));
      t.equal((await t.works("getBackgroundAudioPlayerState")).status, 1, "status while it plays");
      await t.works("seekBackgroundAudio", { position: 0 });
      await t.heard("onBackgroundAudioPause", () => t.call("pauseBackgroundAudio", {}));
      await t.heard("onBackgroundAudioStop", () => t.call("stopBackgroundAudio", {}));
    },
  },
  {
    title: "plays voices by the old names",
    proves: ["playVoice", "pauseVoice", "stopVoice"],
    async run(t, api) {
      await t.refuses("playVoice", {}, /^playVoice:fail parameter error: parameter\.filePath should be String/);
      const ended = t.within("the voice to end", (done) => api.playVoice({ filePath: "/assets/tune.wav", complete: done }));
      await t.works("pauseVoice");
      await t.works("stopVoice");
      t.equal((await ended).errMsg, "playVoice:ok", "errMsg");
    },
  },
];
