// Where the goods come from. `make run` starts this server; see examples/backend.
module.exports = {
  baseUrl: 'http://127.0.0.1:7710',
}
