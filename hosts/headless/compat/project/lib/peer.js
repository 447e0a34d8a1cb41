// Where the other end of the network cases is; whoever runs them writes its address here.
module.exports = "http://127.0.0.1:7711";
