// Reads and writes files beside the mini-program.
const fs = worker.getFileSystemManager();
const dir = `${worker.env.USER_DATA_PATH}/worker`;

worker.onMessage(({ bytes, path }) => {
  const tell = (data) => worker.postMessage(data);
  try {
    if (!fs.readdirSync(worker.env.USER_DATA_PATH).includes("worker")) fs.mkdirSync(dir);
    fs.writeFileSync(`${dir}/bytes`, bytes);
    const size = fs.statSync(`${dir}/bytes`).size;
    const theirs = fs.readFileSync(path, "utf8");
    let thrown;
    try {
      fs.readFileSync(`${dir}/none`);
    } catch (e) {
      thrown = e.errMsg;
    }
    fs.appendFile({
      filePath: `${dir}/bytes`, data: "!", encoding: "utf8",
      success: ({ errMsg }) => fs.readFile({ filePath: `${dir}/bytes`, success: ({ data }) => tell({ size, theirs, thrown, errMsg, data }), fail: tell }),
      fail: tell,
    });
  } catch (e) {
    tell({ errMsg: e.errMsg || e.message });
  }
});
