module.exports = [
  {
    title: "writes, reads, lists and removes files",
    proves: ["getFileSystemManager", "getFileInfo"],
    async run(t, api) {
      const fs = api.getFileSystemManager();
      const dir = `${api.env.USER_DATA_PATH}/dir-${t.space}`;
      fs.mkdirSync(dir);
      fs.writeFileSync(`${dir}/a.txt`, "text", "utf8");
      t.equal(fs.readFileSync(`${dir}/a.txt`, "utf8"), "text", "what was written");
      const read = await t.within("readFile", (success) => fs.readFile({ filePath: `${dir}/a.txt`, encoding: "utf8", success }));
      t.equal([read.data, read.errMsg], ["text", "readFile:ok"], "readFile");
      t.equal((await t.works("getFileInfo", { filePath: `${dir}/a.txt` })).size, 4, "size");
      t.equal(fs.readdirSync(dir), ["a.txt"], "readdirSync");
      t.throws(() => fs.readFileSync(`${dir}/none`), /^readFileSync:fail no such file or directory/, "a file that is not there");
      fs.rmdirSync(dir, true);
      await t.refuses("getFileInfo", { filePath: `${dir}/a.txt` }, /^getFileInfo:fail /);
    },
  },
  {
    title: "says why a file cannot be had, by number and in words",
    proves: ["getFileSystemManager"],
    async run(t, api) {
      const fs = api.getFileSystemManager();
      const dir = `${api.env.USER_DATA_PATH}/fails-${t.space}`;
      fs.mkdirSync(`${dir}/full`, true);
      for (const name of ["a", "full/b"]) fs.writeFileSync(`${dir}/${name}`, "text", "utf8");
      const none = `${dir}/none`;
      for (const [name, options, args, errno, text] of [
        ["readFile", { filePath: none }, [none], 1300002, "no such file or directory, open"],
        ["access", { path: none }, [none], 1300002, "no such file or directory"],
        ["stat", { path: none }, [none], 1300002, "no such file or directory"],
        ["readdir", { dirPath: none }, [none], 1300002, "no such file or directory"],
        ["unlink", { filePath: none }, [none], 1300002, "no such file or directory"],
        ["writeFile", { filePath: `${none}/b`, data: "" }, [`${none}/b`, ""], 1300002, "no such file or directory, open"],
        ["copyFile", { srcPath: none, destPath: `${dir}/c` }, [none, `${dir}/c`], 1300002, "no such file or directory, copyFile"],
        ["rename", { oldPath: none, newPath: `${dir}/c` }, [none, `${dir}/c`], 1300002, "no such file or directory, rename"],
        ["mkdir", { dirPath: `${dir}/full` }, [`${dir}/full`], 1301005, "file already exists"],
        ["rmdir", { dirPath: `${dir}/full` }, [`${dir}/full`], 1300066, "directory not empty"],
        ["readdir", { dirPath: `${dir}/a` }, [`${dir}/a`], 1300020, "not a directory"],
        ["unlink", { filePath: `${dir}/full` }, [`${dir}/full`], 1300001, "operation not permitted, unlink"],
        ["readFile", { filePath: `${dir}/full` }, [`${dir}/full`], 1300021, "illegal operation on a directory"],
        ["writeFile", { filePath: "/app.json", data: "" }, ["/app.json", ""], 1300013, "permission denied, open"],
        ["saveFile", { tempFilePath: "wxfile://tmp/none" }, ["wxfile://tmp/none"], 1301112, "tempFilePath file not exist"],
      ]) {
        const late = await t.within(name, (fail) => fs[name]({ ...options, fail, success: fail }));
        t.equal([late.errno, String(late.errMsg).startsWith(`${name}:fail ${text}`) || late.errMsg], [errno, true], `${name} ${JSON.stringify(options)}`);
        let thrown = {};
        try {
          fs[`${name}Sync`](...args);
        } catch (e) {
          thrown = e;
        }
        t.equal([thrown.errno, String(thrown.errMsg || thrown.message).startsWith(`${name}Sync:fail ${text}`) || thrown.errMsg || thrown.message], [errno, true], `${name}Sync(${JSON.stringify(args)})`);
      }
      fs.rmdirSync(dir, true);
    },
  },
  {
    title: "keeps temporary files",
    proves: ["saveFile", "getSavedFileList", "getSavedFileInfo", "removeSavedFile", "base64ToTempFilePath", "fileToBase64"],
    async run(t, api) {
      const { tempFilePath } = await t.works("base64ToTempFilePath", { base64: "data:text/plain;base64,aGVsbG8=" });
      t.match(tempFilePath, /^wxfile:\/\/tmp/, "tempFilePath");
      t.equal((await t.works("fileToBase64", { filePath: tempFilePath })).base64, "aGVsbG8=", "the text of the file");
      const saved = await t.call("saveFile", { tempFilePath });
      t.equal([saved.how, saved.result.errMsg], ["success,complete", "saveFile:ok"], "saveFile");
      const { savedFilePath } = saved.result;
      const list = await t.works("getSavedFileList");
      t.equal(list.fileList.map((f) => [f.filePath, f.size]), [[savedFilePath, 5]], "fileList");
      t.equal((await t.works("getSavedFileInfo", { filePath: savedFilePath })).size, 5, "size");
      t.equal((await api.removeSavedFile({ filePath: savedFilePath })).errMsg, "removeSavedFile:ok", "errMsg");
      await t.refuses("removeSavedFile", { filePath: savedFilePath }, /^removeSavedFile:fail /);
      await t.refuses("fileToBase64", { filePath: "wxfile://tmp/none" }, /^fileToBase64:fail /);
    },
  },
  {
    title: "gives files to the user",
    proves: ["saveFileToDisk", "openDocument"],
    only: "headless",
    async run(t, api) {
      const filePath = `${api.env.USER_DATA_PATH}/report.pdf`;
      api.getFileSystemManager().writeFileSync(filePath, "%PDF-1.4", "utf8");
      await t.works("saveFileToDisk", { filePath });
      await t.works("openDocument", { filePath, fileType: "pdf" });
      await t.refuses("openDocument", { filePath: `${api.env.USER_DATA_PATH}/none.pdf` }, /^openDocument:fail /);
    },
  },
];
