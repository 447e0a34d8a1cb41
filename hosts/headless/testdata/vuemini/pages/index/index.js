import { definePage, ref, reactive, computed, watch, onShow, onReady, provide } from '@vue-mini/core'
definePage({ setup(query, ctx) {
  const n = ref(1), name = ref(''), changed = ref('nothing'), items = reactive([{ id: 1, name: 'milk', done: false }, { id: 2, name: 'bread', done: true }])
  const left = computed(() => items.filter((i) => !i.done).length), greeting = computed(() => name.value ? 'hello ' + name.value : 'who?')
  watch(n, (v) => { changed.value = String(v) })
  provide('shared', n)
  onShow(() => console.log('show')); onReady(() => console.log('ready'))
  return { n, name, changed, items, left, greeting, add(e) { n.value += e.detail }, typed(e) { name.value = e.detail.value }, toggle(e) { const i = items.find((i) => i.id === e.currentTarget.dataset.id); i.done = !i.done }, go() { wx.navigateTo({ url: '/pages/second/second?id=7' }) } }
} })
