// Notes are stored encrypted, one item a note. The index holds ids and times only, nothing a reader could use.
const INDEX = 'notes-index'
const VERSION = 1

export function index() {
  return wx.getStorageSync(INDEX)?.entries ?? []
}

function saveIndex(entries) {
  wx.setStorageSync(INDEX, { version: VERSION, entries })
}

// migrate brings an index of an older version up to date.
export function migrate() {
  const stored = wx.getStorageSync(INDEX)
  if (Array.isArray(stored)) {
    saveIndex(stored)
  }
}

export async function read(id) {
  const { data } = await ft.getEncryptedStorage({ key: `note-${id}` })
  return data
}

export async function readAll() {
  const results = await Promise.allSettled(index().map(({ id }) => read(id)))
  return results.map((result, i) =>
    result.status === 'fulfilled'
      ? { ...index()[i], ...result.value, damaged: false }
      : { ...index()[i], title: '无法解密', body: result.reason.errMsg, damaged: true },
  )
}

export async function write(note) {
  const id = note.id || `${Date.now()}-${Math.floor(Math.random() * 1e6)}`
  await ft.setEncryptedStorage({ key: `note-${id}`, data: { title: note.title, body: note.body, tone: note.tone } })
  saveIndex([{ id, at: Date.now() }, ...index().filter((entry) => entry.id !== id)])
  return id
}

export async function remove(id) {
  await ft.removeEncryptedStorage({ key: `note-${id}` })
  saveIndex(index().filter((entry) => entry.id !== id))
}
