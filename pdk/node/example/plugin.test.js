import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import { Host } from './dougong/testing.js'
import { BAD_TEMPLATE, CAPABILITY, NO_TEMPLATE, plugin } from './plugin.js'

let host
beforeEach(() => { host = new Host(plugin) })

const save = (text) => host.call(CAPABILITY, 'saveTemplate', { name: 'due', text })

test('a notice is filled in and escaped', async () => {
  await host.configure({ signature: 'Ops & Co' })
  const { fields } = await save('<p>{{ name }}</p>{{#items}}<li>{{title}}: {{金额}}</li>{{/items}}{{^items}}nothing{{/items}}{{signature}}')
  assert.deepEqual(fields, ['items', 'name', 'signature', 'title', '金额'])
  const data = { name: '<Ada>', items: [{ title: 'a', 金额: 1.5 }, { title: 'b' }] }
  assert.deepEqual(await host.call(CAPABILITY, 'render', { name: 'due', data }),
    { html: '<p>&lt;Ada&gt;</p><li>a: 1.5</li><li>b: </li>Ops &amp; Co' })
  assert.deepEqual(await host.call(CAPABILITY, 'render', { name: 'due', data: { name: '' } }), { html: '<p></p>nothingOps &amp; Co' })
  await host.configure({})
})

test('many notices report their progress', async () => {
  await save('{{n}};')
  const rows = Array.from({ length: 250 }, (_, n) => ({ n }))
  const { files } = await host.call(CAPABILITY, 'renderAll', { name: 'due', rows }, { task: 1 })
  assert.equal(files.length, 250)
  assert.equal(String(files[249]), '249;')
  assert.deepEqual(host.events.map((event) => event.data.done), [100, 200, 250])
})

test('what is wrong is said', async () => {
  await assert.rejects(host.call(CAPABILITY, 'render', { name: 'x', data: {} }), { code: NO_TEMPLATE, message: 'there is no template "x"; saved are: none' })
  for (const [text, line, message] of [
    ['a\n{{x', 2, 'a {{ is not closed'], ['{{#a}}\n\n{{/b}}', 3, '{{/b}} closes nothing; open is a'], ['{{/b}}', 1, 'closes nothing'],
    ['\n{{#a}}', 2, '{{#a}} is not closed by {{/a}}'], ['{{}}', 1, 'expected the name of a field, found {{}}'], ['{{a b}}', 1, 'found {{a b}}'],
  ]) {
    await assert.rejects(save(text), (thrown) => thrown.code === BAD_TEMPLATE && thrown.data.line === line && thrown.message.includes(message), text)
  }
})
